package dev.sluice.gate;

/**
 * The evidence of one two-by-two table for a larger odds ratio, given its margins. Under equal odds the canary's share of
 * the failures is hypergeometric whatever the failure rate is, so that an outage that hits both arms, the time of day
 * and the mix of mail cancel. The likelihood ratio is monotone in the canary's failures; its expectation is therefore at
 * most 1 for every odds ratio up to the tolerance (Fisher's noncentral hypergeometric distribution; Turner and Grünwald
 * 2023 for stratified tables).
 */
final class ConditionalOdds {
    private ConditionalOdds() {}

    /**
     * The natural logarithm of the likelihood ratio of {@code oddsRatio} against {@code tolerance}; 0 when the margins
     * leave no choice, and when the alternative is not beyond the tolerance.
     */
    static double logFactor(Comparison table, double oddsRatio, double tolerance) {
        long failed = table.failed();
        long least = Math.max(0, failed - table.baselineFinished());
        long most = Math.min(failed, table.canaryFinished());
        if (least == most || oddsRatio <= tolerance) {
            return 0;
        }
        double alternative = Math.log(oddsRatio);
        double edge = Math.log(tolerance);
        return (table.canaryFailed() - least) * (alternative - edge)
                - logTotal(table, least, most, alternative)
                + logTotal(table, least, most, edge);
    }

    /** The logarithm of the sum of h(j)/h(least)·ratio^(j-least), by the ratio of neighbouring probabilities. */
    private static double logTotal(Comparison table, long least, long most, double logRatio) {
        double failed = table.failed();
        double term = 0;
        double largest = 0;
        double sum = 1;
        for (double j = least; j < most; j++) {
            double numerator = (table.canaryFinished() - j) * (failed - j);
            double denominator = (j + 1) * (table.baselineFinished() - failed + j + 1);
            term += Math.log(numerator / denominator) + logRatio;
            if (term > largest) {
                sum = sum * Math.exp(largest - term) + 1;
                largest = term;
            } else {
                sum += Math.exp(term - largest);
            }
        }
        return largest + Math.log(sum);
    }
}
