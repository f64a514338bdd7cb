package dev.sluice.gate;

import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What is known of both arms at one moment: counters that only grow, node by node. The gate takes the differences itself
 * and keeps them in its {@link GateMemory}.
 *
 * @param time when the evidence was put together
 * @param canaryShare the share of new mail that the canary arm was asked to get, 0 to 1; a window never mixes two shares
 * @param canary the nodes on trial
 * @param baseline the nodes that they are compared with, empty at a first install
 * @param asideHops next hops whose counts are taken up and tell nothing of the nodes: in a common outage each node meets
 *     its beginning and its end at another moment, so that they do not fail alike although none of them is worse
 */
public record Evidence(
        Instant time,
        double canaryShare,
        List<NodeCounters> canary,
        List<NodeCounters> baseline,
        Set<String> asideHops) {
    /** With all that was counted. */
    public Evidence(Instant time, double canaryShare, List<NodeCounters> canary, List<NodeCounters> baseline) {
        this(time, canaryShare, canary, baseline, Set.of());
    }

    public Evidence {
        asideHops = Set.copyOf(asideHops);
        if (!(canaryShare >= 0 && canaryShare <= 1)) {
            throw new IllegalArgumentException("canaryShare is " + canaryShare + ": write a share from 0 to 1");
        }
        canary = List.copyOf(canary);
        baseline = List.copyOf(baseline);
    }

    /**
     * The counters of one node.
     *
     * @param node its name
     * @param epoch the life of its counters; with a new one they began at zero again
     * @param takenTime when the node counted
     * @param strata its strata
     */
    public record NodeCounters(String node, String epoch, Instant takenTime, List<StratumCount> strata) {
        public NodeCounters {
            strata = List.copyOf(strata);
        }
    }

    /**
     * Counters of one stratum on one node. What is counted are <em>units</em>: mail from one sender domain to one
     * destination domain that arrived in one lane of one node within the same five minutes is one unit, whatever its number
     * of messages; it is decided by its first recipient that resolves. So a burst of one sender weighs as much as a single
     * message. See {@link Lanes} for the lanes.
     *
     * @param stratum the class within which the arms are compared
     * @param nextHop the next hop that it belongs to
     * @param good delivered at the first attempt within the objective
     * @param bad the first attempt failed for any fault but the recipient's, or no outcome came within the objective
     * @param pathFailures those of {@code bad} that practically never happen on a healthy node
     * @param recipientFaults the first attempt failed by the recipient's own fault; neither good nor bad
     * @param matureGood like {@code good}, of arrivals that are older than the objective
     * @param matureBad like {@code bad}, of arrivals that are older than the objective
     * @param pending arrived within the objective, no outcome yet; in recipients, for display alone
     * @param finishedBySenderClass good and bad ones by class of the sender, {@value #SENDER_CLASSES} counters; empty when
     *     the node does not report them
     */
    public record StratumCount(
            String stratum,
            String nextHop,
            long good,
            long bad,
            long pathFailures,
            long recipientFaults,
            long matureGood,
            long matureBad,
            long pending,
            List<Long> finishedBySenderClass) {
        /** Into how many classes senders are hashed. */
        public static final int SENDER_CLASSES = 16;

        public StratumCount {
            finishedBySenderClass = List.copyOf(finishedBySenderClass);
        }
    }
}
