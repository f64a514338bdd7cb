package dev.sluice.operator;

import dev.sluice.api.PoolRollout;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/** Keeps the history of a pool short: the last records stay, the older ones that are finished go. */
final class PoolRolloutReconciler implements Reconciler<PoolRollout> {
    private final ClusterView view;
    private final Apply apply;
    private final int kept;

    /**
     * A reconciler.
     *
     * @param kept how many records of a pool stay
     */
    PoolRolloutReconciler(ClusterView view, Apply apply, int kept) {
        this.view = view;
        this.apply = apply;
        this.kept = kept;
    }

    @Override
    public UpdateControl<PoolRollout> reconcile(PoolRollout rollout, Context<PoolRollout> context) {
        PoolKey pool = PoolKey.of(
                rollout.getMetadata().getNamespace(), rollout.getSpec().poolRef());
        List<PoolRollout> newestFirst = view.rollouts(pool).stream()
                .sorted(Comparator.comparing((PoolRollout each) ->
                                Instant.parse(each.getMetadata().getCreationTimestamp()))
                        .reversed())
                .toList();
        newestFirst.stream()
                .skip(kept)
                .filter(each -> each.getMetadata().getDeletionTimestamp() == null)
                .filter(each -> each.getStatus() != null && each.getStatus().finishedTime() != null)
                .forEach(apply::delete);
        return UpdateControl.noUpdate();
    }
}
