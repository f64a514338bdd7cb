package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Intake;
import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Explanation.StratumComparison;
import dev.sluice.gate.GateMemory.StratumMemory;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;

/**
 * The numbers that a memory holds, without new evidence and so without a verdict: what {@code explain} shows of a decision
 * that has been taken.
 *
 * @param general the rollback test on all failures, at its strongest scope
 * @param path the rollback test on path failures, at its strongest scope
 * @param promotion how far the promotion test was
 * @param step units of the step that are older than the objective, by stratum: what a promotion rests on
 * @param recent all units since nothing was suspected, by stratum: what a rollback rests on
 */
public record Findings(
        RollbackFinding general,
        RollbackFinding path,
        PromotionFinding promotion,
        List<StratumComparison> step,
        List<StratumComparison> recent) {
    public Findings {
        step = List.copyOf(step);
        recent = List.copyOf(recent);
    }

    /** The numbers of a memory, with the parameters that it was judged by. */
    public static Findings of(GateMemory memory, GateParameters parameters) {
        Evidence nothingNew = new Evidence(
                Instant.ofEpochMilli(memory.judged()),
                Math.max(0, memory.regime().canaryShare()),
                List.of(),
                List.of());
        Intake nothingTaken =
                new Intake(memory.last(), List.of(), List.of(), memory.mix(), List.of(), List.of(), false, false);
        Explanation explanation = new Decision(memory, parameters, nothingNew, nothingTaken).explain();
        return new Findings(
                explanation.general(),
                explanation.path(),
                explanation.promotion(),
                byStratum(memory, StratumMemory::step),
                byStratum(memory, StratumMemory::shown));
    }

    private static List<StratumComparison> byStratum(GateMemory memory, Function<StratumMemory, Comparison> counts) {
        return memory.strata().stream()
                .map(stratum -> new StratumComparison(
                        stratum.name().stratum(), stratum.name().nextHop(), counts.apply(stratum)))
                .toList();
    }

    /** Evidence as the gate's sentences write it, from its natural logarithm. */
    public static String amount(double logarithm) {
        return Wording.amount(logarithm);
    }
}
