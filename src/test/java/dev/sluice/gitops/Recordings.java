package dev.sluice.gitops;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.api.PoolKind;
import dev.sluice.testkit.pool.RecordedStates;
import dev.sluice.testkit.pool.RecordedStates.State;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Where the recorded states are, and how files of Kubernetes are read. */
final class Recordings {
    static final Path CUSTOMIZATIONS = Path.of("deploy/gitops/argo-cd/resource_customizations/sluice.dev");
    static final String REMEDY =
            "if the change is meant: ./mvnw -q test -Dtest='RecordedStatesTest,ArgoCdTest' -Dsluice.gitops.write=true, and read the difference before checking it in";

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory())
            .enable(DeserializationFeature.USE_LONG_FOR_INTS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS);
    private static final Map<PoolKind, List<State>> STATES = new EnumMap<>(PoolKind.class);

    private Recordings() {}

    /** The states as the planner makes them now. */
    static synchronized List<State> made(PoolKind kind) {
        return STATES.computeIfAbsent(kind, Recordings::record);
    }

    private static List<State> record(PoolKind kind) {
        List<State> states = RecordedStates.of(kind);
        if (toBeWritten()) {
            states.forEach(state -> write(file(kind, state), yaml(state)));
        }
        return states;
    }

    static boolean toBeWritten() {
        return Boolean.getBoolean("sluice.gitops.write");
    }

    static String word(PoolKind kind) {
        return kind == PoolKind.FILTER_POOL ? "FilterPool" : "TransportPool";
    }

    static Path directory(PoolKind kind) {
        return CUSTOMIZATIONS.resolve(word(kind));
    }

    static Path file(PoolKind kind, State state) {
        return directory(kind).resolve("testdata").resolve(state.name() + ".yaml");
    }

    static String yaml(State state) {
        return new KubernetesSerialization().asYaml(state.pool());
    }

    static JsonNode read(Path file) {
        return parse(text(file));
    }

    static JsonNode parse(String yaml) {
        try {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void write(Path file, String text) {
        try {
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static String sortedYaml(Object value) {
        try {
            return YAML.writeValueAsString(value);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Map<?, ?> map(JsonNode node) {
        return YAML.convertValue(node, Map.class);
    }
}
