package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a newcomer copies from the README works. */
@ExtendWith(Cluster.class)
class ReadmeIT {
    private static final Pattern MANIFEST = Pattern.compile("(?ms)^```yaml\n(.*?)^```$");

    @Test
    void theFirstPoolIsAccepted(KubernetesClient client) throws IOException {
        List<HasMetadata> objects = MANIFEST.matcher(Files.readString(Path.of("README.md")))
                .results()
                .flatMap(block -> Stream.of(block.group(1).split("(?m)^---$")))
                .map(document -> (HasMetadata) Chart.YAML.unmarshal(document))
                .toList();

        assertThat(objects).extracting(HasMetadata::getKind).containsExactly("Service", "FilterPool");
        for (HasMetadata object : objects) {
            assertThatCode(() -> client.resource(object)
                            .inNamespace(client.getNamespace())
                            .fieldValidation(Validation.STRICT)
                            .create())
                    .doesNotThrowAnyException();
        }
    }
}
