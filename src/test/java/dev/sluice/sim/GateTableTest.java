package dev.sluice.sim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.sluice.sim.Row.Bar;
import org.junit.jupiter.api.Test;

class GateTableTest {
    @Test
    void fewRunsShowOnlyThatTheBarIsNotContradicted() {
        // Of 50 days at 1 % more than 3 are bad in 0.2 % of all cases, more than 2 in 1.4 %.
        assertThat(GateTable.uncontradicted(Bar.atMost(0.01), 50)).isEqualTo(Bar.atMost(3 / 50.0));
        assertThat(GateTable.uncontradicted(Bar.atLeast(0.99), 50)).isEqualTo(Bar.atLeast(1 - 3 / 50.0));
    }

    @Test
    void whatMustAlwaysHappenMayNotBeMissedOnce() {
        assertThat(GateTable.uncontradicted(Bar.atLeast(1), 20)).isEqualTo(Bar.atLeast(1));
    }

    @Test
    void aLimitIsAboveWhatWasSeen() {
        // No event in n runs: 1 - 0.05^(1/n), which is about 3/n.
        assertThat(GateTable.upperLimit(0, 500)).isCloseTo(1 - Math.pow(0.05, 1 / 500.0), within(1e-9));
        assertThat(GateTable.upperLimit(10, 10)).isEqualTo(1);
    }
}
