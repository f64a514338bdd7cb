package dev.sluice.gate;

/** The figures of a step as the tests use them. */
final class Figures {
    private Figures() {}

    static GateParameters usual() {
        return withDelta(0.05);
    }

    static GateParameters withDelta(double delta) {
        return new GateParameters(0.01, 0.05, delta, 1.25, 50, 60, 86_400, 60, 30, 0.05);
    }

    /** The largest number of successes that is not yet beyond chance of one in a million. */
    static int bound(int trials, double chance) {
        double logTerm = trials * Math.log1p(-chance);
        double reached = Math.exp(logTerm);
        int successes = 0;
        while (1 - reached > 1e-6) {
            logTerm += Math.log((trials - successes) * chance / ((successes + 1) * (1 - chance)));
            reached += Math.exp(logTerm);
            successes++;
        }
        return successes;
    }
}
