package dev.sluice.gate;

/**
 * The evidence of one two-by-two table for another odds ratio, given its margins. Under equal odds the canary's share of
 * the failures is hypergeometric whatever the failure rate is, so that an outage that hits both arms, the time of day
 * and the mix of mail cancel. The likelihood ratio is monotone in the canary's failures; its expectation is therefore at
 * most 1 for every odds ratio up to the tolerance, or from the tolerance on when the alternative is below it (Fisher's
 * noncentral hypergeometric distribution; Turner and Grünwald 2023 for stratified tables).
 */
final class ConditionalOdds {
    /** Beyond this a sum is scaled down, so that huge tables do not overflow. */
    private static final double LARGE = 1e200;

    private static final double LOG_LARGE = Math.log(LARGE);

    private ConditionalOdds() {}

    /**
     * The natural logarithm of the likelihood ratio of {@code oddsRatio} against {@code tolerance}; 0 when the margins
     * leave no choice, and when the alternative is not beyond the tolerance, seen from 1.
     */
    static double logFactor(Comparison table, double oddsRatio, double tolerance) {
        return logFactor(table, table.canaryFailed(), oddsRatio, tolerance);
    }

    /** The same if as many failures as the margins allow were the canary's. */
    static double largestLogFactor(Comparison table, double oddsRatio, double tolerance) {
        return logFactor(table, Math.min(table.failed(), table.canaryFinished()), oddsRatio, tolerance);
    }

    private static double logFactor(Comparison table, long canaryFailed, double oddsRatio, double tolerance) {
        long failed = table.failed();
        long least = Math.max(0, failed - table.baselineFinished());
        long most = Math.min(failed, table.canaryFinished());
        boolean beyond = oddsRatio > 1 ? oddsRatio > tolerance : oddsRatio < tolerance;
        if (least == most || !beyond) {
            return 0;
        }
        return (canaryFailed - least) * Math.log(oddsRatio / tolerance)
                - logTotal(table, least, most, oddsRatio)
                + logTotal(table, least, most, tolerance);
    }

    /** The logarithm of the sum of h(j)/h(least)·ratio^(j-least), by the ratio of neighbouring probabilities. */
    private static double logTotal(Comparison table, long least, long most, double ratio) {
        double failed = table.failed();
        double canary = table.canaryFinished();
        double rest = table.baselineFinished() - failed;
        double term = 1;
        double sum = 1;
        double logScale = 0;
        for (double j = least; j < most; j++) {
            term *= (canary - j) * (failed - j) / ((j + 1) * (rest + j + 1)) * ratio;
            sum += term;
            if (sum > LARGE) {
                sum /= LARGE;
                term /= LARGE;
                logScale += LOG_LARGE;
            }
        }
        return Math.log(sum) + logScale;
    }
}
