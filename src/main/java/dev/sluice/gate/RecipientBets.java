package dev.sluice.gate;

import dev.sluice.gate.GateMemory.RecipientMemory;
import dev.sluice.gate.GateMemory.Regime;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the recipients' own faults are as frequent on the canary as on the baseline. A user who is unknown on one node
 * alone is not the user's fault; neither is one whom only one node takes for known. Two-sided: bets on odds ratios above
 * and below those that count as equal, in the windows of the general test.
 */
final class RecipientBets {
    private static final double[] ODDS_RATIOS = {1 / 20.0, 1 / 3.0, 3, 20};
    /** Odds ratios between this and its reciprocal count as equal. */
    private static final double TOLERANCE = 1.5;
    /** No window counts for more than this factor, since one sender with a bad list can make a burst. */
    private static final double LOG_CAP = Math.log(10);

    private RecipientBets() {}

    static RecipientMemory begin() {
        List<Double> logMass = new ArrayList<>();
        for (int bet = 0; bet < ODDS_RATIOS.length; bet++) {
            logMass.add(Rounding.logarithm(-Math.log(ODDS_RATIOS.length)));
        }
        return new RecipientMemory(logMass, Comparison.NONE);
    }

    /** Tests the tables of windows that were closed at one moment. */
    static RecipientMemory test(RecipientMemory memory, List<Comparison> tables, Regime regime) {
        if (tables.isEmpty() || !regime.compared()) {
            return memory;
        }
        List<Double> next = new ArrayList<>(ODDS_RATIOS.length);
        for (int bet = 0; bet < ODDS_RATIOS.length; bet++) {
            double edge = ODDS_RATIOS[bet] > 1 ? TOLERANCE : 1 / TOLERANCE;
            double mass = memory.logMass().get(bet);
            for (Comparison table : tables) {
                mass += Math.min(LOG_CAP, ConditionalOdds.logFactor(table, ODDS_RATIOS[bet], edge));
            }
            next.add(Rounding.logarithm(mass));
        }
        return new RecipientMemory(next, memory.shown());
    }

    static double logMass(RecipientMemory memory) {
        double total = Double.NEGATIVE_INFINITY;
        for (double bet : memory.logMass()) {
            total = Logarithms.sum(total, bet);
        }
        return total;
    }
}
