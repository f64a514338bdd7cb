package dev.sluice.gate;

import java.util.Optional;

/**
 * By how much the canary's share of failures is above the baseline's, with an interval of 95 % that people can read. The
 * verdict does not rest on it: unlike the evidence it holds for one look, not for every look.
 *
 * <p>Source of the interval: the hybrid score method, method 10 of R. G. Newcombe, "Interval estimation for the difference
 * between independent proportions: comparison of eleven methods", Statistics in Medicine 17 (1998), 873-890.
 *
 * @param value canary less baseline, -1 to 1
 * @param low the interval's lower end
 * @param high the interval's upper end
 */
public record Difference(double value, double low, double high) {
    private static final double NORMAL_QUANTILE = 1.959963984540054;

    /** Of both arms; empty while one of them has finished nothing. */
    public static Optional<Difference> of(Comparison counts) {
        if (counts.canaryFinished() == 0 || counts.baselineFinished() == 0) {
            return Optional.empty();
        }
        Score canary = Score.of(counts.canaryFailed(), counts.canaryFinished());
        Score baseline = Score.of(counts.baselineFailed(), counts.baselineFinished());
        double value = canary.share - baseline.share;
        return Optional.of(new Difference(
                value,
                value - Math.hypot(canary.share - canary.low, baseline.high - baseline.share),
                value + Math.hypot(canary.high - canary.share, baseline.share - baseline.low)));
    }

    /** A share with E. B. Wilson's score interval. */
    private record Score(double share, double low, double high) {
        static Score of(long failed, long finished) {
            double n = finished;
            double share = failed / n;
            double square = NORMAL_QUANTILE * NORMAL_QUANTILE;
            double centre = share + square / (2 * n);
            double spread = NORMAL_QUANTILE * Math.sqrt(share * (1 - share) / n + square / (4 * n * n));
            double scale = 1 + square / n;
            return new Score(share, (centre - spread) / scale, (centre + spread) / scale);
        }
    }
}
