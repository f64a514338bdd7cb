package dev.sluice.gate;

import java.util.List;

/**
 * The ways in which a canary may be worse that a rollback test bets on. Which ones are chosen decides how fast it finds
 * something; the bound on false rollbacks holds for any choice.
 *
 * @param shares of the units that fail on top of the baseline's
 * @param weights the part of the mass that is bet on each
 */
record Alternatives(List<Double> shares, List<Double> weights) {
    /**
     * For all failures, from a canary that is slightly worse to one that delivers nothing. The figures are our choice
     * by simulation; that any mixture is valid: Robbins 1970.
     */
    static final Alternatives OF_ALL_FAILURES =
            new Alternatives(List.of(0.01, 0.03, 0.1, 0.3, 0.95), List.of(0.20, 0.15, 0.15, 0.20, 0.30));
    /** For path failures, which are seldom few: mostly a path that is closed altogether, or to one of some hops. */
    static final Alternatives OF_PATH_FAILURES = new Alternatives(List.of(0.1, 0.3, 0.95), List.of(0.15, 0.25, 0.60));

    Alternatives {
        shares = List.copyOf(shares);
        weights = List.copyOf(weights);
    }

    int count() {
        return shares.size();
    }

    double weight(int alternative) {
        return weights.get(alternative);
    }

    /** The failure rate of such a canary while the baseline fails at {@code rate}. */
    double failureRate(int alternative, double rate) {
        return rate + (1 - rate) * shares.get(alternative);
    }

    /** The odds ratio between such a canary and a baseline that fails at {@code rate}. */
    double oddsRatio(int alternative, double rate) {
        double worse = failureRate(alternative, rate);
        return worse / (1 - worse) / (rate / (1 - rate));
    }
}
