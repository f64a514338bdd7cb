package dev.sluice.gate;

import dev.sluice.gate.Evidence.StratumCount;
import java.util.Arrays;

/**
 * Whether both arms get mail of the same senders: how much more the canary saw of each class of senders than its share of
 * the same stratum's mail at the same time, and the variance of that by chance (Mantel and Haenszel 1959, summed over
 * looks and strata). Units are drawn into the arms at random under equal routing, so that the sum of squares of the
 * deviations follows a chi-squared distribution.
 */
final class MixShift {
    private static final int CLASSES = StratumCount.SENDER_CLASSES;
    /** The chi-squared quantile at 0.1 % with one degree of freedom less than there are classes. */
    private static final double BEYOND_CHANCE = 37.7;
    /** What is remembered is rounded to so many parts. */
    private static final double PARTS = 1000;

    static final MixShift NONE = new MixShift(new double[CLASSES], new double[CLASSES]);

    private final double[] excess;
    private final double[] variance;

    MixShift(double[] excess, double[] variance) {
        this.excess = excess;
        this.variance = variance;
    }

    /** With the units of one look, by stratum and class. */
    MixShift plus(long[] canary, long[] baseline) {
        double[] nextExcess = null;
        double[] nextVariance = null;
        for (int from = 0; from < canary.length; from += CLASSES) {
            double onCanary = sum(canary, from);
            double onBaseline = sum(baseline, from);
            if (onCanary == 0 || onBaseline == 0) {
                continue;
            }
            if (nextExcess == null) {
                nextExcess = excess.clone();
                nextVariance = variance.clone();
            }
            double all = onCanary + onBaseline;
            double spread = onCanary * onBaseline / (all * all * (all - 1));
            for (int each = 0; each < CLASSES; each++) {
                double ofClass = (double) canary[from + each] + baseline[from + each];
                if (ofClass > 0) {
                    nextExcess[each] += canary[from + each] - onCanary * ofClass / all;
                    nextVariance[each] += spread * ofClass * (all - ofClass);
                }
            }
        }
        if (nextExcess == null) {
            return this;
        }
        for (int each = 0; each < CLASSES; each++) {
            nextExcess[each] = Math.rint(nextExcess[each] * PARTS) / PARTS;
            nextVariance[each] = Math.rint(nextVariance[each] * PARTS) / PARTS;
        }
        return new MixShift(nextExcess, nextVariance);
    }

    private static double sum(long[] counts, int from) {
        long sum = 0;
        for (int each = from; each < from + CLASSES; each++) {
            sum += counts[each];
        }
        return sum;
    }

    double chiSquared() {
        double total = 0;
        for (int each = 0; each < CLASSES; each++) {
            if (variance[each] > 0) {
                total += excess[each] * excess[each] / variance[each];
            }
        }
        return total * (CLASSES - 1) / CLASSES;
    }

    boolean isBeyondChance() {
        return chiSquared() > BEYOND_CHANCE;
    }

    /** The excess of a class in whole parts. */
    long excessParts(int senderClass) {
        return (long) Math.rint(excess[senderClass] * PARTS);
    }

    long varianceParts(int senderClass) {
        return (long) Math.rint(variance[senderClass] * PARTS);
    }

    static MixShift ofParts(long[] excessParts, long[] varianceParts) {
        return new MixShift(
                Arrays.stream(excessParts).mapToDouble(part -> part / PARTS).toArray(),
                Arrays.stream(varianceParts).mapToDouble(part -> part / PARTS).toArray());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof MixShift shift
                && Arrays.equals(excess, shift.excess)
                && Arrays.equals(variance, shift.variance);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(excess) + 31 * Arrays.hashCode(variance);
    }
}
