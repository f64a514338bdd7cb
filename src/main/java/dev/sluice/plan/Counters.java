package dev.sluice.plan;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** A node's report in the gate's terms. */
final class Counters {
    private Counters() {}

    /**
     * The counters of a node as they were heard last. A node that was never heard has counters of no time, so that the
     * gate knows of it and does not count it.
     */
    static NodeCounters of(NodeDraft node) {
        Optional<Instant> heard = node.facts().flatMap(NodeFacts::reportTime);
        return node.report()
                .flatMap(report -> heard.map(time -> of(node.name(), report, time)))
                .orElseGet(() -> new NodeCounters(node.name(), "", Instant.EPOCH, List.of()));
    }

    /** An agent whose clock is ahead must not make an old answer look fresh. */
    private static NodeCounters of(String node, NodeReport report, Instant heard) {
        return new NodeCounters(
                node,
                report.counterEpoch(),
                report.takenTime().isBefore(heard) ? report.takenTime() : heard,
                report.strata().stream().map(Counters::of).toList());
    }

    private static StratumCount of(StratumCounters counters) {
        return new StratumCount(
                counters.stratum(),
                counters.nextHop(),
                counters.good(),
                counters.failed(),
                counters.pathFailures(),
                counters.bad().getOrDefault(Fault.RECIPIENT, 0L),
                counters.matureGood(),
                counters.matureBad(),
                counters.pending(),
                counters.finishedBySenderClass());
    }
}
