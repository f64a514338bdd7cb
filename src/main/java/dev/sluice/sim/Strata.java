package dev.sluice.sim;

import java.util.stream.IntStream;

/**
 * The strata of the simulated pool: five next hops with equal shares of the mail, at each of them four bands of
 * destinations that fail in 0.1 to 40 % of their mail, 2.7 % on average.
 */
final class Strata {
    static final int HOPS = 5;
    private static final int BANDS = 4;
    static final int COUNT = HOPS * BANDS;

    private static final double[] SHARE_OF_BAND = {0.57, 0.27, 0.12, 0.04};
    private static final double[] RATE_OF_BAND = {0.001, 0.01, 0.06, 0.40};
    private static final double[] FACTOR_OF_HOP = {1, 1.1, 1.2, 0.9, 0.8};
    private static final double LARGEST_RATE = 0.4;

    private Strata() {}

    static int hop(int stratum) {
        return stratum / BANDS;
    }

    static String hopName(int stratum) {
        return "hop-" + (hop(stratum) + 1);
    }

    static String name(int stratum) {
        return hopName(stratum) + "/band-" + (stratum % BANDS + 1);
    }

    /** The shares of the mail, 1 in all. */
    static double[] shares() {
        return IntStream.range(0, COUNT)
                .mapToDouble(stratum -> SHARE_OF_BAND[stratum % BANDS] / HOPS)
                .toArray();
    }

    /** The failure rates of a healthy node. */
    static double[] rates() {
        return IntStream.range(0, COUNT)
                .mapToDouble(
                        stratum -> Math.min(LARGEST_RATE, RATE_OF_BAND[stratum % BANDS] * FACTOR_OF_HOP[hop(stratum)]))
                .toArray();
    }
}
