package dev.sluice.gate;

/**
 * The failure rate of the baseline to reckon with in one stratum, from closed windows. It steers how fast the tests find
 * something, never whether they are right.
 *
 * @param longFinished finished units, long memory
 * @param longFailed failed ones, long memory
 * @param shortFinished finished units, short memory
 * @param shortFailed failed ones, short memory
 */
record Forecast(double longFinished, double longFailed, double shortFinished, double shortFailed) {
    /** What a closed window leaves of the long memory: an exponentially weighted mean (Roberts 1959) over some 2,000 windows. */
    static final double LONG_DECAY = 0.9995;
    /** What a closed window leaves of the short memory: the same over some seven windows. */
    static final double SHORT_DECAY = 0.85;
    /** Smallest and largest rate, so that every odds ratio stays finite. */
    static final double FLOOR = 2e-4;

    static final double CEILING = 0.95;
    /** A beginner's guess of 1 % with the weight of 20 units; any guess is valid. */
    private static final double GUESS = 0.01;

    private static final double GUESS_WEIGHT = 20;

    static final Forecast NONE = new Forecast(0, 0, 0, 0);

    Forecast after(Comparison window) {
        return new Forecast(
                Rounding.hundredths(longFinished * LONG_DECAY + window.baselineFinished()),
                Rounding.hundredths(longFailed * LONG_DECAY + window.baselineFailed()),
                Rounding.hundredths(shortFinished * SHORT_DECAY + window.baselineFinished()),
                Rounding.hundredths(shortFailed * SHORT_DECAY + window.baselineFailed()));
    }

    /** The rate for the next window: the recent one when it is beyond what chance does to the long one. */
    double rate() {
        double usual = guided(longFinished, longFailed);
        double expected = shortFinished * usual;
        boolean outage = shortFailed > expected + 3 * Math.sqrt(expected * (1 - usual)) + 2;
        return outage ? bounded(shortFailed / shortFinished) : usual;
    }

    /** A rate from counts, led by the guess while they are few. */
    static double guided(double finished, double failed) {
        return guided(finished, failed, GUESS_WEIGHT);
    }

    /** The same with another weight of the guess, in units. */
    static double guided(double finished, double failed, double guessWeight) {
        return bounded((failed + GUESS * guessWeight) / (finished + guessWeight));
    }

    private static double bounded(double rate) {
        return Math.min(CEILING, Math.max(FLOOR, rate));
    }
}
