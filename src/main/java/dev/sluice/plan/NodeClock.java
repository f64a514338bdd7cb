package dev.sluice.plan;

import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Reads the times of a report by the operator's clock. A node whose clock is ahead says that it fails in an hour, and one
 * whose clock was set back said so: both would look as if they failed all that time. A clock that is behind cannot be told
 * from an old answer; then nothing is changed.
 */
final class NodeClock {
    /** What clocks that are kept in step differ by, and what an answer takes. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private NodeClock() {}

    /** The same facts with the times of the report as this clock would have shown them. */
    static NodeFacts read(NodeFacts facts) {
        if (facts.report().isEmpty() || facts.reportTime().isEmpty()) {
            return facts;
        }
        NodeReport report = facts.report().get();
        Duration ahead = Duration.between(facts.reportTime().get(), report.takenTime());
        boolean inStep = ahead.compareTo(TOLERANCE) <= 0;
        if (inStep && report.strata().stream().noneMatch(stratum -> isOfAnotherTime(stratum, report))) {
            return facts;
        }
        Duration shift = inStep ? Duration.ZERO : ahead;
        return facts.withReport(report.withStrata(report.strata().stream()
                .map(stratum -> shifted(stratum, shift, report.takenTime()))
                .toList()));
    }

    private static boolean isOfAnotherTime(StratumCounters stratum, NodeReport report) {
        Instant latest = report.takenTime().plus(TOLERANCE);
        return List.of(stratum.firstFailureTime(), stratum.lastFailureTime(), stratum.lastDeliveredTime()).stream()
                .anyMatch(time -> time.filter(latest::isBefore).isPresent());
    }

    private static StratumCounters shifted(StratumCounters stratum, Duration shift, Instant taken) {
        return stratum.withTimes(
                shifted(stratum.firstFailureTime(), shift, taken),
                shifted(stratum.lastFailureTime(), shift, taken),
                shifted(stratum.lastDeliveredTime(), shift, taken));
    }

    /** What has not happened yet by the node's own clock has happened before that clock was set back: when, is not known. */
    private static Optional<Instant> shifted(Optional<Instant> time, Duration shift, Instant taken) {
        return time.filter(known -> !known.isAfter(taken.plus(TOLERANCE))).map(known -> known.minus(shift));
    }
}
