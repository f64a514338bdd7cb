package dev.sluice.deploy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/** The chart of this checkout, rendered as {@code helm template sluice} would. */
public final class Chart {
    static final Path DIRECTORY = Path.of("helm", "sluice");
    public static final KubernetesSerialization YAML = new KubernetesSerialization();

    private Chart() {}

    /** The documents, for a release in that namespace with the values of a values file. */
    static List<String> render(String namespace, String values) {
        return render(DIRECTORY, namespace, values);
    }

    private static List<String> render(Path chart, String namespace, String values) {
        Path file = null;
        try {
            file = Files.createTempFile("values", ".yaml");
            Files.writeString(file, values);
            TemplateCommand command = new Helm(chart)
                    .template()
                    .withName("sluice")
                    .withNamespace(namespace)
                    .withKubeVersion("1.37.2")
                    .withValuesFile(file);
            String rendered = Objects.requireNonNullElse(command.call(), "");
            return Arrays.stream(rendered.split("(?m)^---$", -1))
                    .map(document ->
                            document.replaceAll("(?m)^# Source:.*\n", "").strip())
                    .filter(document -> !document.isEmpty())
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            if (file != null) {
                file.toFile().delete();
            }
        }
    }

    /**
     * What {@code helm test} makes. The library renders no hooks; so they are rendered as if they were none.
     *
     * @return nothing but these objects
     */
    static List<HasMetadata> ofHelmTest(String values) {
        try {
            Path copy = Files.createTempDirectory("chart");
            try (Stream<Path> files = Files.walk(DIRECTORY)) {
                for (Path file : files.toList()) {
                    Path target = copy.resolve(DIRECTORY.relativize(file).toString());
                    if (Files.isDirectory(file)) {
                        Files.createDirectories(target);
                    } else if (file.getParent().endsWith("tests")) {
                        Files.writeString(target, Files.readString(file).replace("helm.sh/hook", "sluice.dev/hook"));
                    } else if (!file.toString().contains("templates") || file.endsWith("_helpers.tpl")) {
                        Files.copy(file, target);
                    }
                }
            }
            return parsed(render(copy, "sluice-system", values));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The same as objects. */
    public static List<HasMetadata> objects(String namespace, String values) {
        return parsed(render(namespace, values));
    }

    private static List<HasMetadata> parsed(List<String> documents) {
        return documents.stream()
                .map(document -> (HasMetadata) YAML.unmarshal(document))
                .toList();
    }

    /** Those of one type. */
    static <T extends HasMetadata> List<T> objects(Class<T> type, String values) {
        return objects("sluice-system", values).stream()
                .filter(type::isInstance)
                .map(type::cast)
                .toList();
    }
}
