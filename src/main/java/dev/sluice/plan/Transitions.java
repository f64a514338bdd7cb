package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.PoolCondition;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.gate.Judgement;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Objects;
import java.util.Optional;

/** Tells people of what the conditions say for the first time. A condition that goes on as it is tells nothing. */
final class Transitions {
    private final PoolStatus before;
    private final PoolStatus after;
    private final Draft draft;

    private Transitions(PoolStatus after, Draft draft) {
        this.before = draft.snapshot().status();
        this.after = after;
        this.draft = draft;
    }

    static void tell(PoolStatus after, Draft draft) {
        Transitions transitions = new Transitions(after, draft);
        transitions.began(PoolCondition.READY, ConditionReason.INVALID_SPEC, EventReason.INVALID_SPEC);
        transitions.began(PoolCondition.READY, ConditionReason.DEPENDENCY_NOT_READY, EventReason.DEPENDENCY_NOT_READY);
        transitions.became(PoolCondition.METRICS_READY, "False", EventReason.METRICS_STALE);
        transitions.became(PoolCondition.NEXT_HOPS_REACHABLE, "False", EventReason.NEXT_HOP_DOWN);
        transitions.became(PoolCondition.AVAILABLE, "False", EventReason.POOL_UNAVAILABLE);
        if (transitions.was(PoolCondition.AVAILABLE, "False")) {
            transitions.became(PoolCondition.AVAILABLE, "True", EventReason.POOL_AVAILABLE);
        }
        transitions.held();
        transitions.undecided();
    }

    /** Another hold of the same attempt is another fact. */
    private void held() {
        Optional<Condition> now = in(after, PoolCondition.PAUSED);
        boolean known =
                in(before, PoolCondition.PAUSED).map(Condition::getReason).equals(now.map(Condition::getReason));
        now.filter(paused -> !known).ifPresent(paused -> draft.tell(EventReason.ROLLOUT_PAUSED, paused.getMessage()));
    }

    /** Once a step. */
    private void undecided() {
        boolean sameStep = Objects.equals(step(before.trial()), step(after.trial()));
        if (!sameStep || !says(before, PoolCondition.RECONCILING, ConditionReason.AWAITING_EVIDENCE)) {
            in(after, PoolCondition.RECONCILING)
                    .filter(now -> ConditionReason.AWAITING_EVIDENCE.word().equals(now.getReason()))
                    .ifPresent(now -> draft.tell(
                            EventReason.ANALYSIS_INCONCLUSIVE,
                            now.getMessage(),
                            draft.judgement().map(Judgement::explanation)));
        }
    }

    private static Integer step(TrialStatus trial) {
        return trial == null ? null : Integer.valueOf(trial.step());
    }

    private void began(PoolCondition type, ConditionReason reason, EventReason fact) {
        if (!says(before, type, reason)) {
            in(after, type)
                    .filter(now -> reason.word().equals(now.getReason()))
                    .ifPresent(now -> draft.tell(fact, now.getMessage()));
        }
    }

    private void became(PoolCondition type, String status, EventReason fact) {
        if (!was(type, status)) {
            in(after, type)
                    .filter(now -> status.equals(now.getStatus()))
                    .ifPresent(now -> draft.tell(fact, now.getMessage()));
        }
    }

    private boolean was(PoolCondition type, String status) {
        return in(before, type).map(Condition::getStatus).filter(status::equals).isPresent();
    }

    private static boolean says(PoolStatus status, PoolCondition type, ConditionReason reason) {
        return in(status, type)
                .map(Condition::getReason)
                .filter(reason.word()::equals)
                .isPresent();
    }

    private static Optional<Condition> in(PoolStatus status, PoolCondition type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type.word()))
                .findFirst();
    }
}
