package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** All parts together, with a pod of this very program as a node; needs root and HAProxy. */
class LaboratoryIT {
    private static final Duration SOON = Duration.ofMinutes(2);

    enum Api {
        REAL,
        EMBEDDED
    }

    @ParameterizedTest
    @EnumSource
    void mailFlowsThroughTheEdgeToAPodAndAfterwardsNothingIsLeft(Api api) {
        Path directory;
        String bridge;
        try (Laboratory laboratory = Laboratory.open(start(api), "mail")) {
            directory = laboratory.directory();
            bridge = laboratory.network().bridge();
            laboratory
                    .startKubelet()
                    .startEdge(
                            List.of(new Edge.Backend("inbound", 25, 2, Edge.ProxyProtocol.NONE, OptionalInt.empty())));
            laboratory.apply(List.of(node()));
            await().atMost(SOON).until(() -> isReady(pod(laboratory)));

            laboratory.edge().place("inbound", 1, pod(laboratory).getStatus().getPodIP(), 25, 1);
            LoadGenerator load =
                    laboratory.startLoad(LoadPlan.of(laboratory.edge().address(), 25, 50, List.of("a.example")));
            await().atMost(SOON)
                    .until(() -> load.events().stream()
                                    .filter(event -> event.kind() == LoadEvent.Kind.ACCEPTED)
                                    .count()
                            > 50);
            assertThat(load.finish(SOON)).isTrue();
            // This pod writes its journal into its own file system, so nothing of it is seen at a sink.
            Conservation conservation = laboratory.conservation(Duration.ofSeconds(5));
            assertThat(conservation.accepted()).isEqualTo(conservation.offered());
            assertThat(conservation.lost()).hasSize((int) conservation.accepted());

            laboratory.client().pods().inNamespace("mail").withName("node").delete();
            await().atMost(SOON).until(() -> pod(laboratory) == null);
        }
        assertThat(directory).doesNotExist();
        assertThat(Path.of("/sys/class/net", bridge)).doesNotExist();
    }

    @ParameterizedTest
    @EnumSource
    void applyingTwiceChangesNothingAndDroppingAFieldRemovesIt(Api api) {
        try (ApiServer server = start(api);
                var client = server.client()) {
            var wanted = new ConfigMapBuilder()
                    .withNewMetadata()
                    .withName("applied")
                    .withNamespace("default")
                    .endMetadata()
                    .addToData("one", "1")
                    .addToData("two", "2")
                    .build();
            var first = client.resource(wanted).serverSideApply();
            var second = client.resource(wanted).serverSideApply();
            assertThat(second.getMetadata().getResourceVersion())
                    .isEqualTo(first.getMetadata().getResourceVersion());

            var third = client.resource(
                            new ConfigMapBuilder(wanted).removeFromData("two").build())
                    .serverSideApply();
            assertThat(third.getData()).containsOnlyKeys("one");
        }
    }

    private static ApiServer start(Api api) {
        return switch (api) {
            case REAL ->
                LocalApiServer.start(
                        ApiServerBinaries.ofThisMachine(System.out::println).findOrBuild());
            case EMBEDDED -> EmbeddedApiServer.start();
        };
    }

    private static Pod pod(Laboratory laboratory) {
        return laboratory.client().pods().inNamespace("mail").withName("node").get();
    }

    private static boolean isReady(Pod pod) {
        return pod.getStatus() != null
                && pod.getStatus().getConditions() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(condition -> condition.getType().equals("Ready")
                                && condition.getStatus().equals("True"));
    }

    private static Pod node() {
        return new PodBuilder()
                .withNewMetadata()
                .withName("node")
                .addToLabels("app.kubernetes.io/managed-by", "sluice")
                .endMetadata()
                .withNewSpec()
                .withTerminationGracePeriodSeconds(2L)
                .addNewContainer()
                .withName("main")
                .withImage("sluice")
                .withStdin(true)
                .withArgs("lab-sink", "--listen", "$(ADDRESS):25", "--journal", "/var/lib/journal.jsonl")
                .addNewEnv()
                .withName("ADDRESS")
                .withNewValueFrom()
                .withNewFieldRef()
                .withFieldPath("status.podIP")
                .endFieldRef()
                .endValueFrom()
                .endEnv()
                .withNewReadinessProbe()
                .withPeriodSeconds(1)
                .withNewTcpSocket()
                .withNewPort(25)
                .endTcpSocket()
                .endReadinessProbe()
                .endContainer()
                .endSpec()
                .build();
    }
}
