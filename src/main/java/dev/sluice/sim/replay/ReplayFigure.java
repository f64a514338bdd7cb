package dev.sluice.sim.replay;

import java.time.ZoneId;
import java.util.List;
import java.util.OptionalLong;

/**
 * What is to be drawn of a replay. Times are milliseconds since 1970.
 *
 * @param zone in which people read times
 * @param beginMillis the left edge
 * @param endMillis the right edge
 * @param decisionMillis when a node is taken out, if one is
 * @param spans differences of failure rates, one after the other
 * @param evidence the rollback test's evidence, look by look
 * @param limit natural logarithm of the limit
 * @param judged whose evidence it is
 */
public record ReplayFigure(
        ZoneId zone,
        long beginMillis,
        long endMillis,
        OptionalLong decisionMillis,
        List<Span> spans,
        List<Point> evidence,
        double limit,
        String judged) {
    public ReplayFigure {
        spans = List.copyOf(spans);
        evidence = List.copyOf(evidence);
    }

    /**
     * The difference of failure rates over a time, canary minus baseline, in units of the same strata.
     *
     * @param beginMillis from
     * @param endMillis to
     * @param difference -1 to 1
     * @param lower lower end of its 95 % interval
     * @param upper upper end of its 95 % interval
     */
    public record Span(long beginMillis, long endMillis, double difference, double lower, double upper) {}

    /**
     * The evidence at a time.
     *
     * @param millis when
     * @param logMass its natural logarithm
     */
    public record Point(long millis, double logMass) {}
}
