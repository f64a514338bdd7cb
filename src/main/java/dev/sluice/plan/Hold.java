package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.Purpose;
import dev.sluice.api.TrialPhase;
import java.time.Instant;
import java.util.Optional;

/**
 * Why a trial stays where it is, though the evidence may be there.
 *
 * @param reason why, as the pool's conditions name it
 * @param message who or what holds it, in one line
 */
record Hold(ConditionReason reason, String message) {

    /** What keeps the running trial from a step. */
    static Optional<Hold> of(int step, Draft draft) {
        Optional<TrialDraft> trial = draft.trial().filter(running -> running.phase() != TrialPhase.ROLLING_BACK);
        return trial.flatMap(running -> ofSpec(running.purpose(), draft)
                .or(() -> ofMostSteps(running.purpose(), step, draft))
                .or(() -> ofPerson(running))
                .or(() -> draft.problem().map(what -> new Hold(draft.problemReason(), what)))
                .or(() -> ofCalendar(running.purpose(), draft))
                .or(() -> draft.snapshot()
                        .trafficProblem()
                        .map(what -> new Hold(ConditionReason.TRAFFIC_NOT_ROUTED, what)))
                .or(() -> elsewhere(running, draft)));
    }

    /** What keeps a trial from beginning. */
    static Optional<Hold> ofBeginning(Purpose purpose, Draft draft) {
        return ofSpec(purpose, draft)
                .or(() -> ofCalendar(purpose, draft))
                .or(() -> draft.snapshot().trialOnPath().map(Hold::pathBusy))
                .or(() -> starving(draft).map(Hold::pathNeeded));
    }

    /**
     * A pool of the path that has no node in service until it may try one. Without it no mail comes by which anything
     * could be judged; so whoever has nodes in service lets it go first.
     */
    static Optional<String> starving(Draft draft) {
        return draft.serving().isEmpty() ? Optional.empty() : draft.snapshot().starvingOnPath();
    }

    /**
     * What a pool had comes before what people plan: a lost node is made up for whatever the declaration or the calendar
     * holds (invariant I5). Who wants to hold that, too, says so of that one trial, by a PoolAction.
     */
    private static boolean capacityComesFirst(Purpose purpose) {
        return purpose == Purpose.REPLACEMENT;
    }

    static Optional<Hold> ofSpec(Purpose purpose, Draft draft) {
        return draft.snapshot().spec().rollout().paused() && !capacityComesFirst(purpose)
                ? Optional.of(
                        new Hold(ConditionReason.PAUSED_BY_SPEC, "spec.rollout.paused is true: write false to go on"))
                : Optional.empty();
    }

    private static Optional<Hold> ofMostSteps(Purpose purpose, int step, Draft draft) {
        Integer most = draft.snapshot().spec().rollout().maxStep();
        return most != null && step > most && !capacityComesFirst(purpose)
                ? Optional.of(new Hold(
                        ConditionReason.PAUSED_BY_SPEC,
                        "spec.rollout.maxStep is %d: write a larger one, or none, to go on".formatted(most)))
                : Optional.empty();
    }

    private static Optional<Hold> ofPerson(TrialDraft trial) {
        return trial.pausedBecause()
                .map(why -> new Hold(
                        ConditionReason.PAUSED_BY_USER,
                        "a person holds it: %s; a PoolAction Resume goes on".formatted(why)));
    }

    static Optional<Hold> ofCalendar(Purpose purpose, Draft draft) {
        return capacityComesFirst(purpose)
                ? Optional.empty()
                : FreezeCalendar.frozenUntil(draft.policy().freezeWindows(), draft.now())
                        .map(Hold::frozen);
    }

    private static Hold frozen(Instant thaw) {
        return new Hold(
                ConditionReason.FREEZE_WINDOW, "a freeze window ends at %s; no weight grows before".formatted(thaw));
    }

    private static Hold pathBusy(String other) {
        return new Hold(
                ConditionReason.PATH_BUSY, other + " is on trial; pools of one path are never on trial together");
    }

    private static Hold pathNeeded(String other) {
        return new Hold(
                ConditionReason.PATH_BUSY,
                other + " has no node in service and goes first; pools of one path are never on trial together");
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
                .map(Hold::pathBusy);
    }
}
