package dev.sluice.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.plan.Rehearsal.Traffic;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** How long a step takes, asked of the gate itself. */
class RehearsalTest {
    private static final RolloutPolicySpec POLICY = RolloutPolicySpec.STANDARD;

    private static Optional<Rehearsal> step(int percent, String delta, double perHour, double failureRate) {
        return Rehearsal.of(new Step(percent, 100, 60, delta), POLICY, new Traffic(perHour, failureRate), true);
    }

    @Test
    void aStepNeverEndsBeforeItsLeastMessagesAndTime() {
        Rehearsal fast = step(25, "0.05", 1_000_000, 0.001).orElseThrow();

        assertThat(fast.time()).isGreaterThanOrEqualTo(Duration.ofSeconds(60));
        assertThat(fast.canaryFinished()).isGreaterThanOrEqualTo(100);
    }

    @Test
    void halfTheTrafficTakesLonger() {
        Duration busy = step(25, "0.02", 8_000, 0.01).orElseThrow().time();
        Duration calm = step(25, "0.02", 4_000, 0.01).orElseThrow().time();

        assertThat(calm).isGreaterThan(busy);
    }

    @Test
    void aSmallerMarginNeedsMoreMessages() {
        long coarse = step(25, "0.05", 20_000, 0.01).orElseThrow().canaryFinished();
        long fine = step(25, "0.01", 20_000, 0.01).orElseThrow().canaryFinished();

        assertThat(fine).isGreaterThan(2 * coarse);
    }

    @Test
    void aStepThatCannotEndInTimeIsSaidToBeSo() {
        assertThat(step(1, "0.005", 100, 0.01)).isEmpty();
    }
}
