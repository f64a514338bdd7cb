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
    /** A mass up to which nothing is suspected; it begins at 1. */
    private static final double NEUTRAL = 1.5;

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
                Regime.NONE,
                List.of(),
                List.of(),
                RollbackBets.begin(),
                RollbackBets.begin(),
                PromotionBets.begin(),
                now);
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

        Progress progress = Progress.of(memory);
        if (changed) {
            progress = progress.closed(Closing.ALL, parameters, memory.regime(), memory.judged() - memory.began());
        }
        progress = progress.plus(intake.strata(), intake.increments(), memory.judged() - memory.began());
        // What came while the weight changed belongs to neither weight, so it is tested on its own.
        progress = progress.closed(changed ? Closing.ALL : Closing.ENDED, parameters, regime, sinceBegan);

        long shownSince = memory.shownSince();
        if (now - shownSince >= SHOWN_MILLIS && isNeutral(progress, parameters)) {
            progress = progress.shownAfresh();
            shownSince = now;
        }
        GateMemory next = new GateMemory(
                memory.began(),
                memory.stepBegan(),
                now,
                regime,
                intake.nodes(),
                progress.strata(),
                progress.general(),
                progress.path(),
                progress.bets(),
                shownSince);
        Explanation explanation = new Decision(next, parameters, evidence, intake).explain();
        return new Judgement(next, explanation.verdict(), explanation);
    }

    /**
     * The memory for the next step: the promotion test starts afresh, and counts only mail that arrives after
     * {@code time}; the rollback test goes on.
     */
    public static GateMemory nextStep(GateMemory memory, Instant time) {
        long now = time.toEpochMilli();
        Progress progress = Progress.of(memory).nextStep(now - memory.began());
        List<NodeMemory> nodes = memory.nodes().stream()
                .map(node ->
                        new NodeMemory(node.node(), node.epoch(), node.taken(), node.refused(), 0, 0, node.counters()))
                .toList();
        return new GateMemory(
                memory.began(),
                now,
                memory.judged(),
                memory.regime(),
                nodes,
                progress.strata(),
                progress.general(),
                progress.path(),
                progress.bets(),
                memory.shownSince());
    }

    private static boolean isNeutral(Progress progress, GateParameters parameters) {
        double general = RollbackBets.ofAllFailures(parameters).logMass(progress.general());
        double path = RollbackBets.ofPathFailures(parameters).logMass(progress.path());
        return Math.max(general, path) <= Math.log(NEUTRAL);
    }
}
