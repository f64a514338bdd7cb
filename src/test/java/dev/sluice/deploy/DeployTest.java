package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The copies that are checked in are equal to what they are made from. */
class DeployTest {
    private static final Path KINDS = Path.of("crds");
    private static final Path KINDS_OF_CHART = Chart.DIRECTORY.resolve("files").resolve("crds");
    private static final Path DEPLOY = Path.of("deploy");
    private static final Pattern MONITORING =
            Pattern.compile("(?m)^kind: (ServiceMonitor|PodMonitor|PrometheusRule|ConfigMap)$");
    private static final String REMEDY =
            "run ./mvnw -q test -Dtest=DeployTest -Dsluice.deploy.write=true and check the result in";

    @BeforeEach
    void writeThemWhenAsked() throws IOException {
        if (Boolean.getBoolean("sluice.deploy.write")) {
            for (Map.Entry<String, String> kind : contents(KINDS).entrySet()) {
                Files.writeString(KINDS_OF_CHART.resolve(kind.getKey()), kind.getValue());
            }
            for (Map.Entry<String, String> manifest : rendered().entrySet()) {
                Files.writeString(DEPLOY.resolve(manifest.getKey()), manifest.getValue());
            }
        }
    }

    @Test
    void theChartCarriesTheKindsAsTheyAre() {
        assertThat(contents(KINDS_OF_CHART)).as(REMEDY).isEqualTo(contents(KINDS));
    }

    @Test
    void thePlainManifestsAreWhatTheChartRenders() {
        rendered()
                .forEach((file, content) -> assertThat(DEPLOY.resolve(file))
                        .as("%s: %s", file, REMEDY)
                        .hasContent(content));
    }

    @ParameterizedTest
    @ValueSource(strings = {".", "monitoring", "namespaced"})
    void eachKustomizationNamesFilesThatAreThere(String directory) throws IOException {
        Path kustomization = DEPLOY.resolve(directory).resolve("kustomization.yaml");

        JsonNode resources = new YAMLMapper().readTree(kustomization.toFile()).path("resources");

        assertThat(resources)
                .isNotEmpty()
                .allSatisfy(file ->
                        assertThat(kustomization.resolveSibling(file.asText())).isRegularFile());
    }

    @Test
    void withTheRightsOfOneNamespaceNothingOfTheClusterIsTouched() {
        assertThat(rendered().get("namespaced/operator.yaml"))
                .doesNotContain("ClusterRole", "CustomResourceDefinition")
                .contains("--namespace=$(SLUICE_OPERATOR_NAMESPACE)");
    }

    private static Map<String, String> rendered() {
        return Map.of(
                "crds.yaml",
                manifest("sluice-system", "crds: {keep: false}", DeployTest::isKind),
                "operator.yaml",
                manifest("sluice-system", "{}", document -> !isKind(document)),
                "monitoring/monitoring.yaml",
                manifest(
                        "sluice-system",
                        """
                        metrics:
                          serviceMonitor: {enabled: true}
                          podMonitor: {enabled: true}
                          prometheusRule: {enabled: true}
                        dashboards: {enabled: true}
                        """,
                        document -> MONITORING.matcher(document).find()),
                "namespaced/operator.yaml",
                // One line of the kustomization says which namespace; the argument follows it.
                manifest("mail", "{watchNamespaces: [mail], crds: {install: false}}", document -> true)
                        .replace("--namespace=mail", "--namespace=$(SLUICE_OPERATOR_NAMESPACE)"));
    }

    private static boolean isKind(String document) {
        return document.contains("kind: CustomResourceDefinition");
    }

    /** Helm's own labels say who manages an object; applied by kubectl, that is not Helm. */
    private static String manifest(String namespace, String values, Predicate<String> wanted) {
        return Chart.render(namespace, values).stream()
                .filter(wanted)
                .map(document -> document.replaceAll("(?m)^ *(helm.sh/chart|app.kubernetes.io/managed-by): .*\n", ""))
                .collect(Collectors.joining("\n---\n", "# Rendered from helm/sluice; change it there.\n", "\n"));
    }

    private static Map<String, String> contents(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .collect(Collectors.toMap(
                            file -> file.getFileName().toString(),
                            DeployTest::read,
                            (one, other) -> one,
                            TreeMap::new));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
