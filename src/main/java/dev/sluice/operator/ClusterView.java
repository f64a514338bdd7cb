package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Informable;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import io.fabric8.kubernetes.client.informers.cache.Cache;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What the API server told last of everything that the operator looks at. One cache a kind for all controllers. Objects
 * must not be changed by who reads them.
 */
final class ClusterView implements TrafficKeeper.Edges, AutoCloseable {
    private static final String BY_POOL = "pool";
    private static final long SYNC_SECONDS = 120;

    private final List<SharedIndexInformer<?>> informers = new ArrayList<>();
    private final Kind<FilterPool> filterPools;
    private final Kind<TransportPool> transportPools;
    private final Kind<MailNode> mailNodes;
    private final Kind<Pod> pods;
    private final Kind<RolloutPolicy> policies;
    private final Kind<PoolRollout> rollouts;
    private final Kind<PoolAction> actions;
    private final Kind<EndpointSlice> endpointSlices;
    private final Kind<NetworkPolicy> networkPolicies;

    /**
     * A view of the given namespaces.
     *
     * @param namespaces empty for all
     */
    ClusterView(KubernetesClient client, List<String> namespaces) {
        filterPools = kind(client, FilterPool.class, namespaces, Map.of(), pool -> List.of());
        transportPools = kind(client, TransportPool.class, namespaces, Map.of(), pool -> List.of());
        mailNodes = kind(
                client,
                MailNode.class,
                namespaces,
                Map.of(),
                node -> List.of(indexKey(PoolKey.of(
                        node.getMetadata().getNamespace(), node.getSpec().poolRef()))));
        pods = kind(client, Pod.class, namespaces, Labels.MANAGED, pod -> List.of());
        policies = kind(client, RolloutPolicy.class, namespaces, Map.of(), policy -> List.of());
        rollouts = kind(
                client,
                PoolRollout.class,
                namespaces,
                Map.of(),
                rollout -> List.of(indexKey(PoolKey.of(
                        rollout.getMetadata().getNamespace(), rollout.getSpec().poolRef()))));
        actions = kind(
                client,
                PoolAction.class,
                namespaces,
                Map.of(),
                action -> List.of(indexKey(PoolKey.of(
                        action.getMetadata().getNamespace(), action.getSpec().poolRef()))));
        endpointSlices = kind(client, EndpointSlice.class, namespaces, Labels.MANAGED, slice -> List.of());
        networkPolicies = kind(client, NetworkPolicy.class, namespaces, Labels.MANAGED, policy -> List.of());
    }

    private <T extends HasMetadata> Kind<T> kind(
            KubernetesClient client,
            Class<T> type,
            List<String> namespaces,
            Map<String, String> labels,
            Function<T, List<String>> pools) {
        List<Informable<T>> sources = namespaces.isEmpty()
                ? List.of(client.resources(type).inAnyNamespace().withLabels(labels))
                : namespaces.stream()
                        .<Informable<T>>map(namespace ->
                                client.resources(type).inNamespace(namespace).withLabels(labels))
                        .toList();
        List<SharedIndexInformer<T>> made = sources.stream()
                .map(source -> source.runnableInformer(0))
                .map(informer -> informer.addIndexers(Map.of(BY_POOL, pools)))
                .toList();
        informers.addAll(made);
        return new Kind<>(made);
    }

    private static String indexKey(PoolKey pool) {
        return pool.namespace() + "/" + pool.kind() + "/" + pool.name();
    }

    /** Starts to watch and returns when every cache is filled. */
    void start() {
        CompletableFuture<?>[] synced = informers.stream()
                .map(informer -> informer.start().toCompletableFuture())
                .toArray(CompletableFuture[]::new);
        CompletableFuture.allOf(synced)
                .orTimeout(SYNC_SECONDS, TimeUnit.SECONDS)
                .join();
    }

    /** Whether every cache was filled. */
    boolean synced() {
        return informers.stream().allMatch(SharedIndexInformer::hasSynced);
    }

    @Override
    public void close() {
        informers.forEach(SharedIndexInformer::stop);
    }

    @Override
    public Optional<Pool> pool(PoolKey key) {
        ObjectKey name = new ObjectKey(key.namespace(), key.name());
        return key.kind() == PoolKind.FILTER_POOL
                ? filterPools.get(name).map(Pool.class::cast)
                : transportPools.get(name).map(Pool.class::cast);
    }

    /** All pools of a namespace. */
    List<Pool> pools(String namespace) {
        return Stream.concat(filterPools.all(), transportPools.all())
                .filter(pool -> pool.getMetadata().getNamespace().equals(namespace))
                .map(Pool.class::cast)
                .toList();
    }

    /** All pools. */
    List<Pool> pools() {
        return Stream.concat(filterPools.all(), transportPools.all())
                .map(Pool.class::cast)
                .toList();
    }

    Stream<MailNode> mailNodes() {
        return mailNodes.all();
    }

    List<MailNode> mailNodes(PoolKey pool) {
        return mailNodes.of(pool);
    }

    Optional<MailNode> mailNode(ObjectKey key) {
        return mailNodes.get(key);
    }

    /** The Pod of a node; it has the node's name. */
    Optional<Pod> pod(ObjectKey node) {
        return pods.get(node);
    }

    Optional<RolloutPolicy> policy(ObjectKey key) {
        return policies.get(key);
    }

    Optional<PoolRollout> rollout(ObjectKey key) {
        return rollouts.get(key);
    }

    List<PoolRollout> rollouts(PoolKey pool) {
        return rollouts.of(pool);
    }

    List<PoolAction> actions(PoolKey pool) {
        return actions.of(pool);
    }

    @Override
    public Optional<EndpointSlice> endpointSlice(ObjectKey key) {
        return endpointSlices.get(key);
    }

    Optional<NetworkPolicy> networkPolicy(ObjectKey key) {
        return networkPolicies.get(key);
    }

    void onFilterPool(Consumer<FilterPool> listener) {
        filterPools.listen(listener);
    }

    void onTransportPool(Consumer<TransportPool> listener) {
        transportPools.listen(listener);
    }

    void onMailNode(Consumer<MailNode> listener) {
        mailNodes.listen(listener);
    }

    void onPod(Consumer<Pod> listener) {
        pods.listen(listener);
    }

    void onPolicy(Consumer<RolloutPolicy> listener) {
        policies.listen(listener);
    }

    void onAction(Consumer<PoolAction> listener) {
        actions.listen(listener);
    }

    /** Objects that Sluice writes for a pool: somebody may have changed one. */
    void onWritten(Consumer<HasMetadata> listener) {
        endpointSlices.listen(listener::accept);
        networkPolicies.listen(listener::accept);
    }

    /** One kind in all watched namespaces. */
    private record Kind<T extends HasMetadata>(List<SharedIndexInformer<T>> informers) {
        Optional<T> get(ObjectKey key) {
            String cacheKey = Cache.namespaceKeyFunc(key.namespace(), key.name());
            return informers.stream()
                    .map(informer -> informer.getIndexer().getByKey(cacheKey))
                    .filter(found -> found != null)
                    .findFirst();
        }

        Stream<T> all() {
            return informers.stream().flatMap(informer -> informer.getIndexer().list().stream());
        }

        List<T> of(PoolKey pool) {
            return informers.stream()
                    .flatMap(informer -> informer.getIndexer().byIndex(BY_POOL, indexKey(pool)).stream())
                    .toList();
        }

        void listen(Consumer<T> listener) {
            for (SharedIndexInformer<T> informer : informers) {
                informer.addEventHandler(new ResourceEventHandler<T>() {
                    @Override
                    public void onAdd(T added) {
                        listener.accept(added);
                    }

                    @Override
                    public void onUpdate(T before, T after) {
                        if (!before.getMetadata()
                                .getResourceVersion()
                                .equals(after.getMetadata().getResourceVersion())) {
                            listener.accept(after);
                        }
                    }

                    @Override
                    public void onDelete(T deleted, boolean finalStateUnknown) {
                        listener.accept(deleted);
                    }
                });
            }
        }
    }
}
