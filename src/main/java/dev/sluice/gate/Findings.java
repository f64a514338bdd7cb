package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Intake;
import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import java.time.Instant;
import java.util.List;

/**
 * The numbers that a memory holds, without new evidence and so without a verdict: what {@code explain} shows of a decision
 * that has been taken.
 *
 * @param general the rollback test on all failures, at its strongest scope
 * @param path the rollback test on path failures, at its strongest scope
 * @param promotion how far the promotion test was
 */
public record Findings(RollbackFinding general, RollbackFinding path, PromotionFinding promotion) {

    /** The numbers of a memory, with the parameters that it was judged by. */
    public static Findings of(GateMemory memory, GateParameters parameters) {
        Evidence nothingNew = new Evidence(
                Instant.ofEpochMilli(memory.judged()),
                Math.max(0, memory.regime().canaryShare()),
                List.of(),
                List.of());
        Intake nothingTaken = new Intake(memory.nodes(), List.of(), List.of(), List.of(), List.of(), false, false);
        Explanation explanation = new Decision(memory, parameters, nothingNew, nothingTaken).explain();
        return new Findings(explanation.general(), explanation.path(), explanation.promotion());
    }

    /** Evidence as the gate's sentences write it, from its natural logarithm. */
    public static String amount(double logarithm) {
        return Wording.amount(logarithm);
    }
}
