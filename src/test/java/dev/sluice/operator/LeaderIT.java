package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.NodeState;
import dev.sluice.node.NodeOrders;
import dev.sluice.testkit.ApiServerDoor;
import dev.sluice.testkit.ApiServerDoor.Fate;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.RunningCluster;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who leads when a leader stops, sleeps, is cut off or dies; and that nothing of an old leader counts afterwards. Real
 * processes with real signals; each has a door of its own to the API server, which tells who wrote what.
 */
@ExtendWith(Cluster.class)
@Timeout(value = 6, unit = TimeUnit.MINUTES)
class LeaderIT {
    private static final Duration AFTER_A_STOP = Duration.ofSeconds(5);
    private static final Duration AFTER_A_KILL = Duration.ofSeconds(25);
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    @TempDir
    private Path logs;

    private KubernetesClient client;
    private RunningCluster cluster;
    private FakeNodes nodes;
    private final ScheduledExecutorService mail = Executors.newSingleThreadScheduledExecutor();
    private Future<?> flow = CompletableFuture.completedFuture(null);
    private final List<Candidate> candidates = new ArrayList<>();

    /** An operator with its door, and what it wrote through it. */
    private record Candidate(OperatorProcess operator, ApiServerDoor door, List<Instant> writes) {}

    @BeforeEach
    void begin(KubernetesClient client, RunningCluster cluster) {
        this.client = client;
        this.cluster = cluster;
        nodes = new FakeNodes(client);
        flow = mail.scheduleAtFixedRate(
                () -> nodes.all().forEach(agent -> agent.receive(100)), 0, 100, TimeUnit.MILLISECONDS);
    }

    @AfterEach
    void end() {
        flow.cancel(false);
        mail.shutdownNow();
        candidates.forEach(candidate -> {
            candidate.operator().close();
            candidate.door().close();
        });
        nodes.close();
    }

    private Candidate candidate(String name) {
        List<Instant> writes = new CopyOnWriteArrayList<>();
        ApiServerDoor door = ApiServerDoor.before(cluster.clientConfig(), request -> {
            if (request.isWrite() && !request.path().contains("/leases")) {
                writes.add(Instant.now());
            }
            return Fate.PASS;
        });
        Candidate candidate = new Candidate(
                OperatorProcess.start(door.address(), client.getNamespace(), name, logs.resolve(name + ".log")),
                door,
                writes);
        candidates.add(candidate);
        return candidate;
    }

    @Test
    void whoeverLedBeforeIsNotObeyedAnyMore() throws Exception {
        Candidate first = candidate("first");
        leads(first, PATIENCE);
        Candidate second = candidate("second");
        pool(4);
        serves(4);
        waitsItsTurn(second);

        // A stop in good order: the lease is given back.
        first.operator().stop();
        leads(second, AFTER_A_STOP);
        Candidate third = candidate("third");
        assertThat(first.operator().endsWithin(PATIENCE)).isTrue();
        takesTheAgentsOver(second);

        // Sleep: the sleeper does not know that it was replaced.
        waitsItsTurn(third);
        second.operator().putToSleep();
        leads(third, AFTER_A_KILL);
        Candidate fourth = candidate("fourth");
        takesTheAgentsOver(third);
        pool(3);
        serves(3);
        Instant woken = Instant.now();
        second.operator().wake();
        assertThat(second.operator().endsWithin(Duration.ofSeconds(20)))
                .as("the sleeper ends when it sees that its lease ran out")
                .isTrue();
        assertThat(second.writes())
                .as("nothing of the sleeper is sent when it wakes")
                .noneMatch(woken::isBefore);
        nothingOfAnOldLeaderCounts(third);

        // Cut off from the API server, but not from the agents.
        waitsItsTurn(fourth);
        third.door().rule(request -> Fate.BREAK);
        third.door().breakConnections();
        leads(fourth, AFTER_A_KILL);
        assertThat(third.operator().endsWithin(Duration.ofSeconds(20)))
                .as("who cannot renew its lease ends")
                .isTrue();
        Candidate fifth = candidate("fifth");
        takesTheAgentsOver(fourth);
        pool(2);
        serves(2);
        nothingOfAnOldLeaderCounts(fourth);

        // Death.
        waitsItsTurn(fifth);
        fourth.operator().kill();
        leads(fifth, AFTER_A_KILL);
        takesTheAgentsOver(fifth);
        pool(1);
        serves(1);
        nothingOfAnOldLeaderCounts(fifth);
    }

    private void leads(Candidate candidate, Duration limit) {
        Instant asked = Instant.now();
        Awaitility.await(candidate.operator().identity() + " leads")
                .atMost(limit)
                .pollInterval(Duration.ofMillis(100))
                .until(() ->
                        holder().filter(candidate.operator().identity()::equals).isPresent());
        System.err.printf(
                "%s leads after %d ms%n",
                candidate.operator().identity(),
                Duration.between(asked, Instant.now()).toMillis());
    }

    private Optional<String> holder() {
        return lease().map(lease -> lease.getSpec().getHolderIdentity());
    }

    private Optional<Lease> lease() {
        return Optional.ofNullable(client.leases().withName("sluice-operator").get());
    }

    private long epoch() {
        return 1L + lease().orElseThrow().getSpec().getLeaseTransitions();
    }

    /** It has filled its caches and stands for election. */
    private void waitsItsTurn(Candidate candidate) throws InterruptedException {
        Awaitility.await(candidate.operator().identity() + " stands for election")
                .atMost(PATIENCE)
                .until(() -> asksForTheLease(candidate));
        assertThat(candidate.writes()).as("who does not lead writes nothing").isEmpty();
    }

    private static boolean asksForTheLease(Candidate candidate) {
        return candidate.door().requests("/leases/sluice-operator") > 2;
    }

    /** Each agent knows the new leader's number although nothing else has changed for it. */
    private void takesTheAgentsOver(Candidate candidate) {
        long epoch = epoch();
        Awaitility.await("the agents know that " + candidate.operator().identity() + " leads")
                .atMost(Duration.ofSeconds(20))
                .until(() -> nodes.all().stream()
                        .allMatch(agent -> agent.orders()
                                .filter(orders -> orders.leaderEpoch() == epoch)
                                .isPresent()));
    }

    /** Orders that were obeyed are of ever greater epochs, and the last are the leader's. */
    private void nothingOfAnOldLeaderCounts(Candidate leader) {
        long epoch = epoch();
        assertThat(holder()).contains(leader.operator().identity());
        for (FakeAgent agent : nodes.ever()) {
            List<Long> obeyed =
                    agent.obeyed().stream().map(NodeOrders::leaderEpoch).toList();
            assertThat(obeyed).as("epochs that %s obeyed", agent.node()).isSorted();
        }
        assertThat(nodes.all())
                .allSatisfy(agent ->
                        assertThat(agent.orders().orElseThrow().leaderEpoch()).isEqualTo(epoch));
    }

    private void serves(int replicas) {
        Awaitility.await(replicas + " nodes serve")
                .atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(200))
                .until(() -> {
                    var pool =
                            client.resources(FilterPool.class).withName("edge").require();
                    var status = Observation.statusOf(pool);
                    return pool.getMetadata().getGeneration().equals(status.observedGeneration())
                            && status.nodes().size() == replicas
                            && Story.in(status, NodeState.SERVING).size() == replicas;
                });
    }

    private void pool(int replicas) {
        String yaml = """
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge}
                spec:
                  replicas: %d
                  template: {image: "mail:1"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops:
                    - {name: partner, addresses: [{host: 192.0.2.25}]}
                  traffic: {endpointSlice: {serviceName: smtp}}
                  rollout:
                    policy:
                      steps: [{weightPercent: 50, leastMessages: 50, leastSeconds: 1, delta: "0.2"}]
                      gate: {objectiveSeconds: 1}
                      preflight: {deadlineSeconds: 10}
                      bakeSeconds: 1
                """.formatted(replicas);
        client.load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
                .items()
                .forEach(object -> client.resource(object)
                        .inNamespace(client.getNamespace())
                        .fieldManager("person")
                        .forceConflicts()
                        .serverSideApply());
    }
}
