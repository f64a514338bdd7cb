package dev.sluice.sim.replay;

import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.sim.replay.ReplayFigure.Span;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The difference of failure rates, span by span: strata are compared each by itself and weighted as by Mantel and
 * Haenszel, so that another mix of next hops makes no difference.
 */
final class DifferenceOverTime {
    private static final int SPANS = 60;
    /** A span with fewer units of the canary would be drawn as noise, so it goes on. */
    private static final long LEAST_UNITS = 4;

    private static final double Z = 1.959964;

    private record Counts(double canary, double canaryBad, double baseline, double baselineBad) {
        private Counts minus(Counts other) {
            return new Counts(
                    canary - other.canary,
                    canaryBad - other.canaryBad,
                    baseline - other.baseline,
                    baselineBad - other.baselineBad);
        }
    }

    private DifferenceOverTime() {}

    /** The spans from the beginning of the trial to a look. */
    static List<Span> spans(Timeline timeline, int untilLook) {
        Counters counters = new Counters(timeline, Allotment.recorded(timeline));
        List<Span> spans = new ArrayList<>();
        List<Counts> before = counts(timeline, counters);
        int begin = 0;
        int least = Math.max(1, untilLook / SPANS);
        for (int look = 1; look <= untilLook; look++) {
            counters.advance(look);
            if (look - begin < least && look < untilLook) {
                continue;
            }
            List<Counts> now = counts(timeline, counters);
            List<Counts> grown = new ArrayList<>();
            for (int stratum = 0; stratum < now.size(); stratum++) {
                grown.add(now.get(stratum).minus(before.get(stratum)));
            }
            double units = grown.stream().mapToDouble(Counts::canary).sum();
            boolean quiet = units == 0 && look - begin >= 2 * least;
            if (units >= LEAST_UNITS || (look == untilLook && spans.isEmpty())) {
                span(timeline.millis(begin), timeline.millis(look), grown).ifPresent(spans::add);
            }
            if (units >= LEAST_UNITS || quiet) {
                begin = look;
                before = now;
            }
        }
        return spans;
    }

    private static List<Counts> counts(Timeline timeline, Counters counters) {
        double[][] sums = new double[timeline.strata.size()][4];
        for (int node = 0; node < timeline.nodes.size(); node++) {
            int arm = node < timeline.canaryNodes ? 0 : 2;
            List<StratumCount> strata = counters.of(node, Instant.EPOCH).strata();
            for (int stratum = 0; stratum < strata.size(); stratum++) {
                sums[stratum][arm] +=
                        strata.get(stratum).good() + strata.get(stratum).bad();
                sums[stratum][arm + 1] += strata.get(stratum).bad();
            }
        }
        List<Counts> counts = new ArrayList<>();
        for (double[] sum : sums) {
            counts.add(new Counts(sum[0], sum[1], sum[2], sum[3]));
        }
        return counts;
    }

    private static Optional<Span> span(long begin, long end, List<Counts> strata) {
        double weights = 0;
        double sum = 0;
        double variance = 0;
        for (Counts counts : strata) {
            if (counts.canary() == 0 || counts.baseline() == 0) {
                continue;
            }
            double weight = counts.canary() * counts.baseline() / (counts.canary() + counts.baseline());
            weights += weight;
            sum += weight * (counts.canaryBad() / counts.canary() - counts.baselineBad() / counts.baseline());
            variance += weight
                    * weight
                    * (spread(counts.canaryBad(), counts.canary()) + spread(counts.baselineBad(), counts.baseline()));
        }
        if (weights == 0) {
            return Optional.empty();
        }
        double difference = sum / weights;
        double half = Z * Math.sqrt(variance) / weights;
        return Optional.of(
                new Span(begin, end, difference, Math.max(-1, difference - half), Math.min(1, difference + half)));
    }

    /** The variance of a rate; half a failure and half a success more, so that all or none is not taken for certain. */
    private static double spread(double bad, double finished) {
        double rate = (bad + 0.5) / (finished + 1);
        return rate * (1 - rate) / finished;
    }
}
