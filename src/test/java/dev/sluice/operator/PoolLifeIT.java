package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TransportPool;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** A filter pool's life on a real API server, with agents that only count mail. */
@ExtendWith(Cluster.class)
class PoolLifeIT {
    private KubernetesClient client;
    private Story story;

    @BeforeEach
    void begin(KubernetesClient client) {
        this.client = client;
        story = new Story(client);
    }

    @AfterEach
    void end() {
        story.close();
    }

    static String pool(int replicas, String image) {
        return """
                apiVersion: v1
                kind: Service
                metadata: {name: smtp}
                spec: {ports: [{port: 25}]}
                ---
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge}
                spec:
                  replicas: %d
                  template: {image: "%s"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops:
                    - {name: partner, addresses: [{host: 192.0.2.25}]}
                  traffic: {endpointSlice: {serviceName: smtp}}
                  rollout:
                    policy:
                      steps:
                        - {weightPercent: 20, leastMessages: 50, leastSeconds: 1, delta: "0.2"}
                        - {weightPercent: 50, leastMessages: 50, leastSeconds: 1, delta: "0.2"}
                      gate: {objectiveSeconds: 2}
                      preflight: {deadlineSeconds: 10}
                      bakeSeconds: 1
                """.formatted(replicas, image);
    }

    private PoolStatus installed(int replicas) {
        story.apply(pool(replicas, "mail:1"));
        return story.eventually("edge", "the pool serves", status -> {
            assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
            assertThat(Story.in(status, NodeState.SERVING)).hasSize(replicas);
        });
    }

    @Test
    void aNewPoolIsReadyWhenItsNodesHavePassedTheirPreflight() {
        PoolStatus status = installed(2);

        assertThat(status.revisions().stable()).startsWith("v1-");
        assertThat(client.pods().withName("edge-1").get()).isNotNull();
        assertThat(client.persistentVolumeClaims().withName("edge-1-queue").get())
                .isNotNull();
        story.soon("the Service leads to both nodes")
                .untilAsserted(() -> assertThat(client.discovery()
                                .v1()
                                .endpointSlices()
                                .withName("edge-sluice")
                                .require()
                                .getEndpoints())
                        .hasSize(2)
                        .allSatisfy(endpoint ->
                                assertThat(endpoint.getConditions().getReady()).isTrue()));
    }

    @Test
    void aNodeThatItsNextHopRefusesNeverSeesMailAndThePoolSaysWhy() {
        installed(2);
        story.mailFlows(10);
        story.nodes().bringUp(agent -> agent.refusedWith(Optional.of("554 5.7.1 Relay access denied")));

        story.apply(pool(3, "mail:1"));

        PoolStatus status = story.eventually("edge", "the new node is rejected", seen -> {
            assertThat(Story.in(seen, NodeState.REJECTED)).hasSize(1);
            assertThat(Story.condition(seen, "Ready", "-")).isEqualTo("False");
        });
        assertThat(Story.condition(status, "Ready").orElseThrow().getMessage())
                .contains("edge-3", "partner", "554 5.7.1 Relay access denied");
        assertThat(Story.condition(status, "Available", "-")).isEqualTo("True");
        assertThat(story.nodes().get("edge-3").accepted()).isZero();
        assertThat(Story.in(status, NodeState.SERVING)).hasSize(2);
    }

    @Test
    void aNewRevisionEntersStepByStepOnEvidence() {
        installed(2);
        String first = story.status("edge").revisions().stable();
        story.mailFlows(10);

        story.apply(pool(2, "mail:2"));

        story.eventually("edge", "a canary carries mail", status -> {
            assertThat(status.trial()).isNotNull();
            assertThat(Story.in(status, NodeState.CANARY)).isNotEmpty();
            assertThat(Story.in(status, NodeState.SERVING)).hasSize(2);
        });
        PoolStatus status = story.eventually("edge", "the new revision serves", seen -> {
            assertThat(Story.condition(seen, "Ready", "-")).isEqualTo("True");
            assertThat(seen.revisions().stable()).isNotEqualTo(first);
            assertThat(seen.nodes()).hasSize(2);
        });
        assertThat(Story.in(status, NodeState.SERVING)).hasSize(2);
        story.soon("what the old nodes had is gone").untilAsserted(() -> {
            assertThat(story.mailNodes()).hasSize(2);
            assertThat(client.pods().withName("edge-1").get()).isNull();
            assertThat(client.persistentVolumeClaims().withName("edge-1-queue").get())
                    .satisfiesAnyOf(
                            claim -> assertThat(claim).isNull(),
                            claim -> assertThat(claim.getMetadata().getDeletionTimestamp())
                                    .isNotNull());
        });
        assertThat(story.rollouts()).anySatisfy(rollout -> {
            assertThat(rollout.getSpec().purpose()).isEqualTo(Purpose.NEW_REVISION);
            assertThat(rollout.getStatus().result()).isEqualTo(RolloutResult.PROMOTED);
            assertThat(rollout.getStatus().steps()).hasSize(2);
        });
    }

    @Test
    void aRevisionThatFailsIsRolledBackItsQueueHandedOverAndNeverTriedAgainUnasked() {
        installed(2);
        String good = story.status("edge").revisions().stable();
        story.mailFlows(10);
        story.nodes().bringUp(agent -> agent.failsToDeliver(true));

        story.apply(pool(2, "mail:bad"));

        story.eventually("edge", "the revision is rejected", status -> {
            assertThat(status.revisions().rejected()).hasSize(1);
            assertThat(Story.condition(status, "RolledBack", "-")).isEqualTo("True");
        });
        story.stopOperator();
        story.startOperator();
        PoolStatus status = story.eventually("edge", "the rollback is complete", seen -> {
            assertThat(seen.trial()).isNull();
            assertThat(seen.nodes()).hasSize(2);
            assertThat(Story.condition(seen, "Stalled", "-")).isEqualTo("True");
        });
        assertThat(status.revisions().stable()).isEqualTo(good);
        assertThat(Story.condition(status, "Ready", "-")).isEqualTo("False");
        assertThat(Story.condition(status, "Available", "-")).isEqualTo("True");
        assertThat(story.rollouts())
                .anySatisfy(rollout -> assertThat(rollout.getStatus().result()).isEqualTo(RolloutResult.ROLLED_BACK));
        long nodesMade = status.lastNodeNumber();
        Awaitility.await("it is not tried again")
                .during(Duration.ofSeconds(5))
                .atMost(Story.PATIENCE)
                .until(() -> story.status("edge").lastNodeNumber() == nodesMade);
    }

    @Test
    void anAgentThatDoesNotAnswerIsNoEvidence() {
        installed(2);
        story.nodes().bringUp(agent -> agent.silent(true));

        story.apply(pool(3, "mail:1"));

        story.eventually(
                "edge",
                "the new node is being made",
                status -> assertThat(Story.in(status, NodeState.PENDING))
                        .hasSize(1)
                        .allSatisfy(node -> assertThat(node.reason()).contains("edge-3")));
        Awaitility.await("it does not move on")
                .during(Duration.ofSeconds(5))
                .atMost(Story.PATIENCE)
                .until(() -> Story.in(story.status("edge"), NodeState.PENDING).size() == 1);
        assertThat(story.nodes().get("edge-3").accepted()).isZero();
    }

    @Test
    void twoPoolsOfOnePathThatGrowAtOnceAreNeverOnTrialWithMailTogether() {
        story.apply(tiers(2, 1));
        story.eventually("edge", "both tiers serve", status -> {
            assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
            assertThat(Story.condition(relay(), "Ready", "-")).isEqualTo("True");
        });
        story.mailFlows(10);

        story.apply(tiers(3, 2));

        AtomicBoolean oneWaited = new AtomicBoolean();
        story.soon("both have grown").until(() -> {
            PoolStatus edge = story.status("edge");
            PoolStatus relay = relay();
            // The two are not read at the same instant: only what is so before and after is so at once.
            PoolStatus edgeStill = story.status("edge");
            assertThat(carriesMailOnTrial(edge) && carriesMailOnTrial(relay) && carriesMailOnTrial(edgeStill))
                    .as("%s and %s", edge.trial(), relay.trial())
                    .isFalse();
            Stream.of(edge, relay)
                    .flatMap(status -> status.conditions().stream())
                    .filter(condition -> condition.getMessage().contains("is on trial; pools of one path"))
                    .forEach(condition -> oneWaited.set(true));
            return Story.in(edge, NodeState.SERVING).size() == 3
                    && Story.in(relay, NodeState.SERVING).size() == 2;
        });
        assertThat(oneWaited).isTrue();
    }

    private PoolStatus relay() {
        return Observation.statusOf(
                client.resources(TransportPool.class).withName("relay").require());
    }

    private static boolean carriesMailOnTrial(PoolStatus status) {
        return status.trial() != null && status.trial().step() > 0;
    }

    private static String tiers(int filters, int relays) {
        return """
                apiVersion: sluice.dev/v1alpha1
                kind: TransportPool
                metadata: {name: relay}
                spec:
                  replicas: %d
                  template: {image: "mail:1"}
                  relayAccess: {fromPools: [edge]}
                  nextHops:
                    - {name: world, addresses: [{host: 192.0.2.25}]}
                  rollout:
                    policy:
                      steps: [{weightPercent: 100, leastMessages: 50, leastSeconds: 3, delta: "0.2"}]
                      gate: {objectiveSeconds: 2}
                      bakeSeconds: 0
                ---
                """.formatted(relays)
                + pool(filters, "mail:1").replace("addresses: [{host: 192.0.2.25}]", "transportPoolRef: {name: relay}");
    }

    @Test
    void aPoolThatIsDeletedGoesOnlyWhenItsQueuesAreEmpty() {
        installed(2);
        story.nodes().all().forEach(agent -> {
            agent.failsToDeliver(true);
            story.soon(agent.node() + " has mail that waits").until(() -> {
                agent.receive(3);
                return agent.queued() > 0;
            });
        });

        client.resource(story.filterPool("edge")).delete();

        story.eventually(
                "edge",
                "all nodes drain",
                status -> assertThat(Story.in(status, NodeState.DRAINING)).hasSize(2));
        Awaitility.await("nothing goes while mail is queued")
                .during(Duration.ofSeconds(5))
                .atMost(Story.PATIENCE)
                .until(() -> client.pods().list().getItems().size() == 2);
        story.nodes().all().forEach(FakeAgent::deliverQueue);
        story.soon("the pool is gone").untilAsserted(() -> {
            assertThat(client.resources(FilterPool.class).list().getItems()).isEmpty();
            assertThat(story.mailNodes()).isEmpty();
            assertThat(client.pods().list().getItems()).isEmpty();
        });
    }

    @Test
    void aPoolAtRestIsLeftAlone() {
        installed(2);
        Supplier<List<String>> versions = () -> Stream.of(
                        client.resources(FilterPool.class).list().getItems().stream(),
                        story.mailNodes().stream(),
                        story.rollouts().stream(),
                        client.pods().list().getItems().stream())
                .flatMap(objects -> objects)
                .map(object -> object.getMetadata().getName() + "@"
                        + object.getMetadata().getResourceVersion())
                .toList();
        Awaitility.await("nothing is written any more")
                .pollInterval(Duration.ofSeconds(8))
                .atMost(Story.PATIENCE)
                .until(new Callable<Boolean>() {
                    private List<String> before = List.of();
                    private int requests;

                    @Override
                    public Boolean call() {
                        List<String> now = versions.get();
                        int sent = story.operatorRequests();
                        boolean still = now.equals(before) && sent == requests;
                        before = now;
                        requests = sent;
                        return still;
                    }
                });
    }

    @Test
    void aNextHopThatDoesNotExistIsSaidAndNothingBegins() {
        story.apply(pool(1, "mail:1").replace("addresses: [{host: 192.0.2.25}]", "transportPoolRef: {name: outbound}"));

        PoolStatus status = story.eventually(
                "edge",
                "the pool says what is missing",
                seen -> assertThat(Story.condition(seen, "Ready", "-")).isEqualTo("False"));
        assertThat(Story.condition(status, "Ready").orElseThrow().getMessage())
                .isEqualTo("TransportPool outbound does not exist in this namespace: create it or change"
                        + " spec.nextHops[partner].transportPoolRef");
        assertThat(story.mailNodes()).isEmpty();
    }
}
