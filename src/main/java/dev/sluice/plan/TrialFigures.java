package dev.sluice.plan;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.gate.GateParameters;

/** The figures by which a trial is judged, for those who want to recompute a decision. */
public final class TrialFigures {
    private TrialFigures() {}

    /**
     * The gate's parameters for all nodes of a trial together.
     *
     * @param policy the policy in force
     * @param step the step, counted from 1; below and above, the nearest one
     */
    public static GateParameters ofStep(RolloutPolicySpec policy, int step) {
        int index = Math.min(Math.max(step, 1), policy.steps().size()) - 1;
        return Judge.parameters(
                policy,
                policy.steps().get(index),
                0.5 * Double.parseDouble(policy.gate().alpha()),
                Double.parseDouble(
                        index == policy.steps().size() - 1
                                ? policy.gate().lastStepBeta()
                                : policy.gate().beta()));
    }
}
