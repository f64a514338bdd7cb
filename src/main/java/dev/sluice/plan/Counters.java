package dev.sluice.plan;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.StratumCounters;

/** A node's report in the gate's terms. */
final class Counters {
    private Counters() {}

    static NodeCounters of(NodeReport report) {
        return new NodeCounters(
                report.node(),
                report.counterEpoch(),
                report.takenTime(),
                report.strata().stream().map(Counters::of).toList());
    }

    private static StratumCount of(StratumCounters counters) {
        return new StratumCount(
                counters.stratum(),
                counters.nextHop(),
                counters.good(),
                failures(counters),
                counters.pathFailures(),
                counters.matureGood(),
                counters.matureBad(),
                counters.pending());
    }

    /** A recipient's own fault says nothing about the node; a recipient without an answer in time does. */
    static long failures(StratumCounters counters) {
        return counters.late()
                + counters.bad().entrySet().stream()
                        .filter(entry -> entry.getKey() != Fault.RECIPIENT)
                        .mapToLong(java.util.Map.Entry::getValue)
                        .sum();
    }
}
