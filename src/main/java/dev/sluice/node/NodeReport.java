package dev.sluice.node;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * What a node says of itself at one moment. All counters only grow while {@code counterEpoch} stays the same.
 *
 * @param node the name of the MailNode
 * @param counterEpoch names the life of the counters; a new one means that they began at zero again
 * @param takenTime when the report was made, by the node's clock
 * @param mta what the mail transfer agent does
 * @param orders how far the last accepted orders are carried out
 * @param strata outcomes by stratum
 * @param ledger what became of everything that was accepted
 * @param queue what waits
 * @param preflight the last probes, empty before the first
 * @param handover how far a handover is, empty while none is ordered
 * @param openSessions SMTP sessions that are open on the listeners for new mail
 * @param tookItselfOut why the node takes no mail by its own decision, in one line; empty while it does as it is ordered
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeReport(
        String node,
        String counterEpoch,
        Instant takenTime,
        MtaStatus mta,
        OrdersStatus orders,
        List<StratumCounters> strata,
        Ledger ledger,
        QueueSummary queue,
        Optional<PreflightReport> preflight,
        Optional<HandoverProgress> handover,
        int openSessions,
        Optional<String> tookItselfOut) {

    /** The same report with other outcomes. */
    public NodeReport withStrata(List<StratumCounters> others) {
        return new NodeReport(
                node,
                counterEpoch,
                takenTime,
                mta,
                orders,
                others,
                ledger,
                queue,
                preflight,
                handover,
                openSessions,
                tookItselfOut);
    }

    /** What the mail transfer agent does. */
    public enum MtaPhase {
        /** Not yet up, no failure seen. */
        STARTING,
        /** Accepts and delivers. */
        RUNNING,
        /** Cannot come up; the reason says why. */
        FAILED,
        /** Was stopped on purpose. */
        STOPPED
    }

    /**
     * The mail transfer agent.
     *
     * @param phase what it does
     * @param version product and version, such as {@code Postfix 3.7.11}
     * @param reason why it is not running, in one line; empty while it runs
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record MtaStatus(MtaPhase phase, String version, String reason) {}

    /** How far orders are carried out. */
    public enum OrdersPhase {
        /** None were received since the node was made. */
        NONE,
        /** Accepted, on the way. */
        APPLYING,
        /** In force. */
        APPLIED,
        /** Could not be carried out; the reason says why. */
        FAILED
    }

    /**
     * The last accepted orders.
     *
     * @param leaderEpoch the epoch they came with
     * @param digest {@link NodeJson#digest} of them
     * @param phase how far they are
     * @param reason why they failed, in one line; else empty
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record OrdersStatus(long leaderEpoch, String digest, OrdersPhase phase, String reason) {}

    /**
     * Outcomes of one stratum, counted by unit: mail from one sender's domain to one destination's domain that arrived
     * within the same five minutes in the same lane is one unit, however many messages and recipients it has. The recipient
     * that resolves first decides it, once, as {@code good}, {@code bad} or {@code late}. Mail of the node itself (notices,
     * probes) and mail that arrived by handover from a peer is not counted.
     *
     * @param stratum the class within which nodes are compared
     * @param nextHop the next hop that the stratum belongs to
     * @param good delivered at the first attempt within the objective
     * @param bad a first attempt that did not deliver, by fault
     * @param late no outcome within the objective; stays counted as a failure when delivered afterwards
     * @param pathFailures those of {@code bad} that a healthy node practically never has: its own next tier refuses the
     *     node, times out, resets, or TLS fails
     * @param matureGood of the arrivals that are older than the objective, those delivered at the first attempt in time
     * @param matureBad of the arrivals that are older than the objective, the others, without the recipient's fault
     * @param pending recipients that arrived within the objective and are without an outcome so far
     * @param finishedBySenderClass those of {@code good}, {@code bad} without the recipient's fault and {@code late} by class of
     *     the sender's domain; the same sender is in the same class on every node
     * @param recipients the first outcomes of all recipients, for people
     * @param firstFailureTime when the first failure of this counter epoch was seen
     * @param lastFailureTime when the last failed attempt was seen, also of a repeated attempt
     * @param lastDeliveredTime when the last delivery to the next hop was seen, also of a repeated attempt
     * @param lastReply the last reply or local reason of a failure, without addresses of people
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record StratumCounters(
            String stratum,
            String nextHop,
            long good,
            Map<Fault, Long> bad,
            long late,
            long pathFailures,
            long matureGood,
            long matureBad,
            long pending,
            List<Long> finishedBySenderClass,
            RecipientCounters recipients,
            Optional<Instant> firstFailureTime,
            Optional<Instant> lastFailureTime,
            Optional<Instant> lastDeliveredTime,
            Optional<String> lastReply) {
        /** Units that failed: a recipient's own fault says nothing about the node, one without an answer in time does. */
        public long failed() {
            return late
                    + bad.entrySet().stream()
                            .filter(entry -> entry.getKey() != Fault.RECIPIENT)
                            .mapToLong(Map.Entry::getValue)
                            .sum();
        }

        /** The same counts with other times. */
        public StratumCounters withTimes(
                Optional<Instant> firstFailure, Optional<Instant> lastFailure, Optional<Instant> lastDelivered) {
            return new StratumCounters(
                    stratum,
                    nextHop,
                    good,
                    bad,
                    late,
                    pathFailures,
                    matureGood,
                    matureBad,
                    pending,
                    finishedBySenderClass,
                    recipients,
                    firstFailure,
                    lastFailure,
                    lastDelivered,
                    lastReply);
        }

        /** Units that were delivered or failed. */
        public long finished() {
            return good + failed();
        }
    }

    /**
     * First outcomes counted by recipient; the recipient's own fault is not among them.
     *
     * @param good delivered at the first attempt within the objective
     * @param bad a first attempt that did not deliver
     * @param late no outcome within the objective
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RecipientCounters(long good, long bad, long late) {}

    /**
     * The books of the node, counted by recipient: {@code accepted = delivered + bounced + expired + handedOver +
     * queued + unaccounted}.
     *
     * @param messages messages accepted, for the measured share of traffic
     * @param accepted recipients accepted from clients and by handover from peers
     * @param receivedByHandover those of {@code accepted} that a peer handed over
     * @param delivered to their next hop
     * @param bounced returned at once
     * @param expired returned because the queue lifetime was over
     * @param handedOver given to a peer
     * @param queued still here
     * @param unaccounted what the sum lacks; anything but 0 is a fault of the node or of this program
     * @param possibleDuplicates deliveries whose confirmation was lost
     * @param deliveredLate those of {@code delivered} that the first attempt did not deliver within the objective
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Ledger(
            long messages,
            long accepted,
            long receivedByHandover,
            long delivered,
            long bounced,
            long expired,
            long handedOver,
            long queued,
            long unaccounted,
            long possibleDuplicates,
            long deliveredLate) {}

    /**
     * What waits in the queue, counted by message.
     *
     * @param incoming not yet taken up
     * @param active being delivered
     * @param deferred waiting for another attempt
     * @param held frozen
     * @param oldestSeconds age of the oldest message, 0 when empty
     * @param hops by next hop
     * @param freeBytes free space of the queue's volume
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record QueueSummary(
            long incoming,
            long active,
            long deferred,
            long held,
            long oldestSeconds,
            List<HopQueue> hops,
            long freeBytes) {

        /** Everything that waits. */
        public long total() {
            return incoming + active + deferred + held;
        }
    }

    /**
     * What waits for one next hop.
     *
     * @param nextHop its name
     * @param messages how many
     * @param oldestSeconds age of the oldest
     * @param lastReply the last reply or reason, without addresses of people
     * @param ages messages by age: up to each of {@link #AGE_LIMITS_MINUTES}, and older; empty when it is not known
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record HopQueue(
            String nextHop, long messages, long oldestSeconds, Optional<String> lastReply, List<Long> ages) {
        /** Where one age group ends and the next begins, in minutes, after Postfix's qshape(1). */
        public static final List<Integer> AGE_LIMITS_MINUTES = List.of(5, 10, 20, 40, 80, 160, 320);

        /** An agent that is older does not tell ages. */
        public HopQueue {
            ages = ages == null ? List.of() : List.copyOf(ages);
        }

        /** Which age group a message of this age is in, from 0 on. */
        public static int ageGroup(Duration age) {
            int group = 0;
            // Asked for every message that waits.
            while (group < AGE_LIMITS_MINUTES.size()
                    && age.toMillis() > TimeUnit.MINUTES.toMillis(AGE_LIMITS_MINUTES.get(group))) {
                group++;
            }
            return group;
        }
    }

    /**
     * The result of probes.
     *
     * @param id the order's id
     * @param finished whether all probes have ended
     * @param probes each probe
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PreflightReport(String id, boolean finished, List<Probe> probes) {
        /** Whether all probes have ended and every one passed; false when there were none. */
        public boolean passed() {
            return finished && !probes.isEmpty() && probes.stream().allMatch(Probe::passed);
        }
    }

    /**
     * One probe.
     *
     * @param nextHop the next hop, empty for a probe of the node itself
     * @param endpoint the address that was asked
     * @param kind what was asked, such as {@code smtp-recipient}
     * @param passed whether the answer was good
     * @param stage where it ended: {@code connect, banner, ehlo, tls, mail, rcpt}
     * @param reply the answer or the error, in one line
     * @param milliseconds how long it took
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Probe(
            String nextHop,
            String endpoint,
            String kind,
            boolean passed,
            String stage,
            String reply,
            long milliseconds) {}

    /**
     * A handover on its way.
     *
     * @param peer the node that takes the queue
     * @param remaining messages still here
     * @param finished whether nothing is left in any queue and nothing is under way
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record HandoverProgress(String peer, long remaining, boolean finished) {}
}
