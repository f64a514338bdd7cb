package dev.sluice.gate;

/**
 * Evidence of the canary alone against a fixed failure rate, for a first install that has nothing to be compared with.
 * Betting form: each recipient multiplies by 1 + stake·(outcome − limit), whose expectation is at most 1 while the rate
 * is on the null's side of the limit (Waudby-Smith and Ramdas 2024).
 */
final class AbsoluteRate {
    private AbsoluteRate() {}

    /** The natural logarithm of the evidence that more than {@code limit} fail, strongest when {@code rate} do. */
    static double logFactorAbove(Comparison counts, double rate, double limit) {
        if (rate <= limit) {
            return 0;
        }
        double succeeded = counts.canaryFinished() - (double) counts.canaryFailed();
        return counts.canaryFailed() * Math.log(rate / limit) + succeeded * Math.log((1 - rate) / (1 - limit));
    }

    /** The natural logarithm of the evidence that fewer than {@code limit} fail; {@code stake} below 1/(1 − limit). */
    static double logFactorBelow(Comparison counts, double stake, double limit) {
        double succeeded = counts.canaryFinished() - (double) counts.canaryFailed();
        return counts.canaryFailed() * Math.log1p(stake * (limit - 1)) + succeeded * Math.log1p(stake * limit);
    }
}
