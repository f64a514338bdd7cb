package dev.sluice.local.demo;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.SluiceNames;
import dev.sluice.local.ApiServer;
import dev.sluice.local.Edge;
import dev.sluice.local.Laboratory;
import dev.sluice.local.LocalRuntimeException;
import dev.sluice.local.NetworkNamespace;
import dev.sluice.local.NodeAccess;
import dev.sluice.local.Sink;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.NodeClient;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;

/** The platform of one act: its own network, namespace, edge, world and nodes. */
final class Scene implements AutoCloseable {
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    private final Laboratory laboratory;
    private final Timeline timeline;
    private final InstantSource clock;
    private final long seed;
    private final Runnable disturbance;
    private final Sink world;
    private final EdgeWatch edgeWatch;
    private Optional<NodeWatch> nodeWatch = Optional.empty();
    private Optional<ClusterWatch> clusterWatch = Optional.empty();

    private Scene(Laboratory laboratory, Timeline timeline, InstantSource clock, long seed, Runnable disturbance) {
        this.laboratory = laboratory;
        this.timeline = timeline;
        this.clock = clock;
        this.seed = seed;
        this.disturbance = disturbance;
        this.world = laboratory.startSink(25);
        laboratory.startKubelet().startEdge(List.of(Edge.Backend.of(Pools.BACKEND, 25, 16)));
        this.edgeWatch = new EdgeWatch(laboratory.edge(), clock).start();
    }

    /**
     * Opens the platform of an act; the API server stays when it closes.
     *
     * @param disturbance what happens besides in the middle of the act
     */
    static Scene open(
            ApiServer shared,
            String namespace,
            Timeline timeline,
            InstantSource clock,
            long seed,
            Runnable disturbance) {
        Laboratory laboratory = Laboratory.open(new SharedApiServer(shared), namespace);
        try {
            return new Scene(laboratory, timeline, clock, seed, disturbance);
        } catch (RuntimeException e) {
            laboratory.close();
            throw e;
        }
    }

    /** Shows in the timeline what Sluice does to the filter pool. */
    void watchPools() {
        clusterWatch = Optional.of(new ClusterWatch(client(), laboratory.namespace(), timeline).start());
    }

    /** The act is in its middle: something is under way that has to come to the same end whatever happens now. */
    void middle() {
        disturbance.run();
    }

    /** Applies the transport tiers and three filter nodes, admitted by Sluice, and waits until they serve. */
    void openManagedPlatform(int preflightSeconds) {
        watchPools();
        apply(Pools.managedTransport(Pools.EAST, world.address()));
        apply(Pools.managedTransport(Pools.WEST, world.address()));
        apply(filterPool(3, preflightSeconds));
        awaitServing(3);
    }

    FilterPool filterPool(int replicas, int preflightSeconds) {
        return Pools.filter(replicas, clients(), laboratory.edge().runtimeApi(), preflightSeconds);
    }

    /** The network that the load's addresses are in. */
    String clients() {
        String first = laboratory.network().loadAddress(1);
        return first.substring(0, first.lastIndexOf('.')) + ".0/24";
    }

    /** The network that all nodes' addresses are in, and nobody else's. */
    String nodesNetwork() {
        return laboratory.network().address(1, 0) + "/24";
    }

    void apply(Pool pool) {
        laboratory.apply(List.of(pool));
    }

    /** Changes how many filter nodes there are to be, as {@code kubectl scale} does. */
    void scale(int replicas) {
        client().resources(FilterPool.class)
                .inNamespace(namespace())
                .withName(Pools.FILTER)
                .scale(replicas);
        timeline.tell(
                "FilterPool/" + Pools.FILTER, "scaled", "to %d nodes; the template is unchanged".formatted(replicas));
    }

    void awaitServing(int nodes) {
        await(
                Duration.ofMinutes(3),
                "%d filter nodes serve".formatted(nodes),
                () -> isReady(Pools.FILTER) && filterNodes(NodeState.SERVING).size() == nodes);
        watchNodes();
    }

    /** Begins to ask the nodes themselves, with a certificate of the namespace's own authority. */
    void watchNodes() {
        if (nodeWatch.isEmpty()) {
            watchNodes(NodeAccess.ofNamespace(client(), namespace(), clock));
        }
    }

    /** The same with an authority that no operator made. */
    void watchNodes(CertificateAuthority authority) {
        watchNodes(NodeAccess.ofAuthority(authority));
    }

    private void watchNodes(NodeClient asking) {
        nodeWatch = Optional.of(new NodeWatch(asking, () -> NodeAccess.addresses(client(), namespace())).start());
    }

    /** Names of the filter nodes that the pool has in one of these states. */
    List<String> filterNodes(NodeState... states) {
        return filter().stream()
                .flatMap(pool -> pool.getStatus().nodes().stream())
                .filter(node -> List.of(states).contains(node.state()))
                .map(PoolStatus.NodeEntry::name)
                .toList();
    }

    Optional<FilterPool> filter() {
        return Optional.ofNullable(client().resources(FilterPool.class)
                        .inNamespace(namespace())
                        .withName(Pools.FILTER)
                        .get())
                .filter(pool -> pool.getStatus() != null);
    }

    boolean isReady(String pool) {
        return condition("Ready")
                        .filter(ready -> ready.getStatus().equals("True"))
                        .isPresent()
                && filter().filter(known -> Objects.equals(
                                known.getStatus().observedGeneration(),
                                known.getMetadata().getGeneration()))
                        .isPresent();
    }

    Optional<Condition> condition(String type) {
        return filter().stream()
                .flatMap(pool -> pool.getStatus().conditions().stream())
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    /** Waits until the condition holds; fails with a sentence that says what did not happen. */
    void await(Duration limit, String what, BooleanSupplier condition) {
        Instant deadline = clock.instant().plus(limit);
        while (!condition.getAsBoolean()) {
            if (clock.instant().isAfter(deadline)) {
                throw new LocalRuntimeException(
                        "did not happen within %d s: %s%s".formatted(limit.toSeconds(), what, filterMessage()));
            }
            pause(LOOK_AGAIN);
        }
    }

    private String filterMessage() {
        return filter().map(FilterPool::getStatus)
                .map(PoolStatus::summary)
                .map(summary -> " (the pool says: " + summary.message() + ")")
                .orElse("");
    }

    void pause(Duration time) {
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted", e);
        }
    }

    /** One of these, chosen by the seed. */
    <T> T choose(List<T> candidates) {
        return candidates.get(Math.floorMod(seed, candidates.size()));
    }

    /** Where a node is on the network. */
    NetworkNamespace networkOf(String node) {
        return laboratory
                .kubelet()
                .namespaceOf(node)
                .orElseThrow(() -> new LocalRuntimeException(node + " is not on the network"));
    }

    /** The one node of a transport tier. */
    NetworkNamespace networkOfTransport(String pool) {
        String node = client().resources(MailNode.class).inNamespace(namespace()).list().getItems().stream()
                .map(each -> each.getMetadata())
                .filter(each -> pool.equals(each.getLabels().get(SluiceNames.POOL_LABEL)))
                .map(each -> each.getName())
                .findFirst()
                .orElseThrow();
        return networkOf(node);
    }

    List<Pod> pods(Predicate<Pod> which) {
        return client().pods().inNamespace(namespace()).list().getItems().stream()
                .filter(which)
                .toList();
    }

    KubernetesClient client() {
        return laboratory.client();
    }

    String namespace() {
        return laboratory.namespace();
    }

    Laboratory laboratory() {
        return laboratory;
    }

    Timeline timeline() {
        return timeline;
    }

    InstantSource clock() {
        return clock;
    }

    Sink world() {
        return world;
    }

    Edge edge() {
        return laboratory.edge();
    }

    EdgeWatch edgeWatch() {
        return edgeWatch;
    }

    NodeWatch nodes() {
        return nodeWatch.orElseThrow(() -> new IllegalStateException("nodes are watched once they serve"));
    }

    @Override
    public void close() {
        edgeWatch.close();
        nodeWatch.ifPresent(NodeWatch::close);
        clusterWatch.ifPresent(ClusterWatch::close);
        try {
            laboratory.removePools();
        } finally {
            laboratory.close();
        }
    }

    /** The API server outlives the acts. */
    private record SharedApiServer(ApiServer server) implements ApiServer {
        @Override
        public String description() {
            return server.description();
        }

        @Override
        public String kubeconfig() {
            return server.kubeconfig();
        }

        @Override
        public java.nio.file.Path kubeconfigFile() {
            return server.kubeconfigFile();
        }

        @Override
        public KubernetesClient client() {
            return server.client();
        }

        @Override
        public void close() {
            // The demo closes it after the last act.
        }
    }
}
