package dev.sluice.sim;

import java.util.List;
import java.util.stream.IntStream;
import org.apache.commons.rng.UniformRandomProvider;

/** The canary's share of the mail over time. */
sealed interface WeightPlan {
    /** The share at a second of the run, 0 to 1. */
    double at(double second);

    /** Always the same. */
    record Constant(double share) implements WeightPlan {
        @Override
        public double at(double second) {
            return share;
        }
    }

    /** Another one every hour. */
    record Hourly(List<Double> shares) implements WeightPlan {
        private static final double[] CHOICE = {0.01, 0.05, 0.1, 0.25, 0.5};

        static Hourly of(UniformRandomProvider random, int hours) {
            return new Hourly(IntStream.range(0, hours)
                    .mapToObj(hour -> CHOICE[random.nextInt(CHOICE.length)])
                    .toList());
        }

        @Override
        public double at(double second) {
            return shares.get((int) (second / 3600) % shares.size());
        }
    }
}
