package dev.sluice.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class ProportionTest {
    @Test
    void theIntervalIsThatOfWilson() {
        // Published values for 15 of 148 and 0 of 20: Newcombe, Statistics in Medicine 17 (1998), table I.
        assertThat(new Proportion(15, 148).lower()).isCloseTo(0.0624, within(0.0001));
        assertThat(new Proportion(15, 148).upper()).isCloseTo(0.1605, within(0.0001));
        assertThat(new Proportion(0, 20).lower()).isZero();
        assertThat(new Proportion(0, 20).upper()).isCloseTo(0.1611, within(0.0001));
        assertThat(new Proportion(29, 29).lower()).isCloseTo(0.8830, within(0.0001));
        assertThat(new Proportion(29, 29).upper()).isEqualTo(1);
    }
}
