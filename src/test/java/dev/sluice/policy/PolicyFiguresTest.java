package dev.sluice.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.api.RolloutPolicySpec.Step;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which of a policy's figures judge which step, and how the chance of a wrong rollback is shared. */
class PolicyFiguresTest {
    private static final Step FIRST = new Step(5, 100, 60, "0.05");
    private static final Step LAST = new Step(50, 400, 120, "0.01");

    private final RolloutPolicySpec policy = new RolloutPolicySpec(
            List.of(FIRST, LAST),
            new GateSettings("0.02", "0.05", "0.001", "1.25", 60, 86_400, 30, "0.05"),
            null,
            0,
            600,
            null,
            null);

    @Test
    void theLastStepIsHeldToMore() {
        assertThat(PolicyFigures.ofAllNodes(policy, 1).beta()).isEqualTo(0.05);
        assertThat(PolicyFigures.ofAllNodes(policy, 2).beta()).isEqualTo(0.001);
        assertThat(PolicyFigures.ofOneNode(policy, 2, 3).beta()).isEqualTo(0.001);
        assertThat(PolicyFigures.ofAllNodes(policy, FIRST)).isEqualTo(PolicyFigures.ofAllNodes(policy, 1));
        assertThat(PolicyFigures.ofAllNodes(policy, LAST)).isEqualTo(PolicyFigures.ofAllNodes(policy, 2));
    }

    @Test
    void eachStepHasItsOwnMarginAndAmount() {
        assertThat(PolicyFigures.ofAllNodes(policy, 1).delta()).isEqualTo(0.05);
        assertThat(PolicyFigures.ofAllNodes(policy, 2).delta()).isEqualTo(0.01);
        assertThat(PolicyFigures.ofAllNodes(policy, 2).leastFinished()).isEqualTo(400);
    }

    @Test
    void beyondTheStepsTheNearestOneIsMeant() {
        assertThat(PolicyFigures.ofAllNodes(policy, 0)).isEqualTo(PolicyFigures.ofAllNodes(policy, 1));
        assertThat(PolicyFigures.ofAllNodes(policy, 7)).isEqualTo(PolicyFigures.ofAllNodes(policy, 2));
    }

    @Test
    void theChancesOfAWrongRollbackAddUpToTheOneThatIsDeclared() {
        double all = PolicyFigures.ofAllNodes(policy, 1).alpha()
                + 4 * PolicyFigures.ofOneNode(policy, 1, 4).alpha();

        assertThat(all).isCloseTo(0.02, within(1e-12));
    }
}
