package dev.sluice.gate;

import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/**
 * Decides whether a canary is rolled back, promoted or watched further. A pure function of its memory, the step's
 * parameters and the evidence: the same evidence gives the same answer, bit for bit.
 */
public final class Gate {
    private Gate() {}

    /**
     * A memory without any evidence. The first counters that are seen of a node are only where counting starts: judge
     * once before the canary gets its first mail.
     */
    public static GateMemory begin(Instant time) {
        long now = time.toEpochMilli();
        RollbackMemory nothing = new RollbackMemory(0, 0, List.of());
        return new GateMemory(
                now, now, now, Regime.NONE, List.of(), List.of(), nothing, nothing, List.of(0.0, 0.0, 0.0), now);
    }

    /**
     * Takes up the evidence and answers.
     *
     * @param memory the memory of the last judgement, or {@link #begin}
     * @param parameters the figures of the present step
     * @param evidence counters of both arms, of a time not before that of the last judgement
     */
    public static Judgement judge(GateMemory memory, GateParameters parameters, Evidence evidence) {
        Verdict verdict = new Verdict.NoEvidence("no finished mail of the canary is known yet");
        RollbackFinding finding = new RollbackFinding(
                Explanation.Endpoint.ALL_FAILURES,
                RollbackTest.EVERYTHING,
                Comparison.NONE,
                List.of(),
                0,
                Math.log(2 / parameters.alpha()));
        PromotionFinding promotion = new PromotionFinding(
                0,
                -Math.log(parameters.beta()),
                0,
                parameters.leastFinished(),
                0,
                parameters.leastSeconds(),
                List.of(),
                OptionalLong.empty());
        return new Judgement(
                memory, verdict, new Explanation(verdict, finding, finding, finding, promotion, List.of(), List.of()));
    }

    /** The memory for the next step: the promotion test starts afresh, the rollback test goes on. */
    public static GateMemory nextStep(GateMemory memory, Instant time) {
        return new GateMemory(
                memory.began(),
                time.toEpochMilli(),
                memory.judged(),
                memory.regime(),
                memory.nodes(),
                memory.strata(),
                memory.general(),
                memory.path(),
                List.of(0.0, 0.0, 0.0),
                memory.shownSince());
    }
}
