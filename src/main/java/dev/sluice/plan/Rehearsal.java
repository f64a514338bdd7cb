package dev.sluice.plan;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.gate.Evidence;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.GateParameters;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import dev.sluice.policy.PolicyFigures;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How long a step takes with a canary that is exactly as good as the baseline: the gate itself is asked, in virtual time,
 * with traffic that arrives evenly.
 *
 * @param canaryFinished finished units of the canary when the gate says Promote
 * @param time from the step's first second to then
 */
public record Rehearsal(long canaryFinished, Duration time) {
    private static final String HOP = "all";
    private static final int SECONDS_BETWEEN_LOOKS = 5;

    /**
     * The mail that a pool gets.
     *
     * @param perHour units accepted in an hour, above 0
     * @param failureRate the share of first attempts that fail on the serving nodes, 0 to 1
     */
    public record Traffic(double perHour, double failureRate) {
        public Traffic {
            if (!(perHour > 0)) {
                throw new IllegalArgumentException("perHour is " + perHour + ": write a number above 0");
            }
            if (!(failureRate >= 0 && failureRate <= 1)) {
                throw new IllegalArgumentException("failureRate is " + failureRate + ": write a share from 0 to 1");
            }
        }
    }

    /**
     * Plays one step through.
     *
     * @param hasBaseline whether other nodes serve meanwhile
     * @return empty when the gate does not promote within the policy's progress deadline
     */
    public static Optional<Rehearsal> of(Step step, RolloutPolicySpec policy, Traffic traffic, boolean hasBaseline) {
        GateParameters parameters = PolicyFigures.ofAllNodes(policy, step);
        boolean compared = hasBaseline && step.weightPercent() < Judge.EVERYTHING;
        double share = compared ? step.weightPercent() / 100.0 : 1;
        double perSecond = traffic.perHour() / 3600;
        Instant start = Instant.EPOCH;
        GateMemory memory = Gate.judge(Gate.begin(start), parameters, evidence(start, 0, 0, share, compared, traffic))
                .memory();
        for (long second = SECONDS_BETWEEN_LOOKS;
                second <= policy.progressDeadlineSeconds();
                second += SECONDS_BETWEEN_LOOKS) {
            long matureSeconds = Math.max(0, second - parameters.objectiveSeconds());
            Judgement judgement = Gate.judge(
                    memory,
                    parameters,
                    evidence(
                            start.plusSeconds(second),
                            second * perSecond,
                            matureSeconds * perSecond,
                            share,
                            compared,
                            traffic));
            memory = judgement.memory();
            if (judgement.verdict() instanceof Verdict.Promote) {
                return Optional.of(
                        new Rehearsal(judgement.explanation().promotion().finished(), Duration.ofSeconds(second)));
            }
        }
        return Optional.empty();
    }

    private static Evidence evidence(
            Instant time, double arrived, double mature, double share, boolean hasBaseline, Traffic traffic) {
        return new Evidence(
                time,
                share,
                List.of(node("canary", time, arrived * share, mature * share, traffic)),
                hasBaseline
                        ? List.of(node("baseline", time, arrived * (1 - share), mature * (1 - share), traffic))
                        : List.of());
    }

    private static NodeCounters node(String name, Instant time, double arrived, double mature, Traffic traffic) {
        long bad = Math.round(arrived * traffic.failureRate());
        long matureBad = Math.round(mature * traffic.failureRate());
        return new NodeCounters(
                name,
                "rehearsal",
                time,
                List.of(new StratumCount(
                        HOP,
                        HOP,
                        (long) arrived - bad,
                        bad,
                        0,
                        0,
                        (long) mature - matureBad,
                        matureBad,
                        0,
                        List.of())));
    }
}
