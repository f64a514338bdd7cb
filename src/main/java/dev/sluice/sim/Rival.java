package dev.sluice.sim;

import dev.sluice.sim.MinuteCounts.Minute;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import org.apache.commons.statistics.inference.AlternativeHypothesis;
import org.apache.commons.statistics.inference.MannWhitneyUTest;

/** A rule of progressive delivery as others have it. It sees plain counts of messages, minute by minute. */
interface Rival {
    /** Takes up a minute and says whether the canary is to be rolled back. */
    boolean condemns(Minute minute);

    /**
     * So many checks have failed; a check fails when less than a share of the canary's messages of a minute was delivered.
     * The rule of threshold analyses in Flagger and Argo Rollouts.
     */
    final class FailedChecks implements Rival {
        private final double leastDelivered;
        private final int most;
        private int failed;

        FailedChecks(double leastDelivered, int most) {
            this.leastDelivered = leastDelivered;
            this.most = most;
        }

        @Override
        public boolean condemns(Minute minute) {
            double finished = minute.canaryFinished();
            if (finished > 0 && (finished - minute.canaryFailed()) / finished < leastDelivered) {
                failed++;
            }
            return failed >= most;
        }
    }

    /**
     * The failure rates of the last hour's minutes are higher on the canary, by the rank test of Mann and Whitney at every
     * tenth minute, each at its share of 1 % for the day. The rule of Kayenta, with the level corrected for its looks.
     */
    final class RankedMinutes implements Rival {
        private static final int LOOK_EVERY = 10;
        private static final int KEPT = 60;
        private static final double LEVEL = 0.01 / (24 * 60 / LOOK_EVERY);

        private final Deque<double[]> minutes = new ArrayDeque<>();
        private int seen;

        @Override
        public boolean condemns(Minute minute) {
            if (minute.canaryFinished() > 0 && minute.baselineFinished() > 0) {
                minutes.add(new double[] {
                    (double) minute.canaryFailed() / minute.canaryFinished(),
                    (double) minute.baselineFailed() / minute.baselineFinished()
                });
                if (minutes.size() > KEPT) {
                    minutes.remove();
                }
            }
            seen++;
            return seen % LOOK_EVERY == 0 && minutes.size() >= LOOK_EVERY && differ();
        }

        private boolean differ() {
            double[] canary = minutes.stream().mapToDouble(rates -> rates[0]).toArray();
            double[] baseline = minutes.stream().mapToDouble(rates -> rates[1]).toArray();
            if (Arrays.stream(canary).max().orElse(0) == 0) {
                return false;
            }
            return MannWhitneyUTest.withDefaults()
                            .with(AlternativeHypothesis.GREATER_THAN)
                            .test(canary, baseline)
                            .getPValue()
                    < LEVEL;
        }
    }
}
