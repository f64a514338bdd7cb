package dev.sluice.plan;

import dev.sluice.api.Initial;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.policy.PolicyFigures;
import java.util.ArrayList;
import java.util.List;

/** Which steps a trial goes through, and how many nodes each of them needs. */
final class Steps {
    private final Purpose purpose;
    private final int replicas;
    private final List<Step> steps;
    private final Step last;

    private Steps(Purpose purpose, int replicas, List<Step> steps, Step last) {
        this.purpose = purpose;
        this.last = last;
        this.replicas = replicas;
        this.steps = List.copyOf(steps);
    }

    /**
     * The steps of a trial.
     *
     * @param replicas how many nodes of our own making are to serve in the end
     * @param newcomers how many nodes are on trial when a pool grows
     * @param serving how many nodes serve beside them
     */
    static Steps of(
            Purpose purpose, PoolSpec spec, int replicas, RolloutPolicySpec policy, int newcomers, int serving) {
        return new Steps(
                purpose,
                replicas,
                switch (purpose) {
                    case INSTALL -> withoutBaseline(spec, policy);
                    case NEW_REVISION -> policy.steps();
                    case SCALE_OUT, REPLACEMENT ->
                        serving == 0 ? withoutBaseline(spec, policy) : upTo(policy, naturalPercent(newcomers, serving));
                },
                lastOf(policy));
    }

    /** Nobody serves whom the new nodes could be compared or share with. */
    private static List<Step> withoutBaseline(PoolSpec spec, RolloutPolicySpec policy) {
        return spec.rollout().initial() == Initial.IMMEDIATE ? List.of() : all(policy);
    }

    private static Step lastOf(RolloutPolicySpec policy) {
        return policy.steps().get(policy.steps().size() - 1);
    }

    /** The share that nodes get when every node gets the same. */
    private static int naturalPercent(int newcomers, int serving) {
        return Math.max(1, 100 * newcomers / Math.max(1, newcomers + serving));
    }

    /** Nodes that join a pool never get more than their equal part. */
    private static List<Step> upTo(RolloutPolicySpec policy, int percent) {
        List<Step> result = new ArrayList<>();
        for (Step step : policy.steps()) {
            if (step.weightPercent() >= percent) {
                result.add(new Step(percent, step.leastMessages(), step.leastSeconds(), step.delta()));
                return result;
            }
            result.add(step);
        }
        return result;
    }

    /** Without a baseline there is nobody to share with: one step with all the mail, judged by the absolute limit. */
    private static List<Step> all(RolloutPolicySpec policy) {
        Step last = lastOf(policy);
        return List.of(new Step(100, last.leastMessages(), last.leastSeconds(), last.delta()));
    }

    int count() {
        return steps.size();
    }

    /**
     * A step, counted from 1. The number of steps can fall while a trial runs, since fewer newcomers get less; then the
     * figures of the last one hold.
     */
    Step step(int number) {
        return steps.isEmpty() ? last : steps.get(Math.min(Math.max(number, 1), steps.size()) - 1);
    }

    boolean isLast(int number) {
        return number >= steps.size();
    }

    /** The chance of passing a step with a canary that is worse: the last one makes it stable, so it is held to more. */
    double beta(int number, RolloutPolicySpec policy) {
        return isLast(number) ? PolicyFigures.ofLastStep(policy) : PolicyFigures.beta(policy, number);
    }

    /**
     * How many nodes have to be ready before a step begins; the one after the last stands for the promotion.
     *
     * @param serving how many nodes of our own making serve
     */
    int nodesFor(int number, int serving) {
        return switch (purpose) {
            case INSTALL -> replicas;
            case SCALE_OUT, REPLACEMENT -> Math.max(0, replicas - serving);
            case NEW_REVISION ->
                number > steps.size()
                        ? replicas
                        : Math.max(1, (replicas * step(number).weightPercent() + 99) / 100);
        };
    }
}
