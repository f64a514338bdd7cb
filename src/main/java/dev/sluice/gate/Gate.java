package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Intake;
import dev.sluice.gate.GateMemory.NodeMemory;
import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.Progress.Closing;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Decides whether a canary is rolled back, promoted or watched further. A pure function of its memory, the step's
 * parameters and the evidence: the same evidence gives the same answer, bit for bit. A serving node is judged the same
 * way, as a canary against the other serving nodes.
 */
public final class Gate {
    /** Counts for explanations start again when they are older than this and nothing is suspected. */
    private static final long SHOWN_MILLIS = TimeUnit.MINUTES.toMillis(10);
    /** A logarithm of the mass up to which nothing is suspected; the mass begins at 1. */
    private static final double NEUTRAL = Math.log(1.5);

    private Gate() {}

    /**
     * A memory without any evidence. The first counters that are seen of a node are only where counting starts: judge
     * once before the canary gets its first mail.
     */
    public static GateMemory begin(Instant time) {
        long now = time.toEpochMilli();
        return new GateMemory(
                now,
                now,
                now,
                now,
                Regime.NONE,
                List.of(),
                RollbackBets.masses(1).begin(),
                PathBets.begin(),
                RecipientBets.begin(),
                PromotionBets.begin(),
                MixShift.NONE,
                List.of(),
                List.of());
    }

    /**
     * Takes up the evidence and answers.
     *
     * @param memory the memory of the last judgement, or {@link #begin}
     * @param parameters the figures of the present step
     * @param evidence counters of both arms; a time before that of the last judgement counts as that time
     * @throws IllegalArgumentException when the evidence names a node twice
     */
    public static Judgement judge(GateMemory memory, GateParameters parameters, Evidence evidence) {
        long now = Math.max(memory.judged(), evidence.time().toEpochMilli());
        long sinceBegan = now - memory.began();
        Regime regime = new Regime(evidence.canaryShare(), !evidence.baseline().isEmpty());
        boolean changed =
                !memory.regime().equals(Regime.NONE) && !memory.regime().equals(regime);
        Intake intake = CounterIntake.take(memory, parameters, evidence, now);

        Progress progress = new Progress(memory, parameters);
        if (changed) {
            progress.close(Closing.ALL, memory.regime(), memory.judged() - memory.began());
        }
        progress.add(intake.strata(), intake.increments(), memory.judged() - memory.began());
        // What came while the weight changed belongs to neither weight, so it is tested on its own.
        progress.close(changed ? Closing.ALL : Closing.ENDED, regime, sinceBegan);

        long shownSince = memory.shownSince();
        if (now - shownSince >= SHOWN_MILLIS && isNeutral(progress)) {
            progress.showAfresh();
            shownSince = now;
        }
        GateMemory next = new GateMemory(
                memory.began(),
                memory.stepBegan(),
                now,
                shownSince,
                regime,
                progress.strata(),
                progress.general(),
                progress.path(),
                progress.recipients(),
                progress.bets(),
                intake.mix(),
                intake.nodes(),
                intake.strata()
                        .subList(
                                Math.min(GateMemory.MOST_STRATA, intake.strata().size()),
                                intake.strata().size()));
        Explanation explanation = new Decision(next, parameters, evidence, intake).explain();
        return new Judgement(next, explanation.verdict(), explanation);
    }

    /**
     * The memory for the next step: the promotion test starts afresh, and counts only mail that arrives after
     * {@code time}; the rollback test goes on.
     */
    public static GateMemory nextStep(GateMemory memory, Instant time) {
        long now = time.toEpochMilli();
        List<NodeMemory> nodes = memory.last().stream()
                .map(node -> new NodeMemory(
                        node.node(), node.epoch(), node.taken(), node.refused(), 0, 0, node.counters(), node.classes()))
                .toList();
        return new GateMemory(
                memory.began(),
                now,
                memory.judged(),
                memory.shownSince(),
                memory.regime(),
                Progress.nextStep(memory.strata(), now - memory.began()),
                memory.general(),
                memory.path(),
                memory.recipients(),
                PromotionBets.begin(),
                MixShift.NONE,
                nodes,
                memory.spilled());
    }

    private static boolean isNeutral(Progress progress) {
        return RollbackBets.masses(1).logMass(progress.general()) <= NEUTRAL
                && PathBets.masses(1).logMass(progress.path().mass()) <= NEUTRAL;
    }
}
