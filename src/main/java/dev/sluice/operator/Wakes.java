package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolKind;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.SluiceNames;
import dev.sluice.api.TransportPool;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import java.util.Map;

/** Who has to look again when something else has changed. */
final class Wakes {
    private final ClusterView view;
    private final Triggers<FilterPool> filterPools = new Triggers<>("around-filter-pools");
    private final Triggers<TransportPool> transportPools = new Triggers<>("around-transport-pools");
    private final Triggers<MailNode> mailNodes = new Triggers<>("around-mail-nodes");
    private final Triggers<PoolAction> actions = new Triggers<>("around-actions");

    Wakes(ClusterView view) {
        this.view = view;
    }

    Triggers<FilterPool> filterPools() {
        return filterPools;
    }

    Triggers<TransportPool> transportPools() {
        return transportPools;
    }

    Triggers<MailNode> mailNodes() {
        return mailNodes;
    }

    Triggers<PoolAction> actions() {
        return actions;
    }

    void listen() {
        view.onFilterPool(this::poolChanged);
        view.onTransportPool(this::poolChanged);
        view.onMailNode(this::mailNodeChanged);
        view.onPod(this::podChanged);
        view.onPolicy(this::policyChanged);
        view.onAction(this::actionChanged);
        view.onWritten(this::writtenChanged);
    }

    void pool(PoolKey pool) {
        ObjectKey key = new ObjectKey(pool.namespace(), pool.name());
        if (pool.kind() == PoolKind.FILTER_POOL) {
            filterPools.wake(key);
        } else {
            transportPools.wake(key);
        }
    }

    /** A node's agent said something new. */
    void node(ObjectKey node) {
        mailNodes.wake(node);
        view.mailNode(node).ifPresent(this::poolOf);
    }

    private void poolOf(MailNode node) {
        pool(PoolKey.of(node.getMetadata().getNamespace(), node.getSpec().poolRef()));
    }

    /** The nodes of a pool follow its status, and so do the pools that it is linked to. */
    private void poolChanged(Pool pool) {
        PoolKey key = PoolKey.of(pool);
        view.mailNodes(key).forEach(node -> mailNodes.wake(ObjectKey.of(node)));
        new MailPaths(view.pools(key.namespace())).with(key).forEach(this::pool);
    }

    /** Its address or its going concerns the pool, and the pools whose relay access or next hops follow from it. */
    private void mailNodeChanged(MailNode node) {
        PoolKey key =
                PoolKey.of(node.getMetadata().getNamespace(), node.getSpec().poolRef());
        pool(key);
        mailNodes.wake(ObjectKey.of(node));
        new MailPaths(view.pools(key.namespace())).besides(key).forEach(this::pool);
    }

    private void podChanged(Pod pod) {
        String node = pod.getMetadata().getLabels().get(SluiceNames.NODE_LABEL);
        if (node != null) {
            view.mailNode(ObjectKey.of(pod)).ifPresent(this::mailNodeChanged);
        }
    }

    private void policyChanged(RolloutPolicy policy) {
        view.pools(policy.getMetadata().getNamespace()).stream()
                .filter(pool -> pool.getSpec().rollout().policyRef() != null)
                .filter(pool -> pool.getSpec()
                        .rollout()
                        .policyRef()
                        .name()
                        .equals(policy.getMetadata().getName()))
                .map(PoolKey::of)
                .forEach(this::pool);
    }

    private void actionChanged(PoolAction action) {
        pool(PoolKey.of(action.getMetadata().getNamespace(), action.getSpec().poolRef()));
        actions.wake(ObjectKey.of(action));
    }

    private void writtenChanged(HasMetadata written) {
        Map<String, String> labels = written.getMetadata().getLabels();
        String name = labels.get(SluiceNames.POOL_LABEL);
        if (name != null) {
            view.pools(written.getMetadata().getNamespace()).stream()
                    .map(PoolKey::of)
                    .filter(pool -> Labels.selectorOf(pool).entrySet().stream()
                            .allMatch(label -> label.getValue().equals(labels.get(label.getKey()))))
                    .forEach(this::pool);
        }
    }
}
