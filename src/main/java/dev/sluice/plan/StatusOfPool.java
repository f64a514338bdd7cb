package dev.sluice.plan;

import dev.sluice.api.PoolCondition;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.Summary;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.SluiceNames;
import dev.sluice.api.TrialPhase;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.Set;

/**
 * The status that a plan ends in. What changes all the time (measured shares) is taken over now and then only, since
 * every write goes to everybody who watches.
 */
final class StatusOfPool {
    /** The verdicts whose sentences have numbers that grow. */
    private static final Set<String> NUMBERS = Set.of("Collecting", "NoEvidence");

    private static final int LONGEST_MESSAGE = 1024;

    private StatusOfPool() {}

    static PoolStatus of(Draft draft) {
        PoolSnapshot snapshot = draft.snapshot();
        draft.trial().ifPresent(trial -> trial.nextDecision(nextDecision(trial, draft)));
        Conditions conditions = new Conditions(draft, calm(draft));
        return new PoolStatus(
                snapshot.generation(),
                draft.serving().size(),
                selector(snapshot.pool()),
                conditions.all(),
                new Revisions(
                        draft.stable().orElse(null),
                        draft.trial().map(TrialDraft::revision).orElse(null),
                        draft.rejected()),
                draft.trial().map(TrialDraft::status).orElse(null),
                Planner.entries(draft),
                draft.outages(),
                snapshot.status().watch(),
                draft.lastNodeNumber(),
                draft.attained(),
                draft.handledRetryNonce(),
                draft.handledActions(),
                draft.shares(),
                summary(draft, conditions),
                snapshot.status().facts());
    }

    /** The least time of a step counts from where its evidence does; that begins anew when a node is taken out. */
    private static Instant nextDecision(TrialDraft trial, Draft draft) {
        return switch (trial.phase()) {
            case CANARY ->
                Instant.ofEpochMilli(draft.trialMemory().orElseThrow().arm().stepBegan())
                        .plusSeconds(Trials.steps(trial, draft.policy(), draft)
                                .step(trial.step())
                                .leastSeconds())
                        .truncatedTo(ChronoUnit.SECONDS);
            case BAKE -> trial.stepStartedTime().plusSeconds(draft.policy().bakeSeconds());
            case PREPARING, PREFLIGHT, ROLLING_BACK -> null;
        };
    }

    private static String selector(PoolReference pool) {
        return "%s=%s,%s=%s"
                .formatted(
                        SluiceNames.POOL_LABEL,
                        pool.name(),
                        SluiceNames.POOL_KIND_LABEL,
                        pool.kind() == PoolKind.FILTER_POOL ? "FilterPool" : "TransportPool");
    }

    /**
     * What to say of the present. The gate's sentence has other numbers at every look; within a step it is written anew
     * only when the shares are, or when the verdict is another.
     */
    private static String calm(Draft draft) {
        Summary before = draft.snapshot().status().summary();
        TrialStatus trialBefore = draft.snapshot().status().trial();
        boolean sameStep = draft.trial().isPresent()
                && trialBefore != null
                && draft.trial().get().step() == trialBefore.step()
                && draft.trial().get().phase() == trialBefore.phase()
                && trialBefore.phase() == TrialPhase.CANARY;
        boolean sameVerdict = before != null && draft.verdict().equals(before.verdict());
        boolean spokeOfTheTrial = before != null
                && before.message() != null
                && draft.snapshot().status().conditions().stream()
                        .filter(known -> known.getType().equals(PoolCondition.RECONCILING.word()))
                        .anyMatch(known -> before.message().equals(known.getMessage()));
        boolean keep = sameStep && sameVerdict && spokeOfTheTrial && !draft.sharesMeasured();
        return keep && NUMBERS.contains(draft.verdict()) ? before.message() : draft.message();
    }

    private static Summary summary(Draft draft, Conditions conditions) {
        Optional<TrialDraft> trial = draft.trial();
        String step = trial.map(running -> "%d/%d"
                        .formatted(
                                running.step(),
                                Math.max(
                                        running.step(),
                                        Trials.steps(running, draft.policy(), draft)
                                                .count())))
                .orElse("-");
        return new Summary(
                step,
                trial.map(TrialDraft::weightPercent).orElse(null),
                "%d/%d".formatted(draft.serving().size(), draft.wantedNodes()),
                verdict(draft, conditions),
                shorten(conditions.sentence()));
    }

    /** A rejection is the last word until something else is declared or asked for. */
    private static String verdict(Draft draft, Conditions conditions) {
        if (!draft.verdict().isEmpty()) {
            return draft.verdict();
        }
        return conditions.rejectedForGood() ? "Rejected" : null;
    }

    static String shorten(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
