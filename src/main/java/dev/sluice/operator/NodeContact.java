package dev.sluice.operator;

import dev.sluice.node.NodeReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * How the last talks with an agent went.
 *
 * @param report the last report, also when later attempts failed
 * @param reportTime when it arrived
 * @param problem why the last attempt failed; empty when it did not
 */
record NodeContact(Optional<NodeReport> report, Optional<Instant> reportTime, Optional<String> problem) {
    static final NodeContact NONE = new NodeContact(Optional.empty(), Optional.empty(), Optional.empty());

    NodeContact answered(NodeReport answer, Instant time) {
        return new NodeContact(Optional.of(answer), Optional.of(time), Optional.empty());
    }

    NodeContact failed(String why) {
        return new NodeContact(report, reportTime, Optional.of(why));
    }

    /** Whether anything besides clocks and free space has changed. */
    boolean saysAnythingNew(NodeContact before) {
        return !problem.equals(before.problem)
                || !report.map(NodeContact::lasting).equals(before.report.map(NodeContact::lasting));
    }

    /** The report without what changes all the time and decides nothing. */
    static NodeReport lasting(NodeReport report) {
        NodeReport.QueueSummary queue = report.queue();
        return new NodeReport(
                report.node(),
                report.counterEpoch(),
                Instant.EPOCH,
                report.mta(),
                report.orders(),
                report.strata(),
                report.ledger(),
                new NodeReport.QueueSummary(
                        queue.incoming(),
                        queue.active(),
                        queue.deferred(),
                        queue.held(),
                        0,
                        queue.hops().stream()
                                .map(hop -> new NodeReport.HopQueue(
                                        hop.nextHop(), hop.messages(), 0, hop.lastReply(), List.of()))
                                .toList(),
                        0),
                report.preflight(),
                report.handover(),
                report.openSessions(),
                report.tookItselfOut());
    }
}
