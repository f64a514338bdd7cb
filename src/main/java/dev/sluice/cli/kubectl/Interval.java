package dev.sluice.cli.kubectl;

import java.util.Locale;

/**
 * The difference of two failure rates with its 95 % interval, after Newcombe (1998), method 10: Wilson's intervals of both
 * rates, combined. To be looked at by people; the gate decides by a test of its own that is valid at every look.
 *
 * @param difference canary minus baseline
 * @param low the lower end
 * @param high the upper end
 */
record Interval(double difference, double low, double high) {
    private static final double Z = 1.959963984540054;

    private record Rate(double value, double low, double high) {
        static Rate wilson(long failed, long finished) {
            double n = finished;
            double p = failed / n;
            double centre = (p + Z * Z / (2 * n)) / (1 + Z * Z / n);
            double half = Z / (1 + Z * Z / n) * Math.sqrt(p * (1 - p) / n + Z * Z / (4 * n * n));
            return new Rate(p, centre - half, centre + half);
        }
    }

    /** The interval; both arms have to have finished something. */
    static Interval of(long canaryFailed, long canaryFinished, long baselineFailed, long baselineFinished) {
        Rate canary = Rate.wilson(canaryFailed, canaryFinished);
        Rate baseline = Rate.wilson(baselineFailed, baselineFinished);
        double difference = canary.value() - baseline.value();
        return new Interval(
                difference,
                difference - Math.hypot(canary.value() - canary.low(), baseline.high() - baseline.value()),
                difference + Math.hypot(canary.high() - canary.value(), baseline.value() - baseline.low()));
    }

    /** In percentage points: {@code +0.07 pp [-0.46, +0.49]}. */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%+.2f pp [%+.2f, %+.2f]", 100 * difference, 100 * low, 100 * high);
    }
}
