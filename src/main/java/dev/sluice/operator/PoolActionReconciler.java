package dev.sluice.operator;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolActionStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Consumer;

/** Passes requests on to their pool, refuses those to a pool that does not exist, and clears answered ones away. */
final class PoolActionReconciler implements Reconciler<PoolAction> {
    /** A request and its pool may be applied together, in any order. */
    private static final Duration POOL_MAY_FOLLOW = Duration.ofSeconds(5);

    private final ClusterView view;
    private final StatusWriter statuses;
    private final Apply apply;
    private final Consumer<PoolKey> wakePool;
    private final Triggers<PoolAction> triggers;
    private final InstantSource clock;

    PoolActionReconciler(
            ClusterView view,
            StatusWriter statuses,
            Apply apply,
            Consumer<PoolKey> wakePool,
            Triggers<PoolAction> triggers,
            InstantSource clock) {
        this.view = view;
        this.statuses = statuses;
        this.apply = apply;
        this.wakePool = wakePool;
        this.triggers = triggers;
        this.clock = clock;
    }

    @Override
    public List<EventSource<?, PoolAction>> prepareEventSources(EventSourceContext<PoolAction> context) {
        return List.of(triggers);
    }

    @Override
    public UpdateControl<PoolAction> reconcile(PoolAction action, Context<PoolAction> context) {
        if (action.getMetadata().getDeletionTimestamp() != null) {
            return UpdateControl.noUpdate();
        }
        PoolActionStatus status = action.getStatus();
        boolean answered =
                status != null && (status.phase() == ActionPhase.ACCEPTED || status.phase() == ActionPhase.REFUSED);
        return answered ? clearAway(action, status) : passOn(action);
    }

    private UpdateControl<PoolAction> clearAway(PoolAction action, PoolActionStatus status) {
        Instant end = status.handledTime().plusSeconds(action.getSpec().ttlSecondsAfterHandled());
        Duration left = Duration.between(clock.instant(), end);
        if (left.isNegative() || left.isZero()) {
            apply.delete(action);
            return UpdateControl.noUpdate();
        }
        return UpdateControl.<PoolAction>noUpdate().rescheduleAfter(left.plusMillis(1));
    }

    private UpdateControl<PoolAction> passOn(PoolAction action) {
        PoolKey pool =
                PoolKey.of(action.getMetadata().getNamespace(), action.getSpec().poolRef());
        if (view.pool(pool).isPresent()) {
            wakePool.accept(pool);
            return UpdateControl.<PoolAction>noUpdate().rescheduleAfter(Duration.ofSeconds(30));
        }
        Instant made = Instant.parse(action.getMetadata().getCreationTimestamp());
        if (made.plus(POOL_MAY_FOLLOW).isAfter(clock.instant())) {
            return UpdateControl.<PoolAction>noUpdate().rescheduleAfter(POOL_MAY_FOLLOW);
        }
        statuses.action(
                ObjectKey.of(action),
                new PoolActionStatus(
                        action.getMetadata().getGeneration(),
                        ActionPhase.REFUSED,
                        "%s does not exist in this namespace: write the name that 'kubectl get filterpools,transportpools' shows into spec.poolRef of a new PoolAction"
                                .formatted(pool.words()),
                        clock.instant()));
        return UpdateControl.noUpdate();
    }
}
