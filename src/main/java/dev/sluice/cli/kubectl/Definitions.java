package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.api.SluiceNames;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** The definitions of Sluice's kinds as this program carries them. */
final class Definitions {
    /** The plural names of the kinds. */
    static final List<String> PLURALS = List.of(
            "filterpools",
            "transportpools",
            "mailnodes",
            "rolloutpolicies",
            "poolrollouts",
            "poolactions",
            "messagereports");

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private final Map<String, JsonNode> byKind = new TreeMap<>();

    Definitions() {
        for (String plural : PLURALS) {
            JsonNode definition = read(plural);
            byKind.put(definition.at("/spec/names/kind").asText(), definition);
        }
    }

    private static JsonNode read(String plural) {
        String resource = "/META-INF/crds/" + plural + ".yaml";
        try (InputStream yaml = Definitions.class.getResourceAsStream(resource)) {
            return YAML.readTree(yaml);
        } catch (IOException e) {
            throw new IllegalStateException("this program is incomplete: " + resource + " cannot be read", e);
        }
    }

    /** The names of all kinds. */
    List<String> kinds() {
        return List.copyOf(byKind.keySet());
    }

    /** The definition with this plural name. */
    JsonNode ofPlural(String plural) {
        return byKind.values().stream()
                .filter(definition ->
                        definition.at("/spec/names/plural").asText().equals(plural))
                .findFirst()
                .orElseThrow();
    }

    /** The schema of a kind. */
    Optional<JsonNode> schema(String kind) {
        return Optional.ofNullable(byKind.get(kind)).map(Definitions::schema);
    }

    /** The schema of the version that this program speaks. */
    static JsonNode schema(JsonNode definition) {
        for (JsonNode version : definition.at("/spec/versions")) {
            if (version.path("name").asText().equals(SluiceNames.VERSION)) {
                return version.at("/schema/openAPIV3Schema");
            }
        }
        return YAML.missingNode();
    }
}
