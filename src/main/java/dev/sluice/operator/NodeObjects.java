package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeSpec;
import dev.sluice.api.Pool;
import dev.sluice.api.SluiceNames;
import dev.sluice.plan.Effect;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import java.util.Optional;

/** The MailNodes of a pool: made of a revision, deleted when the planner lets them go. */
final class NodeObjects {
    private final ClusterView view;
    private final Apply apply;
    private final Refusals refusals;

    NodeObjects(ClusterView view, Apply apply, Refusals refusals) {
        this.view = view;
        this.apply = apply;
        this.refusals = refusals;
    }

    void ensure(Pool pool, Effect.EnsureNode wanted) {
        ObjectKey key = new ObjectKey(pool.getMetadata().getNamespace(), wanted.node());
        if (view.mailNode(key).isEmpty() && !refusals.justNow(key)) {
            specOf(pool, wanted.revision())
                    .ifPresent(spec -> refusals.took(key, () -> apply.to(made(pool, key, spec))));
        }
    }

    /**
     * What a node of a revision is made of: the declaration if it is of that revision, else what another node of that
     * revision was made of. A revision that is neither declared nor lives on cannot be made again.
     */
    private Optional<MailNodeSpec> specOf(Pool pool, String revision) {
        PoolKey key = PoolKey.of(pool);
        if (RevisionSchemes.KNOWN.isOf(revision, pool.getSpec())) {
            return Optional.of(new MailNodeSpec(
                    key.reference(),
                    revision,
                    null,
                    pool.getSpec().template(),
                    pool.getSpec().nextHops()));
        }
        return view.mailNodes(key).stream()
                .map(MailNode::getSpec)
                .filter(spec -> spec.external() == null && revision.equals(spec.revision()))
                .findFirst();
    }

    private static MailNode made(Pool pool, ObjectKey key, MailNodeSpec spec) {
        MailNode node = new MailNode();
        node.setMetadata(new ObjectMetaBuilder()
                .withNamespace(key.namespace())
                .withName(key.name())
                .withLabels(Labels.ofNode(PoolKey.of(pool), key.name(), spec.revision()))
                .withFinalizers(SluiceNames.FINALIZER)
                .withOwnerReferences(owner(pool))
                .build());
        node.setSpec(spec);
        return node;
    }

    private static OwnerReference owner(Pool pool) {
        return new OwnerReferenceBuilder()
                .withApiVersion(pool.getApiVersion())
                .withKind(pool.getKind())
                .withName(pool.getMetadata().getName())
                .withUid(pool.getMetadata().getUid())
                .withController(true)
                .withBlockOwnerDeletion(false)
                .build();
    }

    /**
     * Lets a node go. A machine that a person declared stays declared until that person or the deletion of its pool takes
     * the declaration away.
     */
    void release(Pool pool, Effect.ReleaseNode released) {
        ObjectKey key = new ObjectKey(pool.getMetadata().getNamespace(), released.node());
        refusals.forget(key);
        view.mailNode(key)
                .filter(node -> node.getMetadata().getDeletionTimestamp() == null)
                .filter(node ->
                        node.getSpec().external() == null || pool.getMetadata().getDeletionTimestamp() != null)
                .ifPresent(apply::delete);
    }
}
