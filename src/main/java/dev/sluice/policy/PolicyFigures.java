package dev.sluice.policy;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.gate.GateParameters;

/** The gate's parameters as a policy gives them. Steps count from 1; below and above, the nearest one is meant. */
public final class PolicyFigures {
    /** Half of the chance of a wrong rollback is for all nodes of a trial together, half for them one by one. */
    private static final double SHARE_OF_ALL_NODES = 0.5;

    private PolicyFigures() {}

    /** For all nodes of a trial together. */
    public static GateParameters ofAllNodes(RolloutPolicySpec policy, int step) {
        return of(policy, at(policy, step), alpha(policy) * SHARE_OF_ALL_NODES, beta(policy, step));
    }

    /** The same for a step that is looked at before it is in force; the last one is known by being equal to it. */
    public static GateParameters ofAllNodes(RolloutPolicySpec policy, Step step) {
        int last = policy.steps().size();
        boolean makesStable = step.equals(policy.steps().get(last - 1));
        return of(
                policy,
                step,
                alpha(policy) * SHARE_OF_ALL_NODES,
                makesStable
                        ? ofLastStep(policy)
                        : Double.parseDouble(policy.gate().beta()));
    }

    /**
     * For one of the nodes of a trial.
     *
     * @param nodes how many there are, 1 or more
     */
    public static GateParameters ofOneNode(RolloutPolicySpec policy, int step, int nodes) {
        return of(policy, at(policy, step), alpha(policy) * (1 - SHARE_OF_ALL_NODES) / nodes, beta(policy, step));
    }

    /**
     * With a step that need not be one of the policy's.
     *
     * @param alpha chance of a wrong rollback, above 0, below 1
     * @param beta chance of passing the step with a canary that is worse by its delta, above 0, below 1
     * @throws IllegalArgumentException when a figure is no number or out of its range
     */
    public static GateParameters of(RolloutPolicySpec policy, Step step, double alpha, double beta) {
        GateSettings gate = policy.gate();
        return new GateParameters(
                alpha,
                beta,
                Double.parseDouble(step.delta()),
                Double.parseDouble(gate.tolerance()),
                step.leastMessages(),
                step.leastSeconds(),
                gate.horizonSeconds(),
                gate.objectiveSeconds(),
                gate.staleSeconds(),
                Double.parseDouble(gate.absoluteFailureLimit()));
    }

    /** The chance of a wrong rollback in a whole trial. */
    public static double alpha(RolloutPolicySpec policy) {
        return Double.parseDouble(policy.gate().alpha());
    }

    /** The chance of passing a step with a worse canary; the last step makes it stable, so it is held to more. */
    public static double beta(RolloutPolicySpec policy, int step) {
        return step >= policy.steps().size()
                ? ofLastStep(policy)
                : Double.parseDouble(policy.gate().beta());
    }

    /** The chance of passing the last step with a worse canary. */
    public static double ofLastStep(RolloutPolicySpec policy) {
        return Double.parseDouble(policy.gate().lastStepBeta());
    }

    private static Step at(RolloutPolicySpec policy, int step) {
        return policy.steps().get(Math.min(Math.max(step, 1), policy.steps().size()) - 1);
    }
}
