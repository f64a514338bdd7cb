package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@code kubectl get} and {@code kubectl explain} show of a pool before any of its fields. */
class ColumnsTest {
    private static CustomResourceDefinitionVersion version(String file) throws IOException {
        return new KubernetesSerialization()
                .unmarshal(Files.readString(Path.of("crds", file)), CustomResourceDefinition.class)
                .getSpec()
                .getVersions()
                .get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"filterpools.yaml", "transportpools.yaml"})
    void bothKindsOfPoolsShowHowARolloutGoes(String file) throws IOException {
        List<CustomResourceColumnDefinition> columns = version(file).getAdditionalPrinterColumns();

        assertThat(columns)
                .filteredOn(column -> column.getPriority() == null || column.getPriority() == 0)
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly("Ready", "Revision", "Candidate", "Step", "Weight", "Nodes", "Verdict", "Age");
        assertThat(columns)
                .filteredOn(column -> column.getPriority() != null && column.getPriority() > 0)
                .extracting(CustomResourceColumnDefinition::getName)
                .containsExactly("Available", "Message");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "filterpools.yaml",
                "transportpools.yaml",
                "mailnodes.yaml",
                "poolactions.yaml",
                "poolrollouts.yaml",
                "rolloutpolicies.yaml"
            })
    void eachKindItsSpecAndItsStatusSayWhatTheyAreAndAStatusIsNeverTakenForSeen(String file) throws IOException {
        var schema = version(file).getSchema().getOpenAPIV3Schema();

        assertThat(schema.getDescription()).isNotBlank();
        assertThat(schema.getProperties().get("spec").getDescription()).isNotBlank();
        assertThat(schema.getProperties().get("status").getDescription()).isNotBlank();
        assertThat(schema.getProperties()
                        .get("status")
                        .getDefault()
                        .path("observedGeneration")
                        .asInt())
                .isEqualTo(-1);
        assertThat(schema.getProperties()
                        .get("status")
                        .getProperties()
                        .get("observedGeneration")
                        .getFormat())
                .isEqualTo("int64");
    }
}
