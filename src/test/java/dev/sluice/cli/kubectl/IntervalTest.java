package dev.sluice.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The interval that people see beside two rates. */
class IntervalTest {
    @Test
    void newcombesIntervalOfAWorseCanary() {
        assertThat(Interval.of(1204 - 1139, 1204, 4822 - 4759, 4822)).hasToString("+4.09 pp [+2.90, +5.54]");
    }

    @Test
    void newcombesIntervalOfOneThatIsNotWorse() {
        assertThat(Interval.of(28, 2489, 119, 9931)).hasToString("-0.07 pp [-0.49, +0.46]");
    }

    @Test
    void noFailureIsNoCertainty() {
        assertThat(Interval.of(0, 20, 0, 80).high()).isBetween(0.15, 0.17);
    }
}
