package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server says to the chart, without keeping any of it. */
@ExtendWith(Cluster.class)
class ChartIT {
    private KubernetesClient client;

    @BeforeEach
    void aNamespaceUnderTheRestrictedStandard(KubernetesClient fresh) {
        client = fresh;
        client.namespaces()
                .withName(client.getNamespace())
                .edit(namespace -> namespace
                        .edit()
                        .editMetadata()
                        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                        .endMetadata()
                        .build());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "watchNamespaces: [default]",
                "{replicas: 1, javaOptions: -Xlog:gc, podLabels: {a: b}, tolerations: [{operator: Exists}]}"
            })
    void everyObjectIsAccepted(String values) {
        List<HasMetadata> objects = Chart.objects(client.getNamespace(), values);

        assertThat(objects).hasSizeGreaterThan(10);
        for (HasMetadata object : objects) {
            assertThatCode(() -> client.resource(object)
                            .dryRun()
                            .fieldValidation(Validation.STRICT)
                            .forceConflicts()
                            .serverSideApply())
                    .as("%s %s", object.getKind(), object.getMetadata().getName())
                    .doesNotThrowAnyException();
        }
    }

    @Test
    void theOperatorsPodIsAdmittedWhereOnlyRestrictedPodsAre() {
        Pod pod = podOfOperator();

        assertThatCode(() -> dryRun(pod)).doesNotThrowAnyException();

        Pod loose = new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .withSecurityContext(null)
                .endContainer()
                .endSpec()
                .build();
        assertThatThrownBy(() -> dryRun(loose))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("restricted");
    }

    private Pod podOfOperator() {
        Deployment deployment = Chart.objects(client.getNamespace(), "{}").stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .findFirst()
                .orElseThrow();
        return new PodBuilder()
                .withNewMetadata()
                .withName("operator")
                .withNamespace(client.getNamespace())
                .endMetadata()
                .withSpec(deployment.getSpec().getTemplate().getSpec())
                .editSpec()
                .withServiceAccountName(null)
                .withAutomountServiceAccountToken(false)
                .endSpec()
                .build();
    }

    private void dryRun(Pod pod) {
        client.resource(pod).dryRun().create();
    }
}
