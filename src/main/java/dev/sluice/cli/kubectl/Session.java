package dev.sluice.cli.kubectl;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * What commands read of a cluster.
 *
 * @param client the way to the API server, with the person's own rights
 * @param namespace the namespace in question
 */
record Session(KubernetesClient client, String namespace) {

    /** All pools of the namespace, by kind and name. */
    List<Pool> pools() {
        return pools(Optional.of(namespace));
    }

    /** All pools of a namespace, or of all. */
    List<Pool> pools(Optional<String> where) {
        List<Pool> pools = new ArrayList<>();
        pools.addAll(list(FilterPool.class, where));
        pools.addAll(list(TransportPool.class, where));
        pools.sort(Comparator.comparing((Pool pool) -> pool.getMetadata().getNamespace())
                .thenComparing(Pool::kind)
                .thenComparing(pool -> pool.getMetadata().getName()));
        return pools;
    }

    /** All objects of a kind. */
    <T extends HasMetadata> List<T> list(Class<T> kind, Optional<String> where) {
        return where.map(space ->
                        client.resources(kind).inNamespace(space).list().getItems())
                .orElseGet(() -> client.resources(kind).inAnyNamespace().list().getItems());
    }

    /** All objects of a kind in the namespace. */
    <T extends HasMetadata> List<T> list(Class<T> kind) {
        return list(kind, Optional.of(namespace));
    }

    /** The pool that is meant; without a name the only one there is. */
    Pool pool(Optional<PoolName> wanted) {
        return wanted.isPresent() ? pool(wanted.get()) : onlyPool();
    }

    private Pool onlyPool() {
        List<Pool> pools = pools();
        if (pools.size() == 1) {
            return pools.get(0);
        }
        if (pools.isEmpty()) {
            throw new CommandFailure("there is no pool in namespace %s: give another -n, or see 'kubectl sluice get -A'"
                    .formatted(namespace));
        }
        throw new CommandFailure("there are %d pools in namespace %s; name one of them: %s"
                .formatted(pools.size(), namespace, String.join(", ", names(pools))));
    }

    private Pool pool(PoolName wanted) {
        List<Pool> found = new ArrayList<>();
        if (wanted.kind().orElse(PoolKind.FILTER_POOL) == PoolKind.FILTER_POOL) {
            find(FilterPool.class, wanted.name()).ifPresent(found::add);
        }
        if (wanted.kind().orElse(PoolKind.TRANSPORT_POOL) == PoolKind.TRANSPORT_POOL) {
            find(TransportPool.class, wanted.name()).ifPresent(found::add);
        }
        if (found.size() > 1) {
            throw new CommandFailure("%s is the name of two pools: write fp/%s or tp/%s"
                    .formatted(wanted.name(), wanted.name(), wanted.name()));
        }
        return found.stream().findFirst().orElseThrow(() -> noSuchPool(wanted));
    }

    private CommandFailure noSuchPool(PoolName wanted) {
        List<Pool> pools = pools();
        List<String> names = pools.stream()
                .map(pool -> pool.getMetadata().getName())
                .distinct()
                .toList();
        String kind = wanted.kind()
                .map(known -> known == PoolKind.FILTER_POOL ? "FilterPool " : "TransportPool ")
                .orElse("pool ");
        String instead = Nearest.to(wanted.name(), names)
                .flatMap(near -> pools.stream()
                        .filter(pool -> pool.getMetadata().getName().equals(near))
                        .findFirst())
                .map(pool -> "; did you mean %s?"
                        .formatted(PoolName.of(pool.kind(), pool.getMetadata().getName())))
                .orElse(
                        pools.isEmpty()
                                ? "; it has no pools: give another -n, or see 'kubectl sluice get -A'"
                                : "; it has " + String.join(", ", names(pools)));
        return new CommandFailure(
                "there is no %s%s in namespace %s%s".formatted(kind, wanted.name(), namespace, instead));
    }

    private static List<String> names(List<Pool> pools) {
        return pools.stream()
                .map(pool -> PoolName.of(pool.kind(), pool.getMetadata().getName()))
                .toList();
    }

    /** An object of the namespace. */
    <T extends HasMetadata> Optional<T> find(Class<T> kind, String name) {
        return Optional.ofNullable(
                client.resources(kind).inNamespace(namespace).withName(name).get());
    }

    /** A pool with what belongs to it. */
    PoolView view(Pool pool) {
        String space = pool.getMetadata().getNamespace();
        return new PoolView(
                pool,
                list(MailNode.class, Optional.of(space)).stream()
                        .filter(node -> isOf(pool, node.getSpec().poolRef()))
                        .toList(),
                list(PoolRollout.class, Optional.of(space)).stream()
                        .filter(rollout -> isOf(pool, rollout.getSpec().poolRef()))
                        .sorted(Comparator.comparing(Session::began).reversed())
                        .toList(),
                policy(pool));
    }

    private static boolean isOf(Pool pool, dev.sluice.api.PoolReference reference) {
        return pool.kind() == reference.kind() && pool.getMetadata().getName().equals(reference.name());
    }

    private static Instant began(PoolRollout rollout) {
        return Optional.ofNullable(rollout.getStatus())
                .map(status -> status.startedTime())
                .orElseGet(() -> Instant.parse(rollout.getMetadata().getCreationTimestamp()));
    }

    private Optional<RolloutPolicySpec> policy(Pool pool) {
        var rollout = pool.getSpec().rollout();
        if (rollout.policyRef() == null) {
            return Optional.of(Optional.ofNullable(rollout.policy()).orElse(RolloutPolicySpec.STANDARD));
        }
        return Optional.ofNullable(client.resources(RolloutPolicy.class)
                        .inNamespace(pool.getMetadata().getNamespace())
                        .withName(rollout.policyRef().name())
                        .get())
                .map(RolloutPolicy::getSpec);
    }
}
