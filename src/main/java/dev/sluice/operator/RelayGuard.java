package dev.sluice.operator;

import dev.sluice.api.Pool;
import dev.sluice.api.RelayAccess;
import dev.sluice.plan.Effect;
import dev.sluice.relay.RelayPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.util.Optional;

/** Keeps the NetworkPolicy of a transport pool equal to the admitted addresses, where relay access follows pools. */
final class RelayGuard {
    private final ClusterView view;
    private final Apply apply;

    RelayGuard(ClusterView view, Apply apply) {
        this.view = view;
        this.apply = apply;
    }

    void admit(Pool pool, Effect.AdmitRelay admitted) {
        PoolKey key = PoolKey.of(pool);
        Optional<NetworkPolicy> present = view.networkPolicy(nameOf(key));
        boolean managed = pool.getSpec()
                .relayRules()
                .map(RelayAccess::fromPools)
                .filter(pools -> !pools.isEmpty())
                .isPresent();
        if (!managed) {
            present.ifPresent(apply::delete);
            return;
        }
        NetworkPolicy desired = RelayPolicy.of(
                key.namespace(), nameOf(key).name(), Labels.ofPool(key), Labels.selectorOf(key), admitted.networks());
        if (present.filter(policy -> policy.getSpec().equals(desired.getSpec())).isEmpty()) {
            apply.to(desired);
        }
    }

    /** Takes the policy of a pool that is gone away. */
    void forget(PoolKey pool) {
        view.networkPolicy(nameOf(pool)).ifPresent(apply::delete);
    }

    private static ObjectKey nameOf(PoolKey pool) {
        return new ObjectKey(pool.namespace(), pool.name() + "-relay");
    }
}
