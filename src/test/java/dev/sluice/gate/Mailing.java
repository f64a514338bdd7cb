package dev.sluice.gate;

import java.time.Duration;
import java.util.List;
import java.util.Random;

/** Random mail through a fleet of one canary and one baseline node, by next hop. */
final class Mailing {
    private final Random random;
    private final Duration tick;
    private final double recipientsPerTick;
    private final double share;
    private final String[] hops;
    private final double[] baselineRates;
    private final double[] canaryRates;
    private final double[] canaryPathRates;
    private double sharedPathRate;

    Mailing(long seed, Duration tick, double recipientsPerTick, double share, String... hops) {
        this.random = new Random(seed);
        this.tick = tick;
        this.recipientsPerTick = recipientsPerTick;
        this.share = share;
        this.hops = hops.clone();
        this.baselineRates = new double[hops.length];
        this.canaryRates = new double[hops.length];
        this.canaryPathRates = new double[hops.length];
    }

    Mailing failing(double... rates) {
        System.arraycopy(rates, 0, baselineRates, 0, hops.length);
        System.arraycopy(rates, 0, canaryRates, 0, hops.length);
        return this;
    }

    Mailing canaryFailing(double... rates) {
        System.arraycopy(rates, 0, canaryRates, 0, hops.length);
        return this;
    }

    Mailing canaryFailingOnThePath(double... rates) {
        System.arraycopy(rates, 0, canaryPathRates, 0, hops.length);
        return this;
    }

    Mailing sharedPathFailures(double rate) {
        sharedPathRate = rate;
        return this;
    }

    Fleet fleet() {
        return new Fleet(share, List.of("canary"), List.of("baseline"), hops);
    }

    /** One tick of mail; the number of recipients that the canary got. */
    long flow(Fleet fleet) {
        long onCanary = 0;
        for (int hop = 0; hop < hops.length; hop++) {
            int canary = arrivals(recipientsPerTick * share / hops.length);
            int baseline = arrivals(recipientsPerTick * (1 - share) / hops.length);
            int canaryPath = successes(canary, Math.max(sharedPathRate, canaryPathRates[hop]));
            int canaryBad = canaryPath + successes(canary - canaryPath, canaryRates[hop]);
            int baselinePath = successes(baseline, sharedPathRate);
            int baselineBad = baselinePath + successes(baseline - baselinePath, baselineRates[hop]);
            fleet.finish("canary", hops[hop], canary - canaryBad, canaryBad, canaryPath);
            fleet.finish("baseline", hops[hop], baseline - baselineBad, baselineBad, baselinePath);
            onCanary += canary;
        }
        fleet.passes(tick);
        return onCanary;
    }

    /** Poisson, by inversion; by the normal law when there are many. */
    private int arrivals(double mean) {
        if (mean > 30) {
            return (int) Math.max(0, Math.rint(mean + Math.sqrt(mean) * random.nextGaussian()));
        }
        double limit = Math.exp(-mean);
        int count = 0;
        for (double product = random.nextDouble(); product > limit; product *= random.nextDouble()) {
            count++;
        }
        return count;
    }

    private int successes(int trials, double chance) {
        if (chance <= 0 || trials <= 0) {
            return 0;
        }
        if (chance >= 1) {
            return trials;
        }
        // Skips from success to success, so that rare failures cost little.
        int successes = 0;
        double logMiss = Math.log1p(-chance);
        for (double at = Math.floor(Math.log(1 - random.nextDouble()) / logMiss);
                at < trials;
                at += 1 + Math.floor(Math.log(1 - random.nextDouble()) / logMiss)) {
            successes++;
        }
        return successes;
    }
}
