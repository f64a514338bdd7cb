package dev.sluice.sim;

import org.apache.commons.rng.UniformRandomProvider;

/** When next hops fail for every node alike. */
final class Outages {
    private static final double SHORTEST = 300;
    private static final double LONGEST = 3600;
    private static final double[] SHARES = {0.1, 0.3, 0.6, 0.95};

    private final UniformRandomProvider random;
    private final double perSecond;
    private final double[] ends = new double[Strata.HOPS];
    private final double[] shares = new double[Strata.HOPS];
    private final boolean[] onThePath = new boolean[Strata.HOPS];

    Outages(World world, UniformRandomProvider random) {
        this.random = random;
        this.perSecond = world.outagesPerDay() / 86_400;
    }

    void pass(double now, double seconds) {
        if (perSecond > 0 && random.nextDouble() < perSecond * seconds) {
            int hop = random.nextInt(Strata.HOPS);
            ends[hop] = now + SHORTEST + random.nextDouble() * (LONGEST - SHORTEST);
            shares[hop] = SHARES[random.nextInt(SHARES.length)];
            onThePath[hop] = random.nextBoolean();
        }
        for (int hop = 0; hop < Strata.HOPS; hop++) {
            if (now >= ends[hop]) {
                shares[hop] = 0;
            }
        }
    }

    double share(int stratum) {
        return shares[Strata.hop(stratum)];
    }

    boolean onThePath(int stratum) {
        return onThePath[Strata.hop(stratum)];
    }
}
