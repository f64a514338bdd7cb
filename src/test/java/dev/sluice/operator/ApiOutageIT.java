package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutResult;
import dev.sluice.testkit.ApiServerDoor;
import dev.sluice.testkit.ApiServerDoor.Fate;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.RunningCluster;
import dev.sluice.testkit.TestEdge;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Function;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * An API server that is away for its operator, or too busy, during a canary's step: what the edge does meanwhile, and what
 * the records say afterwards. {@code -Dsluice.outage.seconds=600} makes the outage longer.
 */
@ExtendWith(Cluster.class)
class ApiOutageIT {
    private static final Duration OUTAGE = Duration.ofSeconds(Integer.getInteger("sluice.outage.seconds", 60));
    /** For the canary, once it is bad, at the end of the outage. */
    private static final Duration BAD_FOR = Duration.ofSeconds(35);

    /** The evidence takes two or three seconds, and a look waits up to 1.5 s for the repetitions of a write. */
    private static final Duration TAKEN_OUT_WITHIN = Duration.ofSeconds(12);

    private static final Duration RESUMES_WITHIN = Duration.ofSeconds(15);
    private static final Duration QUICK = Duration.ofSeconds(5);
    /** A write that had passed the door when it was shut takes effect; only its answer is lost. */
    private static final Duration UNDER_WAY = Duration.ofSeconds(2);

    private static final long MESSAGES = 20;
    private static final long SEED = 20221201L;

    @TempDir
    private Path directory;

    private KubernetesClient client;
    private ApiServerDoor door;
    private TestEdge edge;
    private Story story;

    @BeforeEach
    void begin(KubernetesClient client, RunningCluster cluster) throws IOException {
        this.client = client;
        door = ApiServerDoor.before(cluster.clientConfig());
        edge = new TestEdge(directory);
        story = new Story(
                client,
                door.clientConfig(client.getNamespace()),
                OperatorSettings.alone(List.of(client.getNamespace()), client.getNamespace(), "test"));
        story.apply(pool("mail:1", QUICK));
        story.eventually(
                "edge",
                "two nodes serve",
                status -> assertThat(Story.in(status, NodeState.SERVING)).hasSize(2));
        story.mailFlows(MESSAGES);
    }

    @AfterEach
    void end() {
        door.rule(request -> Fate.PASS);
        story.close();
        door.close();
        edge.close();
    }

    @Test
    void theEdgeStaysAsItIsAndACanaryThatTurnsBadIsOutAllTheSame() throws Exception {
        FakeAgent canary = canary(OUTAGE.plusSeconds(30));
        Map<String, Integer> before = edge.weights();
        assertThat(before).hasSize(3).doesNotContainValue(0);

        Instant end = Instant.now().plus(OUTAGE);
        away();
        Thread.sleep(UNDER_WAY.toMillis());
        PoolStatus recorded = story.status("edge");
        while (Instant.now().isBefore(end.minus(BAD_FOR))) {
            assertThat(edge.weights()).as("the last weights").isEqualTo(before);
            Thread.sleep(500);
        }
        canary.failsToDeliver(true);
        Instant bad = Instant.now();
        Map<String, Integer> without = new TreeMap<>(before);
        Awaitility.await("the canary is out")
                .atMost(TAKEN_OUT_WITHIN)
                .pollInterval(Duration.ofMillis(100))
                .until(() -> edge.weights().containsValue(0));
        System.err.printf(
                "without the API server the canary is out after %d ms%n",
                Duration.between(bad, Instant.now()).toMillis());
        edge.weights().forEach((address, weight) -> {
            if (weight == 0) {
                without.put(address, 0);
            }
        });
        assertThat(canary.orders().orElseThrow().acceptNew()).isFalse();
        while (Instant.now().isBefore(end)) {
            assertThat(edge.weights()).as("nobody gets more").isEqualTo(without);
            Thread.sleep(500);
        }
        assertThat(without.values()).containsOnlyOnce(0);
        assertThat(story.status("edge")).as("nothing could be recorded").isEqualTo(recorded);

        door.rule(request -> Fate.PASS);
        Instant back = Instant.now();
        Awaitility.await("the rollback is recorded")
                .atMost(RESUMES_WITHIN)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> !story.status("edge").revisions().rejected().isEmpty());
        System.err.printf(
                "recorded %d ms after its return%n",
                Duration.between(back, Instant.now()).toMillis());
        PoolStatus after = story.eventually(
                "edge",
                "the attempt is over",
                status -> assertThat(status.trial()).isNull());
        assertThat(Story.in(after, NodeState.SERVING)).hasSize(2);
        assertThat(Story.condition(after, "RolledBack", "-")).isEqualTo("True");
        assertThat(story.rollouts()).anySatisfy(rollout -> {
            assertThat(rollout.getStatus().result()).isEqualTo(RolloutResult.ROLLED_BACK);
            assertThat(rollout.getStatus().decisions())
                    .anySatisfy(decision -> assertThat(decision.what()).startsWith("rolled back"));
        });
        story.soon("people are told")
                .until(() -> client.events().v1().events().list().getItems().stream()
                        .anyMatch(event -> "RolloutRolledBack".equals(event.getReason())));
        assertThat(canary.queued() == 0 || !canary.isGone()).isTrue();
    }

    @Test
    void aBusyApiServerChangesNothingButTheTime() {
        Random random = new Random(SEED);
        Function<ApiServerDoor.Request, Fate> storm = request -> {
            synchronized (random) {
                return random.nextInt(3) == 0 ? ApiServerDoor.tooManyRequests(1) : Fate.PASS;
            }
        };
        canary(QUICK);
        door.rule(storm);
        door.breakConnections();

        PoolStatus status = story.eventually(
                "edge",
                "promoted in the storm",
                now -> assertThat(story.rollouts().stream()
                                .map(each -> each.getStatus().result()))
                        .contains(RolloutResult.PROMOTED)
                        .doesNotContain(RolloutResult.ROLLED_BACK, RolloutResult.RUNNING));

        assertThat(status.revisions().rejected()).isEmpty();
        story.eventually("edge", "ready in the storm", now -> {
            assertThat(Story.condition(now, "Ready", "-")).isEqualTo("True");
            assertThat(now.nodes()).hasSize(2);
        });
    }

    private void away() {
        door.rule(request -> Fate.BREAK);
        door.breakConnections();
    }

    /**
     * Another revision is on trial.
     *
     * @param step how long its step takes at least
     * @return the agent of its node
     */
    private FakeAgent canary(Duration step) {
        story.apply(pool("mail:2", step));
        PoolStatus status = story.eventually("edge", "a canary carries mail", now -> {
            assertThat(now.trial()).isNotNull();
            assertThat(now.trial().step()).isEqualTo(1);
            assertThat(Story.in(now, NodeState.CANARY)).hasSize(1);
        });
        story.soon("the edge knows it").until(() -> edge.weights().size() == 3);
        return story.nodes().get(Story.in(status, NodeState.CANARY).get(0).name());
    }

    private String pool(String image, Duration step) {
        return """
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge}
                spec:
                  replicas: 2
                  template: {image: "%s"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops:
                    - {name: partner, addresses: [{host: 192.0.2.25}]}
                  traffic: {haProxy: {runtimeAddresses: ["%s"], backend: %s}}
                  rollout:
                    policy:
                      steps: [{weightPercent: 30, leastMessages: 50, leastSeconds: %d, delta: "0.2"}]
                      gate: {objectiveSeconds: 1}
                      preflight: {deadlineSeconds: 60}
                      progressDeadlineSeconds: 3600
                      bakeSeconds: 1
                """.formatted(image, edge.runtimeAddress(), TestEdge.BACKEND, step.toSeconds());
    }
}
