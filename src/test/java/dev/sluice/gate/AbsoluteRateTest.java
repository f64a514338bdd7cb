package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.function.ToDoubleFunction;
import org.junit.jupiter.api.Test;

class AbsoluteRateTest {
    private static final double LIMIT = 0.05;

    @Test
    void evidenceOfMoreFailuresIsAtMostOneOnAverageUpToTheLimit() {
        for (int alternative = 0; alternative < Alternatives.OF_ALL_FAILURES.count(); alternative++) {
            double worse = Alternatives.OF_ALL_FAILURES.failureRate(alternative, LIMIT);
            for (double rate : new double[] {0, 0.01, LIMIT}) {
                assertThat(expectation(rate, counts -> AbsoluteRate.logFactorAbove(counts, worse, LIMIT)))
                        .isLessThanOrEqualTo(1 + 1e-9);
            }
        }
    }

    @Test
    void evidenceOfFewerFailuresIsAtMostOneOnAverageFromTheLimitOn() {
        for (double rate : new double[] {LIMIT, 0.1, 0.9, 1}) {
            assertThat(expectation(rate, counts -> AbsoluteRate.logFactorBelow(counts, 0.75 / (1 - LIMIT), LIMIT)))
                    .isLessThanOrEqualTo(1 + 1e-9);
        }
        assertThat(expectation(LIMIT, counts -> AbsoluteRate.logFactorBelow(counts, 0.75, LIMIT)))
                .isCloseTo(1, within(1e-9));
    }

    private static double expectation(double rate, ToDoubleFunction<Comparison> logFactor) {
        int recipients = 9;
        double expected = 0;
        for (int failed = 0; failed <= recipients; failed++) {
            double ways = 1;
            for (int i = 1; i <= failed; i++) {
                ways = ways * (recipients - failed + i) / i;
            }
            expected += ways
                    * Math.pow(rate, failed)
                    * Math.pow(1 - rate, recipients - failed)
                    * Math.exp(logFactor.applyAsDouble(new Comparison(recipients, failed, 0, 0)));
        }
        return expected;
    }
}
