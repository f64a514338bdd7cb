package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.NodeState;
import dev.sluice.testkit.ApiServerCluster;
import dev.sluice.testkit.ApiServerDoor;
import dev.sluice.testkit.ApiServerDoor.Fate;
import dev.sluice.testkit.Definitions;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Watches that cannot be carried on: while the operator is cut off, objects change, come and go, and etcd forgets the
 * versions in between, as kube-apiserver has it do every five minutes. Without the watch cache the API server asks etcd
 * itself, so that what is compacted is gone at once.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
class CompactionIT {
    private static final String COMPACTION_SECONDS = "2";
    /** A cut watch is tried again ever later, up to 10 s, before it hears that it is too old. */
    private static final Duration RESUMES_WITHIN = Duration.ofSeconds(30);

    private static final String NAMESPACE = "mail";

    private ApiServerCluster cluster;
    private KubernetesClient client;
    private ApiServerDoor door;
    private Story story;

    @BeforeEach
    void begin() {
        cluster = ApiServerCluster.start(
                Map.of("--watch-cache", "false", "--etcd-compaction-interval", COMPACTION_SECONDS + "s"));
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(cluster.clientConfig())
                        .withNamespace(NAMESPACE)
                        .build())
                .build();
        Definitions.install(client);
        client.resource(new NamespaceBuilder()
                        .withNewMetadata()
                        .withName(NAMESPACE)
                        .endMetadata()
                        .build())
                .create();
        door = ApiServerDoor.before(cluster.clientConfig());
        story = new Story(
                client, door.clientConfig(NAMESPACE), OperatorSettings.alone(List.of(NAMESPACE), NAMESPACE, "test"));
        story.mailFlows(20);
    }

    @AfterEach
    void end() {
        story.close();
        door.close();
        client.close();
        cluster.close();
    }

    @Test
    void whatHappenedUnseenIsFoundInAListAnew() {
        story.apply(pool("edge", 2));
        story.apply(pool("leaving", 1));
        serves("edge", 2);
        serves("leaving", 1);

        door.rule(request -> Fate.BREAK);
        door.breakConnections();
        String seen = client.resources(FilterPool.class).list().getMetadata().getResourceVersion();
        story.apply(pool("edge", 3));
        story.apply(pool("coming", 1));
        client.resources(FilterPool.class).withName("leaving").delete();
        String podBefore = uidOfPod();
        client.pods().withName("edge-1").withGracePeriod(0).delete();
        Awaitility.await("etcd has forgotten what the operator saw last")
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> isTooOld(seen));
        assertThat(client.pods().withName("edge-1").get()).as("unseen").isNull();
        assertThat(door.expiredWatches("")).isZero();

        door.rule(request -> Fate.PASS);
        Instant back = Instant.now();
        resumes("the Pod that was deleted is made again", () -> {
            assertThat(uidOfPod()).isNotNull().isNotEqualTo(podBefore);
        });
        resumes("the new declaration is worked on", () -> {
            FilterPool edge = story.filterPool("edge");
            assertThat(Observation.statusOf(edge).observedGeneration())
                    .isEqualTo(edge.getMetadata().getGeneration());
        });
        resumes(
                "the new pool is looked after",
                () -> assertThat(story.status("coming").nodes()).isNotEmpty());
        System.err.printf(
                "%d watches were too old; what had changed was found %d ms after the return%n",
                door.expiredWatches(""), Duration.between(back, Instant.now()).toMillis());
        for (String kind : List.of("/filterpools", "/mailnodes", "/pods")) {
            assertThat(door.expiredWatches(kind))
                    .as("watches of %s that got 410", kind)
                    .isPositive();
        }

        serves("edge", 3);
        serves("coming", 1);
        story.soon("the deleted pool is gone").untilAsserted(() -> {
            assertThat(client.resources(FilterPool.class).withName("leaving").get())
                    .isNull();
            assertThat(client.pods().list().getItems())
                    .extracting(pod -> pod.getMetadata().getName())
                    .hasSize(4)
                    .noneMatch(name -> name.startsWith("leaving"));
        });
    }

    private String uidOfPod() {
        return client.pods().withName("edge-1").get() == null
                ? null
                : client.pods().withName("edge-1").get().getMetadata().getUid();
    }

    /** Asked of the API server past the door. */
    private boolean isTooOld(String version) {
        return client.raw(
                        "/apis/sluice.dev/v1alpha1/namespaces/%s/filterpools?watch=true&timeoutSeconds=1&resourceVersion=%s"
                                .formatted(NAMESPACE, version))
                .contains("\"code\":410");
    }

    private static void resumes(String what, org.awaitility.core.ThrowingRunnable description) {
        Awaitility.await(what)
                .atMost(RESUMES_WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .untilAsserted(description);
    }

    private void serves(String pool, int nodes) {
        ThrowingConsumer<dev.sluice.api.PoolStatus> description = status -> {
            assertThat(status.trial()).isNull();
            assertThat(Story.in(status, NodeState.SERVING)).hasSize(nodes);
            assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
        };
        story.eventually(pool, pool + " serves", description);
    }

    private static String pool(String name, int replicas) {
        return """
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: %1$s}
                spec:
                  replicas: %2$d
                  template: {image: "mail:1"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops:
                    - {name: partner, addresses: [{host: 192.0.2.25}]}
                  traffic: {endpointSlice: {serviceName: %1$s}}
                  rollout:
                    policy:
                      steps: [{weightPercent: 50, leastMessages: 50, leastSeconds: 1, delta: "0.2"}]
                      gate: {objectiveSeconds: 1}
                      preflight: {deadlineSeconds: 60}
                      bakeSeconds: 1
                """.formatted(name, replicas);
    }
}
