package dev.sluice.cli.kubectl;

import dev.sluice.api.PoolRollout;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.gate.Comparison;
import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Explanation.StratumComparison;
import dev.sluice.gate.Findings;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.GateParameters;
import dev.sluice.operator.RecordedMemory;
import dev.sluice.plan.GateMemories;
import dev.sluice.policy.PolicyFigures;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The numbers of a trial: what the gate remembered last, with the parameters that it judged by.
 *
 * @param time when the gate judged that
 * @param parameters the figures of the step
 * @param step units of this step that are older than the objective, by stratum: what a promotion rests on
 * @param recent all units since nothing was suspected, by stratum: what a rollback rests on
 * @param general the rollback test on all failures
 * @param path the rollback test on failures on the way to the next hop
 * @param promotion the promotion test
 */
record Numbers(
        Instant time,
        GateParameters parameters,
        List<StratumComparison> step,
        List<StratumComparison> recent,
        RollbackFinding general,
        RollbackFinding path,
        PromotionFinding promotion) {

    /**
     * The numbers of a record, empty when it holds none yet.
     *
     * @param step the step that they belong to, counted from 1
     */
    static Optional<Numbers> of(PoolRollout rollout, RolloutPolicySpec policy, int step) {
        return Optional.ofNullable(rollout.getStatus())
                .flatMap(RecordedMemory::of)
                .map(GateMemories.Trial::arm)
                .map(memory -> of(memory, PolicyFigures.ofAllNodes(policy, step)));
    }

    private static Numbers of(GateMemory memory, GateParameters parameters) {
        Findings findings = Findings.of(memory, parameters);
        return new Numbers(
                Instant.ofEpochMilli(memory.judged()),
                parameters,
                findings.step(),
                findings.recent(),
                findings.general(),
                findings.path(),
                findings.promotion());
    }

    private static Comparison total(List<StratumComparison> strata) {
        return strata.stream().map(StratumComparison::counts).reduce(new Comparison(0, 0, 0, 0), Numbers::plus);
    }

    private static Comparison plus(Comparison one, Comparison other) {
        return new Comparison(
                one.canaryFinished() + other.canaryFinished(),
                one.canaryFailed() + other.canaryFailed(),
                one.baselineFinished() + other.baselineFinished(),
                one.baselineFailed() + other.baselineFailed());
    }

    /** A table of these strata, the sum first. */
    Table table(List<StratumComparison> strata) {
        Table table = new Table("NEXT HOP", "CANARY FAILED", "BASELINE FAILED", "DIFFERENCE (95%)", "LIMIT");
        if (strata.size() != 1) {
            row(table, "all", total(strata));
        }
        for (StratumComparison stratum : strata) {
            String name = stratum.stratum().equals(stratum.nextHop())
                    ? stratum.nextHop()
                    : stratum.nextHop() + " (" + stratum.stratum() + ")";
            row(table, name, stratum.counts());
        }
        return table;
    }

    private void row(Table table, String name, Comparison counts) {
        boolean both = counts.canaryFinished() > 0 && counts.baselineFinished() > 0;
        table.row(
                name,
                Text.share(counts.canaryFailed(), counts.canaryFinished()),
                Text.share(counts.baselineFailed(), counts.baselineFinished()),
                both
                        ? Interval.of(
                                counts.canaryFailed(),
                                counts.canaryFinished(),
                                counts.baselineFailed(),
                                counts.baselineFinished())
                        : "-",
                "< +%s pp".formatted(Text.decimal(100 * parameters.delta())));
    }
}
