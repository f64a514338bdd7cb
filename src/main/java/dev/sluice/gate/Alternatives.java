package dev.sluice.gate;

import java.util.List;

/**
 * The ways in which a canary may be worse that the rollback test bets on. Which ones are chosen decides how fast it
 * finds something; the bound on false rollbacks holds for any choice.
 */
final class Alternatives {
    /**
     * A share of the recipients that fails on top of the baseline's, with the part of the mass that is bet on it. Source:
     * chosen in the reference simulation, from a canary that is slightly worse to one that delivers nothing.
     */
    private record ExtraFailures(double share, double weight) {}

    private static final List<ExtraFailures> ALL = List.of(
            new ExtraFailures(0.01, 0.20),
            new ExtraFailures(0.03, 0.15),
            new ExtraFailures(0.1, 0.15),
            new ExtraFailures(0.3, 0.20),
            new ExtraFailures(0.95, 0.30));

    private Alternatives() {}

    static int count() {
        return ALL.size();
    }

    static double weight(int alternative) {
        return ALL.get(alternative).weight();
    }

    /** The failure rate of such a canary while the baseline fails at {@code rate}. */
    static double failureRate(int alternative, double rate) {
        return rate + (1 - rate) * ALL.get(alternative).share();
    }

    /** The odds ratio between such a canary and a baseline that fails at {@code rate}. */
    static double oddsRatio(int alternative, double rate) {
        double worse = failureRate(alternative, rate);
        return worse / (1 - worse) / (rate / (1 - rate));
    }
}
