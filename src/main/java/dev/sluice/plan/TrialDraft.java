package dev.sluice.plan;

import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.TrialPhase;
import java.time.Instant;
import java.util.Optional;

/** The running trial while a plan is being made. */
final class TrialDraft {
    private final String rolloutName;
    private final Purpose purpose;
    private final String revision;
    private final Instant startedTime;
    private Instant deadlineTime;
    private int step;
    private int weightPercent;
    private String measuredSharePercent;
    private Instant stepStartedTime;
    private Instant nextDecisionTime;
    private TrialPhase phase;
    private Optional<String> pausedBecause;

    TrialDraft(TrialStatus status) {
        rolloutName = status.rolloutName();
        purpose = status.purpose();
        revision = status.revision();
        startedTime = status.startedTime();
        deadlineTime = status.deadlineTime();
        step = status.step();
        weightPercent = status.weightPercent();
        measuredSharePercent = status.measuredSharePercent();
        stepStartedTime = status.stepStartedTime();
        nextDecisionTime = status.nextDecisionTime();
        phase = status.phase();
        pausedBecause = Optional.ofNullable(status.pausedBecause());
    }

    static TrialDraft begin(String rolloutName, Purpose purpose, String revision, Instant now, Instant deadline) {
        return new TrialDraft(new TrialStatus(
                rolloutName, purpose, revision, 0, 0, null, now, now, deadline, null, null, TrialPhase.PREPARING));
    }

    TrialStatus status() {
        return new TrialStatus(
                rolloutName,
                purpose,
                revision,
                step,
                weightPercent,
                measuredSharePercent,
                startedTime,
                stepStartedTime,
                deadlineTime,
                nextDecisionTime,
                pausedBecause.orElse(null),
                phase);
    }

    String rolloutName() {
        return rolloutName;
    }

    Purpose purpose() {
        return purpose;
    }

    String revision() {
        return revision;
    }

    Instant startedTime() {
        return startedTime;
    }

    Instant deadlineTime() {
        return deadlineTime;
    }

    int step() {
        return step;
    }

    int weightPercent() {
        return weightPercent;
    }

    Instant stepStartedTime() {
        return stepStartedTime;
    }

    TrialPhase phase() {
        return phase;
    }

    Optional<String> measuredSharePercent() {
        return Optional.ofNullable(measuredSharePercent);
    }

    Optional<String> pausedBecause() {
        return pausedBecause;
    }

    Optional<Instant> nextDecisionTime() {
        return Optional.ofNullable(nextDecisionTime);
    }

    void enter(TrialPhase next) {
        phase = next;
    }

    void beginStep(int number, int percent, Instant now, Instant deadline) {
        step = number;
        weightPercent = percent;
        stepStartedTime = now;
        measuredSharePercent = null;
        deadlineTime = deadline;
        phase = TrialPhase.CANARY;
    }

    /** The weight stays, time runs on: a last look before the promotion. */
    void beginBake(Instant now, Instant deadline) {
        phase = TrialPhase.BAKE;
        stepStartedTime = now;
        deadlineTime = deadline;
    }

    /** The time until the trial has to move on begins anew. */
    void deadline(Instant time) {
        deadlineTime = time;
    }

    void weightPercent(int percent) {
        weightPercent = percent;
    }

    void measuredShare(String percent) {
        measuredSharePercent = percent;
    }

    /** Before this time nothing is decided; null when no evidence is being judged. */
    void nextDecision(Instant time) {
        nextDecisionTime = time;
    }

    void pause(String because) {
        pausedBecause = Optional.of(because);
    }

    void resume() {
        pausedBecause = Optional.empty();
    }
}
