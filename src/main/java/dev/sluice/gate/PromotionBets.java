package dev.sluice.gate;

import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.StratumMemory;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether the canary is proven not to be worse by the step's margin: bets on the difference of failure rates, stratum by
 * stratum, each stratum weighing what it weighs in the baseline's mail. While the canary is worse by the margin or more
 * the wealth is expected to shrink; that it ever exceeds {@code 1/beta} has a chance of at most {@code beta}
 * (Waudby-Smith and Ramdas 2024). The forecast cancels from the expectation, because a stake on the canary is always
 * balanced by one on the baseline.
 */
final class PromotionBets {
    /**
     * Three stakes, since the best one depends on how good the canary really is; a mixture of bets is a bet
     * (Waudby-Smith and Ramdas 2024).
     */
    private static final double[] STAKES = {1, 0.5, 0.25};
    /** How the wealth is spread over them. The first stake is the best one for a canary that is as good as the baseline. */
    private static final double[] WEIGHTS = {0.7, 0.2, 0.1};
    /** The part of the largest admissible stake on the canary that is used at most (truncation: Waudby-Smith and Ramdas 2024). */
    private static final double BOLDNESS = 0.75;
    /** No success of the baseline may cost more than this part of the wealth (truncation: Waudby-Smith and Ramdas 2024). */
    private static final double BASELINE_BOLDNESS = 0.5;
    /** How far a stratum's weight is corrected at most towards the baseline's mix, up or down. */
    private static final double LARGEST_CORRECTION = 4;

    /** The canary's share of a stratum is believed as soon as it rests on clearly more units than this. */
    private static final double DOUBT = 20;

    /** So many units of the baseline must have finished before the variances of single strata outweigh the pooled one. */
    private static final double STRATA_UNKNOWN = 3000;
    /** What is reckoned with before anything is known of the baseline: a rate of failures, and its weight in units. */
    private static final double POOLED_GUESS = 0.05;

    private static final double POOLED_WEIGHT = 100;
    /** The weight of the first guess at a stratum's rate, in units. */
    private static final double WEIGHT_OF_GUESS = 5;
    /** A stratum of which fewer units of the baseline are known is not bet on: its rate could be anything. */
    private static final double LEAST_KNOWN = 8;
    /** A little less than the best stake by the variance alone, since failures are rare and then cost more than average. */
    private static final double CAUTION = 0.85;

    private final GateParameters parameters;

    PromotionBets(GateParameters parameters) {
        this.parameters = parameters;
    }

    static List<Double> begin() {
        return List.of(0.0, 0.0, 0.0);
    }

    /** The natural logarithm of the wealth of all bets. */
    static double logWealth(List<Double> bets) {
        double total = Double.NEGATIVE_INFINITY;
        for (int bet = 0; bet < STAKES.length; bet++) {
            total = Logarithms.sum(total, bets.get(bet) + Math.log(WEIGHTS[bet]));
        }
        return total;
    }

    /**
     * Bets on the cohorts that were closed at one moment.
     *
     * @param bets the wealth so far, as logarithms
     * @param closed the strata whose cohort is tested
     * @param all every stratum, for the weights
     */
    List<Double> test(List<Double> bets, List<StratumMemory> closed, List<StratumMemory> all, Regime regime) {
        if (closed.isEmpty()) {
            return bets;
        }
        Comparison total = Comparison.NONE;
        for (StratumMemory stratum : all) {
            total = total.plus(stratum.step());
        }
        double stake = stake(all, total);
        List<Double> next = new ArrayList<>();
        for (int bet = 0; bet < STAKES.length; bet++) {
            double wealth = bets.get(bet);
            for (StratumMemory stratum : closed) {
                wealth += regime.compared()
                        ? compared(stratum, total, stake * STAKES[bet])
                        : absolute(stratum.cohort().counts(), STAKES[bet]);
            }
            next.add(Rounding.logarithm(wealth));
        }
        return next;
    }

    private double absolute(Comparison cohort, double part) {
        double limit = parameters.absoluteFailureLimit();
        return AbsoluteRate.logFactorBelow(cohort, BOLDNESS * part / (1 - limit), limit);
    }

    private double compared(StratumMemory stratum, Comparison total, double wanted) {
        Comparison cohort = stratum.cohort().counts();
        double canary = cohort.canaryFinished();
        double baseline = cohort.baselineFinished();
        double known = stratum.step().baselineFinished() - baseline;
        if (canary == 0 || baseline == 0 || known < LEAST_KNOWN) {
            return 0;
        }
        double rate = rateBefore(stratum);
        double delta = parameters.delta();
        double balanced = BASELINE_BOLDNESS * baseline / (rate * canary);
        double stake = Math.min(wanted * correction(stratum.step(), total), Math.min(balanced, BOLDNESS / (1 - delta)));
        double counterStake = stake * canary / baseline;
        return times((double) cohort.canaryFailed(), stake * (rate + delta - 1))
                + times(canary - cohort.canaryFailed(), stake * (rate + delta))
                + times((double) cohort.baselineFailed(), counterStake * (1 - rate))
                + times(baseline - cohort.baselineFailed(), -counterStake * rate);
    }

    /** The logarithm of (1 + gain) to the power of a count, most of which are zero. */
    private static double times(double count, double gain) {
        return count == 0 ? 0 : count * Math.log1p(gain);
    }

    /**
     * About how many units of a canary that is as good as its baseline a promotion takes: the evidence that is needed by
     * what a unit gives with the best stake.
     */
    static double unitsOfHealthyCanary(List<StratumMemory> strata, GateParameters parameters) {
        double finished = 0;
        double canary = 0;
        double variance = 0;
        for (StratumMemory stratum : strata) {
            double rate = Forecast.guided((double) stratum.step().baselineFinished(), (double)
                    stratum.step().baselineFailed());
            finished += stratum.step().baselineFinished();
            canary += stratum.step().canaryFinished();
            variance += stratum.step().baselineFinished() * rate * (1 - rate);
        }
        double delta = parameters.delta();
        double usual = finished == 0 ? delta : variance / finished * (1 + canary / finished);
        return -2 * Math.log(parameters.beta()) * (usual + delta * delta) / (delta * delta);
    }

    /** How much more a unit of this stratum has to count for the canary's mix to weigh like the baseline's. */
    private static double correction(Comparison stratum, Comparison total) {
        double expected = (double) total.canaryFinished() * stratum.baselineFinished() / total.baselineFinished();
        double correction = (expected + DOUBT) / (stratum.canaryFinished() + DOUBT);
        return Math.min(LARGEST_CORRECTION, Math.max(1 / LARGEST_CORRECTION, correction));
    }

    private double stake(List<StratumMemory> all, Comparison total) {
        double baseline = total.baselineFinished();
        if (baseline == 0) {
            return 0;
        }
        double within = 0;
        double finished = 0;
        double failed = 0;
        for (StratumMemory stratum : all) {
            Comparison open = stratum.cohort().counts();
            double rate = rateBefore(stratum);
            within += stratum.step().baselineFinished() / baseline * rate * (1 - rate);
            finished += stratum.step().baselineFinished() - (double) open.baselineFinished();
            failed += stratum.step().baselineFailed() - (double) open.baselineFailed();
        }
        // While little is known of single strata, the variance of all together is the safer guess: it is the larger
        // one.
        double pooled = (failed + POOLED_GUESS * POOLED_WEIGHT) / (finished + POOLED_WEIGHT);
        double variance = (within * finished + pooled * (1 - pooled) * STRATA_UNKNOWN) / (finished + STRATA_UNKNOWN);
        double delta = parameters.delta();
        double best = CAUTION * delta / (variance * (1 + total.canaryFinished() / baseline) + delta * delta);
        return Math.min(best, BOLDNESS / (1 - delta));
    }

    /** The baseline's rate in this step as it was known before the open cohort: a bet must not know its outcome. */
    private static double rateBefore(StratumMemory stratum) {
        Comparison open = stratum.cohort().counts();
        return Forecast.guided(
                (double) stratum.step().baselineFinished() - open.baselineFinished(),
                (double) stratum.step().baselineFailed() - open.baselineFailed(),
                WEIGHT_OF_GUESS);
    }
}
