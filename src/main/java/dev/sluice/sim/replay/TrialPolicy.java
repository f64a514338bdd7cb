package dev.sluice.sim.replay;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.gate.GateParameters;
import dev.sluice.policy.PolicyFigures;

/**
 * A rollout policy as the gate is asked by it. As in a trial, half the chance of a wrong rollback is for all canary nodes
 * together and half is shared among them one by one.
 */
final class TrialPolicy {
    private final RolloutPolicySpec policy;

    /**
     * Takes a policy.
     *
     * @throws UnusableRecording when it has no step or a figure that is no number
     */
    TrialPolicy(RolloutPolicySpec policy) {
        this.policy = policy;
        if (policy.steps().isEmpty()) {
            throw new UnusableRecording("the policy has no step; write at least one under spec.steps, such as"
                    + " {weightPercent: 5, leastMessages: 100}");
        }
        try {
            for (int step = 0; step < steps(); step++) {
                PolicyFigures.of(policy, step(step), PolicyFigures.alpha(policy), PolicyFigures.beta(policy, step + 1));
            }
        } catch (IllegalArgumentException e) {
            // A number that cannot be read is one of these, too.
            throw new UnusableRecording("the policy cannot be used: " + e.getMessage(), e);
        }
    }

    int steps() {
        return policy.steps().size();
    }

    Step step(int number) {
        return policy.steps().get(number);
    }

    long objectiveMillis() {
        return policy.gate().objectiveSeconds() * 1000L;
    }

    /** For all canary nodes together; steps count from 0. */
    GateParameters ofAll(int step) {
        return PolicyFigures.ofAllNodes(policy, step + 1);
    }

    /** For one of {@code nodes} canary nodes. */
    GateParameters ofOne(int step, int nodes) {
        return PolicyFigures.ofOneNode(policy, step + 1, nodes);
    }
}
