package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable.Validation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
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

    private static final String EVERYTHING = """
            replicas: 3
            javaOptions: -Xlog:gc
            podLabels: {a: b}
            podAnnotations: {a: b}
            commonLabels: {team: mail}
            imagePullSecrets: [{name: registry}]
            tolerations: [{operator: Exists}]
            nodeSelector: {kubernetes.io/os: linux}
            affinity: {nodeAffinity: {}}
            priorityClassName: system-cluster-critical
            networkPolicy:
              metricsFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}]
              egress: {enabled: true}
            metrics:
              serviceMonitor: {enabled: true, labels: {release: prometheus}}
              podMonitor: {enabled: true, labels: {release: prometheus}}
              prometheusRule: {enabled: true, labels: {release: prometheus}}
            dashboards: {enabled: true, annotations: {grafana_folder: Mail}}
            extraObjects:
              - apiVersion: v1
                kind: ConfigMap
                metadata: {name: extra, namespace: "{{ .Release.Namespace }}"}
            """;
    private static final String LITTLE = """
            replicas: 1
            runAsUser: null
            crds: {install: false}
            serviceAccount: {create: false, name: mine}
            rbac: {create: false, people: false, releaseManager: false, postmaster: false}
            networkPolicy: {enabled: false}
            metrics: {service: {enabled: false}}
            """;

    @ParameterizedTest
    @ValueSource(strings = {"{}", EVERYTHING, "watchNamespaces: [default]\n" + EVERYTHING, LITTLE})
    void everyObjectIsAcceptedByTheServer(String values) {
        monitoringIsInstalled();
        List<HasMetadata> objects = Chart.objects(client.getNamespace(), values);

        assertThat(objects).isNotEmpty();
        objects.forEach(this::isAccepted);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "watchNamespaces: [default]"})
    void whatHelmTestMakesIsAcceptedToo(String values) {
        List<HasMetadata> objects =
                Chart.ofHelmTest(values).stream().map(this::inThisNamespace).toList();

        assertThat(objects).hasSize(4);
        objects.forEach(this::isAccepted);
    }

    private HasMetadata inThisNamespace(HasMetadata object) {
        if ("sluice-system".equals(object.getMetadata().getNamespace())) {
            object.getMetadata().setNamespace(client.getNamespace());
        }
        if (object instanceof Pod pod) {
            pod.getSpec().setServiceAccountName(null);
        }
        return object;
    }

    /** Server-side, and without a word about a field that the kind does not have. */
    private void isAccepted(HasMetadata object) {
        assertThatCode(() -> client.resource(object)
                        .dryRun()
                        .fieldValidation(Validation.STRICT)
                        .forceConflicts()
                        .serverSideApply())
                .as("%s %s", object.getKind(), object.getMetadata().getName())
                .doesNotThrowAnyException();
    }

    /** The Prometheus Operator's kinds, with the fields that the chart uses and no others. */
    private void monitoringIsInstalled() {
        try (InputStream definitions = ChartIT.class.getResourceAsStream("/monitoring-kinds.yaml")) {
            List<HasMetadata> kinds = client.load(definitions).items();
            kinds.forEach(kind -> client.resource(kind).forceConflicts().serverSideApply());
            kinds.forEach(kind -> client.resource(kind)
                    .waitUntilCondition(
                            found -> ((CustomResourceDefinition) found).getStatus() != null
                                    && ((CustomResourceDefinition) found)
                                            .getStatus().getConditions().stream()
                                                    .anyMatch(condition -> "Established".equals(condition.getType())
                                                            && "True".equals(condition.getStatus())),
                            30,
                            TimeUnit.SECONDS));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aFieldThatAKindDoesNotHaveIsNoticed() {
        HasMetadata service = Chart.objects(client.getNamespace(), "{}").stream()
                .filter(object -> object.getKind().equals("Service"))
                .findFirst()
                .orElseThrow();
        ((io.fabric8.kubernetes.api.model.Service) service).getSpec().setAdditionalProperty("prots", List.of());

        assertThatThrownBy(() -> client.resource(service)
                        .dryRun()
                        .fieldValidation(Validation.STRICT)
                        .forceConflicts()
                        .serverSideApply())
                .hasMessageContaining("prots");
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
