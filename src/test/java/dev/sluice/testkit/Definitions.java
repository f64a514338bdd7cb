package dev.sluice.testkit;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The definitions of Sluice's kinds, as they are shipped. */
public final class Definitions {
    private static final Path DIRECTORY = Path.of("crds");

    private Definitions() {}

    /** Applies them to a cluster and returns when it knows the kinds. */
    public static void install(KubernetesClient client) {
        List<CustomResourceDefinition> definitions = shipped(client);
        for (CustomResourceDefinition definition : definitions) {
            client.resource(definition).forceConflicts().serverSideApply();
        }
        for (CustomResourceDefinition definition : definitions) {
            client.resource(definition).waitUntilCondition(Definitions::established, 60, TimeUnit.SECONDS);
        }
    }

    private static List<CustomResourceDefinition> shipped(KubernetesClient client) {
        try (Stream<Path> files = Files.list(DIRECTORY)) {
            return files.sorted().map(file -> read(client, file)).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static CustomResourceDefinition read(KubernetesClient client, Path file) {
        try (InputStream yaml = Files.newInputStream(file)) {
            return client.getKubernetesSerialization().unmarshal(yaml, CustomResourceDefinition.class);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean established(CustomResourceDefinition definition) {
        return definition != null
                && definition.getStatus() != null
                && definition.getStatus().getConditions().stream()
                        .anyMatch(condition ->
                                "Established".equals(condition.getType()) && "True".equals(condition.getStatus()));
    }
}
