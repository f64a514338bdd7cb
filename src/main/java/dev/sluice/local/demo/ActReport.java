package dev.sluice.local.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * What one act counted. Messages are numbered by the load and read back by the sink: no count here is taken from what
 * Sluice says about itself, except {@code unaccounted}, which compares the two.
 *
 * @param name the act, such as {@code canary}; one of {@link ActName}
 * @param passed whether everything that the act itself waits for came true
 * @param messagesPerSecond offered, as a mean over the time of load
 * @param offered messages that the load wanted to hand in
 * @param accepted of these, answered with 250 by the pool
 * @param delivered of these, seen by the sink at least once
 * @param bounced of the accepted ones, given up by a node: bounced or expired
 * @param lost accepted, and neither delivered nor in any queue at the end of the act
 * @param duplicated seen by the sink more often than once: the surplus copies
 * @param delayed accepted messages that a node of the pool deferred at least once, or that reached the sink more than 5
 *     seconds after their 250
 * @param acceptedByNewNodes accepted by nodes that the act added
 * @param handedOver messages that a node gave to a peer because it had to leave
 * @param unaccounted over all nodes, the sum of the absolute differences between what the ledger says and what the sink
 *     and the queues really hold; 0 when every message is accounted for
 * @param nodesEjected nodes that Sluice took out of traffic
 * @param secondsFirstFailureToWeightZero from the first failed delivery of the bad node until it got no new mail; null
 *     when that did not happen in this act
 * @param secondsFirstFailureToQueueEmpty from the same moment until its queue was empty; null when that did not happen
 * @param reason why the act ended as it did, as Sluice says it; for a refused node it names node, next hop and reply
 * @param delays which way the late messages came, the way with the most of them first
 * @param events what happened, in the order of time
 */
@JsonPropertyOrder({
    "name",
    "passed",
    "messagesPerSecond",
    "offered",
    "accepted",
    "delivered",
    "bounced",
    "lost",
    "duplicated",
    "delayed",
    "acceptedByNewNodes",
    "handedOver",
    "unaccounted",
    "nodesEjected",
    "secondsFirstFailureToWeightZero",
    "secondsFirstFailureToQueueEmpty",
    "reason",
    "delays",
    "events"
})
public record ActReport(
        @JsonProperty(required = true) String name,
        @JsonProperty(required = true) boolean passed,
        @JsonProperty(required = true) double messagesPerSecond,
        @JsonProperty(required = true) long offered,
        @JsonProperty(required = true) long accepted,
        @JsonProperty(required = true) long delivered,
        @JsonProperty(required = true) long bounced,
        @JsonProperty(required = true) long lost,
        @JsonProperty(required = true) long duplicated,
        @JsonProperty(required = true) long delayed,
        @JsonProperty(required = true) long acceptedByNewNodes,
        @JsonProperty(required = true) long handedOver,
        @JsonProperty(required = true) long unaccounted,
        @JsonProperty(required = true) int nodesEjected,
        @JsonProperty(required = true) Double secondsFirstFailureToWeightZero,
        @JsonProperty(required = true) Double secondsFirstFailureToQueueEmpty,
        @JsonProperty(required = true) String reason,
        @JsonProperty(required = true) List<Delays> delays,
        @JsonProperty(required = true) List<EventLine> events) {
    /** No word may be missing. */
    public ActReport {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(reason, "reason");
        delays = List.copyOf(delays);
        events = List.copyOf(events);
    }

    /** Seconds from the first failed delivery until the bad node got no new mail; empty when that did not happen. */
    public OptionalDouble secondsToWeightZero() {
        return secondsFirstFailureToWeightZero == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(secondsFirstFailureToWeightZero);
    }

    /** The lost messages as a share of the accepted ones, 0 to 1; 0 when none was accepted. */
    public double lostShare() {
        return accepted == 0 ? 0 : (double) lost / accepted;
    }
}
