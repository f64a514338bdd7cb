package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** The interval that people read. */
class DifferenceTest {
    private static final double FOUR_DIGITS = 0.00005;

    /** Newcombe (1998), table II, column (a), method 10: 56/70 against 48/80. */
    @Test
    void itIsThePublishedInterval() {
        Difference difference = Difference.of(new Comparison(70, 56, 80, 48)).orElseThrow();

        assertThat(difference.value()).isCloseTo(0.2, within(FOUR_DIGITS));
        assertThat(difference.low()).isCloseTo(0.0524, within(FOUR_DIGITS));
        assertThat(difference.high()).isCloseTo(0.3339, within(FOUR_DIGITS));
    }

    /** The same table, column (e): 5/56 against 0/29. */
    @Test
    void itHoldsWhereNothingFailed() {
        Difference difference = Difference.of(new Comparison(56, 5, 29, 0)).orElseThrow();

        assertThat(difference.low()).isCloseTo(-0.0381, within(FOUR_DIGITS));
        assertThat(difference.high()).isCloseTo(0.1926, within(FOUR_DIGITS));
    }

    @Test
    void thereIsNoneWithoutABaseline() {
        assertThat(Difference.of(new Comparison(70, 56, 0, 0))).isEmpty();
    }
}
