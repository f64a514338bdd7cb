package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.Summary;
import dev.sluice.testkit.Cluster;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a real API server makes of the kinds: defaults, subresources, columns, what cannot be changed. */
@ExtendWith(Cluster.class)
class ApiServerIT {
    private static final String POOL = """
            apiVersion: sluice.dev/v1alpha1
            kind: FilterPool
            metadata:
              name: edge-in
            spec:
              minAvailable: 1
              template:
                image: example.org/filter:1
                queue: {}
              nextHops:
                - name: partner
                  addresses: [{host: mx1.example.net}]
              traffic:
                haProxy: {backend: filters, runtimeAddresses: ["192.0.2.10:9999"]}
              rollout:
                policy:
                  steps: [{weightPercent: 100, leastMessages: 10}]
            """;

    private KubernetesClient client;

    @BeforeEach
    void aFreshNamespace(KubernetesClient fresh) {
        client = fresh;
    }

    @Test
    void whatIsLeftOutAppearsWithItsDefault() {
        JsonNode spec = tree(apply(POOL)).get("spec");

        assertThat(spec.at("/replicas").asInt()).isEqualTo(1);
        assertThat(spec.at("/drain/policy").asText()).isEqualTo("HandOver");
        assertThat(spec.at("/drain/timeoutSeconds").asInt()).isEqualTo(3600);
        assertThat(spec.at("/drain/afterTimeout").asText()).isEqualTo("Block");
        assertThat(spec.at("/rollout/initial").asText()).isEqualTo("Immediate");
        assertThat(spec.at("/rollout/policy/steps/0/leastSeconds").asInt()).isEqualTo(60);
        assertThat(spec.at("/rollout/policy/steps/0/delta").isMissingNode())
                .as("follows from the weight")
                .isTrue();
        assertThat(spec.at("/rollout/policy/gate/lastStepBeta").asText()).isEqualTo("0.01");
        assertThat(spec.at("/rollout/policy/gate/alpha").asText()).isEqualTo("0.01");
        assertThat(spec.at("/rollout/policy/gate/objectiveSeconds").asInt()).isEqualTo(60);
        assertThat(spec.at("/rollout/policy/preflight/timeoutSeconds").asInt()).isEqualTo(10);
        assertThat(spec.at("/rollout/policy/ejection/maxEjected").asInt()).isEqualTo(1);
        assertThat(spec.at("/traffic/haProxy/proxyProtocol").asText()).isEqualTo("V2");
        assertThat(spec.at("/nextHops/0/addresses/0/port").asInt()).isEqualTo(25);
        assertThat(spec.at("/template/queue/size").asText()).isEqualTo("1Gi");
    }

    @Test
    void theDefaultsOfTheServerAreThoseOfTheClasses() {
        apply(POOL);

        FilterPoolSpec spec = pool().getSpec();

        assertThat(spec.drain()).isEqualTo(Drain.STANDARD);
        assertThat(spec.rollout().initial()).isEqualTo(Rollout.STANDARD.initial());
        assertThat(spec.rollout().policy().gate()).isEqualTo(RolloutPolicySpec.GateSettings.STANDARD);
        assertThat(spec.rollout().policy().preflight()).isEqualTo(RolloutPolicySpec.Preflight.STANDARD);
        assertThat(spec.rollout().policy().ejection()).isEqualTo(RolloutPolicySpec.Ejection.STANDARD);
        assertThat(spec.rollout().policy().bakeSeconds()).isEqualTo(RolloutPolicySpec.STANDARD.bakeSeconds());
        assertThat(spec.rollout().policy().progressDeadlineSeconds())
                .isEqualTo(RolloutPolicySpec.STANDARD.progressDeadlineSeconds());
        assertThat(spec.template().queue()).isEqualTo(NodeTemplate.QueueVolume.STANDARD);
    }

    @Test
    void theDefaultsOfRelayAccessAreThoseOfTheClasses() {
        apply("""
                apiVersion: sluice.dev/v1alpha1
                kind: TransportPool
                metadata: {name: outbound}
                spec:
                  template: {image: "example.org/transport:1"}
                  relayAccess: {}
                """);

        TransportPoolSpec spec =
                client.resources(TransportPool.class).withName("outbound").get().getSpec();

        assertThat(spec.relayAccess()).isEqualTo(RelayAccess.NOBODY);
        assertThat(spec.replicas()).isEqualTo(1);
    }

    @Test
    void aPoolThatNobodyHasLookedAtSaysSo() {
        assertThat(tree(apply(POOL)).at("/status/observedGeneration").asLong()).isEqualTo(-1);
    }

    @Test
    void aStatusIsWrittenApartFromTheSpec() {
        apply(POOL);
        FilterPool pool = pool();

        pool.setStatus(observed(pool.getMetadata().getGeneration()));
        client.resource(pool).updateStatus();

        FilterPool written = pool();
        assertThat(written.getStatus()).isEqualTo(observed(1));
        assertThat(written.getMetadata().getGeneration()).isEqualTo(1);
    }

    @Test
    void aStatusWithoutAKeyIsRefused() {
        apply(POOL);
        FilterPool pool = pool();
        PoolStatus broken = new PoolStatus(
                1L,
                0,
                null,
                null,
                null,
                null,
                List.of(new PoolStatus.NodeEntry(
                        null, "v1-a", NodeState.SERVING, 0, null, null, null, null, null, false)),
                null,
                null,
                0,
                0,
                null,
                null,
                null,
                null,
                null);

        pool.setStatus(broken);

        assertThatThrownBy(() -> client.resource(pool).updateStatus()).hasMessageContaining("status.nodes[0].name");
    }

    @Test
    void aPoolIsScaledAsAnythingElseIs() {
        apply(POOL);
        FilterPool pool = pool();
        pool.setStatus(observed(1));
        client.resource(pool).updateStatus();

        client.resources(FilterPool.class).withName("edge-in").scale(5);

        assertThat(pool().getSpec().replicas()).isEqualTo(5);
        assertThat(client.resources(FilterPool.class)
                        .withName("edge-in")
                        .scale()
                        .getStatus())
                .satisfies(scale -> assertThat(scale.getReplicas()).isEqualTo(3))
                .satisfies(scale -> assertThat(scale.getSelector()).isEqualTo("sluice.dev/pool=edge-in"));
    }

    @Test
    void aPoolIsNotScaledBelowWhatHasToServe() {
        apply(POOL);

        assertThatThrownBy(() -> client.resources(FilterPool.class)
                        .withName("edge-in")
                        .edit(pool -> {
                            pool.setSpec(withReplicas(pool.getSpec(), 0));
                            return pool;
                        }))
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("write a minAvailable that is at most replicas");
    }

    @Test
    void columnsShowHowARolloutGoes() throws Exception {
        apply(POOL);
        FilterPool pool = pool();
        pool.setStatus(observed(1));
        client.resource(pool).updateStatus();

        JsonNode table = table("filterpools");

        assertThat(names(table, 0))
                .containsExactly("Name", "Ready", "Revision", "Candidate", "Step", "Weight", "Nodes", "Verdict", "Age");
        assertThat(names(table, 1)).containsExactly("Available", "Message");
        assertThat(cells(table)).startsWith("edge-in", "Unknown", "v1-a", "v1-b", "2/4", "25", "3/3", "Hold");
    }

    @Test
    void theColumnsOfANodeShowItsMail() throws Exception {
        apply("""
                apiVersion: sluice.dev/v1alpha1
                kind: MailNode
                metadata: {name: edge-in-vm1}
                spec:
                  poolRef: {kind: FilterPool, name: edge-in}
                  revision: vm-1
                  external: {host: 198.51.100.20}
                """);
        MailNode node = client.resources(MailNode.class).withName("edge-in-vm1").get();
        node.setStatus(new MailNodeStatus(
                1L,
                NodeState.SERVING,
                256,
                "198.51.100.20",
                null,
                null,
                new MailNodeStatus.Outcomes(100, 90, 4, 0, 0, 0, 10, 0, 2, 80, 75, 1),
                new MailNodeStatus.QueueStatus(10, 42, null),
                null,
                null,
                null,
                Instant.parse("2026-11-23T12:00:00Z"),
                null));
        client.resource(node).updateStatus();

        JsonNode table = table("mailnodes");

        assertThat(names(table, 0))
                .containsExactly("Name", "Pool", "State", "Weight", "Accepted", "Queue", "Oldest", "Age");
        assertThat(cells(table)).startsWith("edge-in-vm1", "edge-in", "Serving", "256", "100", "10", "42");
    }

    @Test
    void nodesAreFoundByTheirPool() {
        apply("""
                apiVersion: sluice.dev/v1alpha1
                kind: MailNode
                metadata: {name: edge-in-vm1}
                spec:
                  poolRef: {kind: FilterPool, name: edge-in}
                  revision: vm-1
                  external: {host: 198.51.100.20}
                """);

        assertThat(client.resources(MailNode.class)
                        .withField("spec.poolRef.name", "edge-in")
                        .list()
                        .getItems())
                .hasSize(1);
        assertThat(client.resources(MailNode.class)
                        .withField("spec.poolRef.name", "another")
                        .list()
                        .getItems())
                .isEmpty();
    }

    @Test
    void theStorageClassOfAQueueCannotChange() {
        apply(POOL.replace("queue: {}", "queue: {storageClassName: slow}"));

        assertThatThrownBy(() -> apply(POOL.replace("queue: {}", "queue: {storageClassName: fast}")))
                .hasMessageContaining("make a new pool with the other class and move the traffic");
        assertThatThrownBy(() -> apply(POOL))
                .hasMessageContaining("make a new pool with the other class and move the traffic");
    }

    @Test
    void theStorageClassCannotBeDroppedTogetherWithTheQueue() {
        apply(POOL.replace("queue: {}", "queue: {storageClassName: slow}"));

        assertThatThrownBy(() -> apply(POOL.replace("    queue: {}\n", "")))
                .hasMessageContaining("make a new pool with the other class and move the traffic");
    }

    @Test
    void aQueueMayGetLarger() {
        apply(POOL);

        apply(POOL.replace("queue: {}", "queue: {size: 2Gi}"));

        assertThat(pool().getSpec().template().queue().size()).isEqualTo(new Quantity("2Gi"));
    }

    @Test
    void aNodeCannotChangeItsPool() {
        String node = """
                apiVersion: sluice.dev/v1alpha1
                kind: MailNode
                metadata: {name: edge-in-vm1}
                spec:
                  poolRef: {kind: FilterPool, name: edge-in}
                  revision: vm-1
                  external: {host: 198.51.100.20}
                """;
        apply(node);

        assertThatThrownBy(() -> apply(node.replace("name: edge-in}", "name: edge-out}")))
                .hasMessageContaining("delete this MailNode (it drains first)");
    }

    @Test
    void aRequestCannotChangeOnceItIsMade() {
        String action = """
                apiVersion: sluice.dev/v1alpha1
                kind: PoolAction
                metadata: {name: hold}
                spec:
                  poolRef: {kind: FilterPool, name: edge-in}
                  verb: Pause
                  reason: The partner asked us to wait.
                """;
        apply(action);

        assertThatThrownBy(() -> apply(action.replace("Pause", "Resume")))
                .hasMessageContaining("write a new PoolAction");
    }

    @Test
    void theRecordOfAnAttemptCannotBeRewritten() {
        PoolRollout rollout = new PoolRollout();
        rollout.setMetadata(new ObjectMetaBuilder().withName("edge-in-7").build());
        rollout.setSpec(new PoolRolloutSpec(
                new PoolReference(PoolKind.FILTER_POOL, "edge-in"),
                Purpose.SCALE_OUT,
                "v1-a",
                "v1-a",
                List.of("edge-in-4"),
                "replicas 3 → 4"));
        PoolRollout written = client.resource(rollout).create();
        assertThat(written.getSpec()).isEqualTo(rollout.getSpec());

        assertThatThrownBy(() -> client.resources(PoolRollout.class)
                        .withName("edge-in-7")
                        .edit(changed -> {
                            changed.setSpec(new PoolRolloutSpec(
                                    changed.getSpec().poolRef(), Purpose.NEW_REVISION, "v1-a", "v1-a", null, null));
                            return changed;
                        }))
                .hasMessageContaining("cannot be changed");
    }

    private GenericKubernetesResource apply(String yaml) {
        return client.resource(client.getKubernetesSerialization().unmarshal(yaml, GenericKubernetesResource.class))
                .inNamespace(client.getNamespace())
                .serverSideApply();
    }

    private FilterPool pool() {
        return client.resources(FilterPool.class).withName("edge-in").get();
    }

    private static FilterPoolSpec withReplicas(FilterPoolSpec spec, int replicas) {
        return new FilterPoolSpec(
                replicas,
                spec.minAvailable(),
                spec.template(),
                spec.acceptFrom(),
                spec.nextHops(),
                spec.traffic(),
                spec.drain(),
                spec.rollout(),
                spec.notifications());
    }

    private static PoolStatus observed(long generation) {
        return new PoolStatus(
                generation,
                3,
                "sluice.dev/pool=edge-in",
                List.of(new ConditionBuilder()
                        .withType("Ready")
                        .withStatus("Unknown")
                        .withReason("RolloutInProgress")
                        .withMessage("step 2/4")
                        .withLastTransitionTime("2026-11-23T12:00:00Z")
                        .withObservedGeneration(generation)
                        .build()),
                new Revisions("v1-a", "v1-b", null),
                null,
                null,
                null,
                null,
                4,
                3,
                null,
                null,
                null,
                new Summary("2/4", 25, "3/3", "Hold", "needs 12 more messages"),
                null);
    }

    private JsonNode tree(GenericKubernetesResource resource) {
        return client.getKubernetesSerialization().convertValue(resource, JsonNode.class);
    }

    /** What kubectl asks for when it prints a list. */
    private JsonNode table(String plural) throws IOException, InterruptedException, ExecutionException {
        var request = client.getHttpClient()
                .newHttpRequestBuilder()
                .uri(client.getMasterUrl() + "apis/sluice.dev/v1alpha1/namespaces/" + client.getNamespace() + "/"
                        + plural)
                .header("Accept", "application/json;as=Table;v=v1;g=meta.k8s.io")
                .build();
        return new ObjectMapper()
                .readTree(client.getHttpClient()
                        .sendAsync(request, String.class)
                        .get()
                        .body());
    }

    private static List<String> names(JsonNode table, int priority) {
        return StreamSupport.stream(table.get("columnDefinitions").spliterator(), false)
                .filter(column -> column.get("priority").asInt() == priority)
                .map(column -> column.get("name").asText())
                .toList();
    }

    private static List<String> cells(JsonNode table) {
        return StreamSupport.stream(table.at("/rows/0/cells").spliterator(), false)
                .map(JsonNode::asText)
                .toList();
    }
}
