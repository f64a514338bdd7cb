package dev.sluice.api;

import io.fabric8.crdv2.generator.CRDGenerator;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The custom resource definitions as they follow from the classes. */
final class Crds {
    static final List<Class<? extends HasMetadata>> KINDS = List.of(
            FilterPool.class,
            TransportPool.class,
            MailNode.class,
            RolloutPolicy.class,
            PoolRollout.class,
            PoolAction.class,
            MessageReport.class);

    private Crds() {}

    /** The YAML of each definition by its file name. */
    static SortedMap<String, String> generate() {
        Map<String, Class<? extends HasMetadata>> byName =
                KINDS.stream().collect(Collectors.toMap(Class::getSimpleName, Function.identity()));
        InMemory output = new InMemory();
        new CRDGenerator()
                .customResourceClasses(KINDS)
                .forCRDVersions("v1")
                .withOutput(output)
                .withPostProcessor(new CrdSchema(byName))
                .generate();
        SortedMap<String, String> files = new TreeMap<>();
        output.written.forEach((name, bytes) -> files.put(
                name.replace("." + SluiceNames.GROUP + "-v1", "") + ".yaml", bytes.toString(StandardCharsets.UTF_8)));
        return files;
    }

    private static final class InMemory implements CRDGenerator.CRDOutput<ByteArrayOutputStream> {
        private final Map<String, ByteArrayOutputStream> written = new LinkedHashMap<>();

        @Override
        public ByteArrayOutputStream outputFor(String name) {
            return written.computeIfAbsent(name, ignored -> new ByteArrayOutputStream());
        }

        @Override
        public URI crdURI(String name) {
            return URI.create("file:/" + name);
        }

        @Override
        public void close() throws IOException {
            for (ByteArrayOutputStream stream : written.values()) {
                stream.close();
            }
        }
    }
}
