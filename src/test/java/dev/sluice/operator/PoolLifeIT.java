package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Optional;
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
}
