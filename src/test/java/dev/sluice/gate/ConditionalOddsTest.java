package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

/** Evidence of one table, by counting out every table there is. */
class ConditionalOddsTest {
    private static final double[] TOLERANCES = {1, 1.25, 2};
    private static final double[] RATES = {2e-4, 0.01, 0.2, 0.6, 0.95};

    @Test
    void isAtMostOneOnAverageWheneverTheCanaryIsWithinTheTolerance() {
        int tables = 0;
        for (int canary = 0; canary <= 8; canary++) {
            for (int baseline = 0; baseline <= 12; baseline++) {
                for (int failed = 0; failed <= canary + baseline; failed++) {
                    for (double tolerance : TOLERANCES) {
                        for (double rate : RATES) {
                            for (int alternative = 0;
                                    alternative < Alternatives.OF_ALL_FAILURES.count();
                                    alternative++) {
                                double ratio = Alternatives.OF_ALL_FAILURES.oddsRatio(alternative, rate);
                                assertThat(expectation(canary, baseline, failed, ratio, tolerance, tolerance))
                                        .as("at the edge")
                                        .isLessThanOrEqualTo(1 + 1e-9);
                                assertThat(expectation(canary, baseline, failed, ratio, tolerance, 1))
                                        .as("equal odds")
                                        .isLessThanOrEqualTo(1 + 1e-9);
                                tables++;
                            }
                        }
                    }
                }
            }
        }
        assertThat(tables).isGreaterThan(50_000);
    }

    @Test
    void isExactlyOneOnAverageAtTheEdgeSoThatNoPowerIsGivenAway() {
        assertThat(expectation(4, 20, 5, 50, 1.25, 1.25)).isCloseTo(1, within(1e-9));
    }

    @Test
    void growsWithTheCanarysFailures() {
        double before = Double.NEGATIVE_INFINITY;
        for (int failed = 0; failed <= 6; failed++) {
            double factor = ConditionalOdds.logFactor(new Comparison(10, failed, 60, 6 - failed), 30, 1.25);
            assertThat(factor).isGreaterThan(before);
            before = factor;
        }
    }

    @Test
    void threeFailuresAgainstNoneOnSixtyOneGiveMoreThanTenThousand() {
        double factor = ConditionalOdds.logFactor(
                new Comparison(3, 3, 61, 0), Alternatives.OF_ALL_FAILURES.oddsRatio(4, Forecast.FLOOR), 1.25);

        assertThat(Math.exp(factor)).isGreaterThan(1e4);
    }

    @Test
    void countsHugeTablesWithoutOverflow() {
        double factor = ConditionalOdds.logFactor(new Comparison(200_000, 100_000, 800_000, 100_000), 3, 1.25);

        assertThat(factor).isFinite().isPositive();
    }

    private static double expectation(
            int canary, int baseline, int failed, double ratio, double tolerance, double trueRatio) {
        int least = Math.max(0, failed - baseline);
        int most = Math.min(failed, canary);
        double total = 0;
        double expected = 0;
        for (int onCanary = least; onCanary <= most; onCanary++) {
            double chance =
                    choose(canary, onCanary) * choose(baseline, failed - onCanary) * Math.pow(trueRatio, onCanary);
            total += chance;
            expected += chance
                    * Math.exp(ConditionalOdds.logFactor(
                            new Comparison(canary, onCanary, baseline, failed - onCanary), ratio, tolerance));
        }
        return expected / total;
    }

    private static double choose(int all, int some) {
        double ways = 1;
        for (int i = 1; i <= some; i++) {
            ways = ways * (all - some + i) / i;
        }
        return ways;
    }
}
