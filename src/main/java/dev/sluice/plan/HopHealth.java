package dev.sluice.plan;

import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Tells a bad next hop from a bad node: when every node that tried fails at the same hop and none delivers there, it is
 * the hop.
 *
 * @param hop its name
 * @param nodes how many nodes tried lately
 * @param failing how many of them failed at their last attempt
 * @param lastReply what the hop said last, or why it could not be asked
 */
record HopHealth(String hop, int nodes, int failing, String lastReply) {
    /** An attempt older than this tells nothing of now, unless mail still waits for the hop. */
    private static final Duration LATELY = Duration.ofSeconds(90);

    /** A failure amid deliveries is one message's matter; one that no delivery follows or precedes closely is the hop's. */
    private static final Duration SETTLED = Duration.ofSeconds(2);

    boolean down() {
        return nodes > 0 && failing == nodes;
    }

    static HopHealth of(String hop, List<NodeReport> reports, Instant now) {
        int nodes = 0;
        int failing = 0;
        String lastReply = "";
        for (NodeReport report : reports) {
            List<StratumCounters> strata = report.strata().stream()
                    .filter(stratum -> stratum.nextHop().equals(hop))
                    .toList();
            Optional<Instant> failed = latest(
                    strata.stream().flatMap(s -> s.lastFailureTime().stream()).toList());
            Optional<Instant> delivered = latest(
                    strata.stream().flatMap(s -> s.lastDeliveredTime().stream()).toList());
            boolean recentFailure =
                    failed.filter(time -> time.isAfter(now.minus(LATELY))).isPresent();
            boolean recentDelivery =
                    delivered.filter(time -> time.isAfter(now.minus(LATELY))).isPresent();
            boolean waiting = report.queue().hops().stream()
                    .anyMatch(queue -> queue.nextHop().equals(hop) && queue.messages() > 0);
            if (!recentFailure && !recentDelivery && !(waiting && failed.isPresent())) {
                continue;
            }
            nodes++;
            if (failed.isPresent()
                    && (recentFailure || waiting)
                    && strata.stream().anyMatch(HopHealth::hasFailures)
                    && (delivered.isEmpty()
                            || delivered.get().isBefore(failed.get().minus(SETTLED)))) {
                failing++;
                lastReply = strata.stream()
                        .flatMap(s -> s.lastReply().stream())
                        .findFirst()
                        .orElse(lastReply);
            }
        }
        return new HopHealth(hop, nodes, failing, lastReply);
    }

    /** A recipient's own fault is an answer too: the next hop is up. */
    private static boolean hasFailures(StratumCounters stratum) {
        return stratum.recipients().bad() + stratum.recipients().late() > 0;
    }

    private static Optional<Instant> latest(List<Instant> times) {
        return times.stream().max(Instant::compareTo);
    }
}
