package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a real API server accepts and refuses. */
@ExtendWith(Cluster.class)
class ExamplesIT {
    private static final Path EXAMPLES = Path.of("examples");
    private static final Path REFUSED = Path.of("src/test/resources/refused");
    private static final String EXPECT = "# expect: ";

    private final KubernetesClient client;

    ExamplesIT(KubernetesClient client) {
        this.client = client;
    }

    static Stream<Path> examples() throws IOException {
        return yamlFiles(EXAMPLES).stream();
    }

    static Stream<Path> refused() throws IOException {
        return yamlFiles(REFUSED).stream();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsAccepted(Path example) throws IOException {
        for (HasMetadata resource : read(example)) {
            assertThatCode(() -> apply(resource)).doesNotThrowAnyException();
        }
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleSaysWhatItIsFor(Path example) throws IOException {
        assertThat(Files.readAllLines(example).get(0)).startsWith("# ").hasSizeGreaterThan(20);
    }

    @Test
    void everyKindThatAPersonWritesHasAnExample() throws IOException {
        List<String> kinds = yamlFiles(EXAMPLES).stream()
                .flatMap(example -> read(example).stream())
                .map(HasMetadata::getKind)
                .toList();

        assertThat(kinds).contains("FilterPool", "TransportPool", "RolloutPolicy", "MailNode", "PoolAction");
    }

    @ParameterizedTest
    @MethodSource("refused")
    void aWrongResourceIsRefusedWithAMessageThatHelps(Path wrong) throws IOException {
        String expected = Files.readAllLines(wrong).get(0);
        assertThat(expected).startsWith(EXPECT);
        HasMetadata resource = read(wrong).get(0);

        assertThatThrownBy(() -> create(resource))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining(expected.substring(EXPECT.length()))
                .satisfies(refusal -> assertThat(reasons((KubernetesClientException) refusal))
                        .as("nothing but the expected is wrong with %s", wrong)
                        .isLessThanOrEqualTo(1));
    }

    private static int reasons(KubernetesClientException refusal) {
        return refusal.getStatus().getDetails() == null
                ? 1
                : (int) refusal.getStatus().getDetails().getCauses().stream()
                        .map(cause -> cause.getMessage())
                        // Said beside every rule that could not be looked at because a field is wrong.
                        .filter(message -> !message.contains("some validation rules were not checked"))
                        .distinct()
                        .count();
    }

    private void apply(HasMetadata resource) {
        client.resource(resource)
                .inNamespace(client.getNamespace())
                .fieldValidation(Validation.STRICT)
                .serverSideApply();
    }

    private void create(HasMetadata resource) {
        client.resource(resource)
                .inNamespace(client.getNamespace())
                .fieldValidation(Validation.STRICT)
                .create();
    }

    private List<HasMetadata> read(Path file) {
        try {
            return Stream.of(Files.readString(file).split("(?m)^---$"))
                    .map(document -> client.load(new ByteArrayInputStream(document.getBytes(StandardCharsets.UTF_8)))
                            .items()
                            .get(0))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> yamlFiles(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> file.toString().endsWith(".yaml"))
                    .sorted()
                    .toList();
        }
    }
}
