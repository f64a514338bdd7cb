package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Pods of a real API server as processes of this machine; needs root. */
class KubeletIT {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static LocalApiServer apiServer;
    private static int namespaces;

    private final String namespace = "kubelet-" + ++namespaces;
    private Network network;
    private KubernetesClient client;
    private Kubelet kubelet;

    @BeforeAll
    static void startApiServer() {
        apiServer = LocalApiServer.start(
                ApiServerBinaries.ofThisMachine(System.out::println).findOrBuild());
    }

    @AfterAll
    static void stopApiServer() {
        apiServer.close();
    }

    @BeforeEach
    void startKubelet() {
        network = Network.open();
        client = apiServer.client();
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(namespace)
                        .endMetadata()
                        .build())
                .create();
        kubelet = Kubelet.start(apiServer.client(), network, namespace);
    }

    @AfterEach
    void stopKubelet() {
        kubelet.close();
        network.close();
        client.close();
    }

    @Test
    void aPodGetsAnAddressItsVolumesAndItsEnvironmentAndIsReadyWhenItSaysSo() throws Exception {
        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("keys")
                        .withNamespace(namespace)
                        .endMetadata()
                        .addToStringData("tls.key", "secret")
                        .build())
                .create();
        claim("queue");
        create(new PodBuilder(shell(
                        "node",
                        "echo $NAME $ADDRESS $(cat /etc/sluice/tls/tls.key) $(hostname) > /var/spool/postfix/seen;"
                                + " echo state > /var/lib/sluice/state; echo own > /etc/hostname-of-pod;"
                                + " mkdir -p /tmp/web && touch /tmp/web/ready && cd /tmp/web"
                                + " && exec python3 -m http.server 9100"))
                .editSpec()
                .editFirstContainer()
                .addNewEnv()
                .withName("NAME")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("metadata.name")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .addNewEnv()
                .withName("ADDRESS")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("status.podIP")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .addNewVolumeMount()
                .withName("keys")
                .withMountPath("/etc/sluice/tls")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("queue")
                .withMountPath("/var/spool/postfix")
                .withSubPath("spool")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("queue")
                .withMountPath("/var/lib/sluice")
                .withSubPath("state")
                .endVolumeMount()
                .withNewReadinessProbe()
                .withPeriodSeconds(1)
                .withNewHttpGet()
                .withPath("/ready")
                .withNewPort(9100)
                .endHttpGet()
                .endReadinessProbe()
                .endContainer()
                .addNewVolume()
                .withName("keys")
                .withNewSecret()
                .withSecretName("keys")
                .endSecret()
                .endVolume()
                .addNewVolume()
                .withName("queue")
                .withNewPersistentVolumeClaim()
                .withClaimName("queue")
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build());

        Pod pod = awaitReady("node");

        assertThat(pod.getStatus().getPhase()).isEqualTo("Running");
        assertThat(pod.getSpec().getNodeName()).isEqualTo(Kubelet.NODE_NAME);
        assertThat(client.persistentVolumeClaims()
                        .inNamespace(namespace)
                        .withName("queue")
                        .get()
                        .getStatus()
                        .getPhase())
                .isEqualTo("Bound");
        assertThat(Files.readString(claimDirectory("queue").resolve("spool/seen")))
                .isEqualTo("node " + pod.getStatus().getPodIP() + " secret node\n");
        assertThat(claimDirectory("queue").resolve("state/state")).hasContent("state");
        assertThat(Path.of("/etc/hostname-of-pod")).doesNotExist();
        assertThat(Path.of("/etc/sluice")).doesNotExist();
    }

    @Test
    void aDeletedPodIsAskedToEndAndItsVolumeStaysUntilItsClaimGoes() {
        claim("queue");
        create(withClaim(
                shell(
                        "node",
                        "trap 'echo bye > /var/spool/postfix/end; exit 0' TERM; touch /var/spool/postfix/up;"
                                + " while :; do sleep 0.1; done"),
                "queue"));
        soon().untilAsserted(
                        () -> assertThat(claimDirectory("queue").resolve("up")).exists());
        Path volume = claimDirectory("queue");

        client.pods().inNamespace(namespace).withName("node").delete();

        soon().untilAsserted(() -> assertThat(pod("node")).isNull());
        assertThat(volume.resolve("end")).hasContent("bye");
        soon().untilAsserted(() -> assertThat(network.namespaces()).isEmpty());

        client.persistentVolumeClaims().inNamespace(namespace).withName("queue").delete();
        soon().untilAsserted(() -> assertThat(volume).doesNotExist());
    }

    @Test
    void aPodThatDoesNotEndInItsGraceIsKilledWithAllItsProcesses() {
        claim("queue");
        create(withClaim(
                shell("stubborn", "trap '' TERM; touch /var/spool/postfix/up; sleep 601 & while :; do sleep 0.1; done"),
                "queue"));
        soon().untilAsserted(
                        () -> assertThat(claimDirectory("queue").resolve("up")).exists());

        client.pods()
                .inNamespace(namespace)
                .withName("stubborn")
                .withGracePeriod(1)
                .delete();

        soon().untilAsserted(() -> assertThat(pod("stubborn")).isNull());
        soon().untilAsserted(() -> assertThat(ProcessHandle.allProcesses()
                        .map(process -> process.info().commandLine().orElse("")))
                .noneMatch(line -> line.endsWith("sleep 601")));
    }

    @Test
    void aContainerThatExitsIsStartedAgainAndCounted() {
        claim("queue");
        create(withClaim(shell("crashing", "echo x >> /var/spool/postfix/starts; exit 3"), "queue"));

        soon().untilAsserted(() -> assertThat(pod("crashing").getStatus().getContainerStatuses())
                .singleElement()
                .satisfies(status -> {
                    assertThat(status.getRestartCount()).isGreaterThanOrEqualTo(2);
                    assertThat(status.getLastState().getTerminated().getExitCode())
                            .isEqualTo(3);
                }));
        assertThat(claimDirectory("queue").resolve("starts")).content().startsWith("x\nx\n");
        assertThat(isReady(pod("crashing"))).isFalse();
    }

    @Test
    void aPodWhoseStateStaysTheSameIsNotWrittenAgain() throws Exception {
        create(shell("quiet", "sleep 600"));
        soon().until(() ->
                pod("quiet").getStatus().getContainerStatuses().get(0).getReady());
        String settled = pod("quiet").getMetadata().getResourceVersion();

        Thread.sleep(1500);

        assertThat(pod("quiet").getMetadata().getResourceVersion()).isEqualTo(settled);
    }

    @Test
    void aPodWaitsForTheSecretItNamesAndSaysSo() {
        create(new PodBuilder(shell("waiting", "sleep 600"))
                .editSpec()
                .addNewVolume()
                .withName("keys")
                .withNewSecret()
                .withSecretName("late")
                .endSecret()
                .endVolume()
                .endSpec()
                .build());
        soon().untilAsserted(() -> assertThat(pod("waiting")
                        .getStatus()
                        .getContainerStatuses()
                        .get(0)
                        .getState()
                        .getWaiting()
                        .getMessage())
                .contains("secret \"late\" not found"));

        client.resource(new SecretBuilder()
                        .withNewMetadata()
                        .withName("late")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();

        awaitReady("waiting");
    }

    @Test
    void aKubeletThatStartsAgainRunsItsPodsOnTheSameVolumes() {
        claim("queue");
        create(withClaim(shell("node", "echo x >> /var/spool/postfix/starts; sleep 600"), "queue"));
        String address = awaitReady("node").getStatus().getPodIP();

        kubelet.close();
        kubelet = Kubelet.start(apiServer.client(), network, namespace);

        soon().untilAsserted(() ->
                assertThat(claimDirectory("queue").resolve("starts")).hasContent("x\nx\n"));
        soon().untilAsserted(() -> assertThat(
                        pod("node").getStatus().getContainerStatuses().get(0).getRestartCount())
                .isEqualTo(1));
        assertThat(awaitReady("node").getStatus().getPodIP()).isEqualTo(address);
    }

    @Test
    void aNetworkPolicyAdmitsWhatItNamesAndFollowsItsChanges() {
        create(shell("transport", "python3 -m http.server 2525"));
        create(shell("filter", "sleep 600"));
        create(shell("stranger", "sleep 600"));
        String target = awaitReady("transport").getStatus().getPodIP();
        awaitReady("filter");
        awaitReady("stranger");
        soon().untilAsserted(() -> assertThat(reaches("stranger", target)).isTrue());

        client.resource(new NetworkPolicyBuilder()
                        .withNewMetadata()
                        .withName("relay")
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withNewPodSelector()
                        .addToMatchLabels("app", "transport")
                        .endPodSelector()
                        .addNewIngress()
                        .addNewFrom()
                        .withNewPodSelector()
                        .addToMatchLabels("app", "filter")
                        .endPodSelector()
                        .endFrom()
                        .addNewPort()
                        .withProtocol("TCP")
                        .withNewPort(2525)
                        .endPort()
                        .endIngress()
                        .endSpec()
                        .build())
                .create();
        soon().untilAsserted(() -> assertThat(reaches("stranger", target)).isFalse());
        assertThat(reaches("filter", target)).isTrue();

        String stranger = pod("stranger").getStatus().getPodIP();
        client.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName("relay")
                .edit(policy -> new NetworkPolicyBuilder(policy)
                        .editSpec()
                        .editFirstIngress()
                        .editFirstFrom()
                        .withPodSelector(null)
                        .withNewIpBlock()
                        .withCidr(stranger + "/32")
                        .endIpBlock()
                        .endFrom()
                        .endIngress()
                        .endSpec()
                        .build());
        soon().untilAsserted(() -> assertThat(reaches("stranger", target)).isTrue());
        assertThat(reaches("filter", target)).isFalse();

        client.network()
                .v1()
                .networkPolicies()
                .inNamespace(namespace)
                .withName("relay")
                .delete();
        soon().untilAsserted(() -> assertThat(reaches("filter", target)).isTrue());
    }

    @Test
    void whatLostItsOwnerIsCollected() {
        ConfigMap owner = client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("owner")
                        .withNamespace(namespace)
                        .endMetadata()
                        .build())
                .create();
        create(new PodBuilder(shell("owned", "sleep 600"))
                .editMetadata()
                .addNewOwnerReference()
                .withApiVersion("v1")
                .withKind("ConfigMap")
                .withName("owner")
                .withUid(owner.getMetadata().getUid())
                .endOwnerReference()
                .endMetadata()
                .build());
        awaitReady("owned");

        client.resource(owner).delete();

        soon().untilAsserted(() -> assertThat(pod("owned"))
                .satisfiesAnyOf(
                        gone -> assertThat(gone).isNull(),
                        going -> assertThat(going.getMetadata().getDeletionTimestamp())
                                .isNotNull()));
    }

    private boolean reaches(String from, String address) {
        NetworkNamespace namespaceOfPod = kubelet.namespaceOf(from).orElseThrow();
        return SystemCommand.attempt(
                                "",
                                namespaceOfPod.inside(List.of(
                                        "python3",
                                        "-c",
                                        "import socket; socket.create_connection(('" + address + "',2525),0.5)")))
                        .code()
                == 0;
    }

    private Pod awaitReady(String name) {
        soon().untilAsserted(() -> assertThat(isReady(pod(name))).isTrue());
        return pod(name);
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus().getConditions().stream()
                .filter(condition -> condition.getType().equals("Ready"))
                .map(PodCondition::getStatus)
                .anyMatch("True"::equals);
    }

    private Pod pod(String name) {
        return client.pods().inNamespace(namespace).withName(name).get();
    }

    /** What is asked for may not be there yet. */
    private static ConditionFactory soon() {
        return await().atMost(SOON).ignoreExceptions();
    }

    private void create(Pod pod) {
        client.resource(pod).create();
    }

    private Pod shell(String name, String script) {
        return new PodBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(namespace)
                .addToLabels("app.kubernetes.io/managed-by", "sluice")
                .addToLabels("app", name)
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(3L)
                .addNewContainer()
                .withName("main")
                .withImage("none")
                .withCommand("sh", "-c", script)
                .endContainer()
                .endSpec()
                .build();
    }

    private Pod withClaim(Pod pod, String claim) {
        return new PodBuilder(pod)
                .editSpec()
                .editFirstContainer()
                .addNewVolumeMount()
                .withName("queue")
                .withMountPath("/var/spool/postfix")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("queue")
                .withNewPersistentVolumeClaim()
                .withClaimName(claim)
                .endPersistentVolumeClaim()
                .endVolume()
                .endSpec()
                .build();
    }

    private void claim(String name) {
        client.resource(new PersistentVolumeClaimBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .withNamespace(namespace)
                        .endMetadata()
                        .withNewSpec()
                        .withAccessModes("ReadWriteOnce")
                        .withNewResources()
                        .addToRequests("storage", new Quantity("1Gi"))
                        .endResources()
                        .endSpec()
                        .build())
                .create();
    }

    private Path claimDirectory(String name) {
        String uid = client.persistentVolumeClaims()
                .inNamespace(namespace)
                .withName(name)
                .get()
                .getMetadata()
                .getUid();
        return network.stateDirectory()
                .resolve("kubelet")
                .resolve(namespace)
                .resolve("claims")
                .resolve(name + "-" + uid);
    }
}
