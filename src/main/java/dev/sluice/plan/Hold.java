package dev.sluice.plan;

import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.TrialPhase;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a trial stays where it is, though the evidence may be there.
 *
 * @param reason one CamelCase word
 * @param message who or what holds it, in one line
 */
record Hold(String reason, String message) {

    /** What keeps the running trial from a step. */
    static Optional<Hold> of(int step, Draft draft) {
        Optional<TrialDraft> trial = draft.trial().filter(running -> running.phase() != TrialPhase.ROLLING_BACK);
        if (trial.isEmpty()) {
            return Optional.empty();
        }
        if (draft.snapshot().spec().rollout().paused()) {
            return Optional.of(new Hold("PausedBySpec", "spec.rollout.paused is true: write false to go on"));
        }
        Integer most = draft.snapshot().spec().rollout().maxStep();
        if (most != null && step > most) {
            return Optional.of(new Hold(
                    "PausedBySpec",
                    "spec.rollout.maxStep is %d: write a larger one, or none, to go on".formatted(most)));
        }
        return trial.get()
                .pausedBecause()
                .map(why ->
                        new Hold("PausedByUser", "a person holds it: %s; a PoolAction Resume goes on".formatted(why)))
                .or(() -> draft.problem().map(what -> new Hold("DependencyNotReady", what)))
                .or(() -> thaw(draft).map(Hold::frozen))
                .or(() -> draft.snapshot().trafficProblem().map(what -> new Hold("TrafficNotRouted", what)))
                .or(() -> elsewhere(trial.get(), draft));
    }

    static Hold frozen(Instant thaw) {
        return new Hold("FreezeWindow", "a freeze window ends at %s; no weight grows before".formatted(thaw));
    }

    private static Optional<Instant> thaw(Draft draft) {
        return draft.policy().flatMap(policy -> FreezeCalendar.frozenUntil(policy.freezeWindows(), draft.now()));
    }

    /**
     * Two pools of a path may begin at the same moment, each unseen by the other. Before any mail is at stake the one
     * whose name comes later waits (invariant I6).
     */
    private static Optional<Hold> elsewhere(TrialDraft trial, Draft draft) {
        PoolReference pool = draft.snapshot().pool();
        String self = (pool.kind() == PoolKind.FILTER_POOL ? "FilterPool " : "TransportPool ") + pool.name();
        return draft.snapshot()
                .trialOnPath()
                .filter(other -> trial.step() == 0 && other.compareTo(self) < 0)
                .map(other ->
                        new Hold("PathBusy", other + " is on trial; pools of one path are never on trial together"));
    }
}
