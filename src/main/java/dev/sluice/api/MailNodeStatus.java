package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;

/**
 * What a node is. Counters are written at most once a minute; live numbers are metrics.
 *
 * @param observedGeneration the generation that this status speaks of
 * @param state where it is in its life
 * @param weight its weight at the edge, 0 to 256
 * @param address its IP address, or null
 * @param podName its pod, or null
 * @param conditions {@code Ready} and others
 * @param counts what became of its mail, or null before the first report
 * @param queue what waits, or null before the first report
 * @param lastReply the last reply of a next hop that refused, or null
 * @param preflight the last probes
 * @param measuredSharePercent its share of the pool's accepted messages, as a decimal number, or null
 * @param reportTime when the agent made the report that this status is from, or null
 * @param message one line
 */
@ApiData
public record MailNodeStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first.")
        Long observedGeneration,

        @JsonPropertyDescription("Where the node is in its life.")
        NodeState state,

        @Min(0) @Max(256) @JsonPropertyDescription("Its weight at the edge, 0 to 256.")
        int weight,

        @Bounded(length = 64) @JsonPropertyDescription("Its IP address.")
        String address,

        @Bounded(length = 253) @JsonPropertyDescription("Its pod.")
        String podName,

        @Bounded(items = 16, list = ListType.MAP, keys = "type")
        @JsonPropertyDescription("The state in the words of Kubernetes.")
        List<Condition> conditions,

        @JsonPropertyDescription("What became of its mail, counted by recipient unless said.")
        Outcomes counts,

        @JsonPropertyDescription("What waits in its queue.") QueueStatus queue,

        @Bounded(length = 1024)
        @JsonPropertyDescription("The last reply of a next hop that refused, without addresses of people.")
        String lastReply,

        @Bounded(items = 256) @JsonPropertyDescription("The last probes of its next hops, at most 256.")
        List<ProbeResult> preflight,

        @Bounded(length = 16, pattern = "^[0-9]+(\\.[0-9]+)?$")
        @JsonPropertyDescription("Its share of the messages that the pool accepted, in percent.")
        String measuredSharePercent,

        @JsonPropertyDescription("When the agent made the report that this status is from.")
        Instant reportTime,

        @Bounded(length = 1024) @JsonPropertyDescription("What happens and why, in one line.")
        String message) {
    /** What is not given becomes empty. */
    public MailNodeStatus {
        conditions = Absent.toEmpty(conditions);
        preflight = Absent.toEmpty(preflight);
    }

    /**
     * What became of the mail of a node, counted by recipient unless said: {@code accepted = delivered + bounced + expired +
     * handedOver + queued + unaccounted}.
     *
     * @param accepted with a 250
     * @param delivered to the next hop
     * @param deferred attempts that were put off
     * @param bounced returned at once
     * @param expired returned because the queue lifetime was over
     * @param handedOver given to a peer
     * @param queued still here
     * @param unaccounted what the sum lacks
     * @param deliveredLate those of {@code delivered} that the first attempt did not deliver within the objective
     * @param messages accepted, however many recipients each has
     * @param units finished units, as the gate counts: mail of one sender's domain to one destination's domain within five
     *     minutes is one unit
     * @param unitsFailed those of them that failed
     */
    @ApiData
    public record Outcomes(
            @JsonPropertyDescription("Recipients that were accepted with a 250.")
            long accepted,

            @JsonPropertyDescription("Delivered to the next hop.")
            long delivered,

            @JsonPropertyDescription("Attempts that were put off.")
            long deferred,

            @JsonPropertyDescription("Returned to the sender at once.")
            long bounced,

            @JsonPropertyDescription("Returned to the sender because the queue lifetime was over.")
            long expired,

            @JsonPropertyDescription("Given to a healthy peer.")
            long handedOver,

            @JsonPropertyDescription("Still in the queue.") long queued,

            @JsonPropertyDescription("What the sum of the others lacks; anything but 0 is a fault to report.")
            long unaccounted,

            @JsonPropertyDescription("Delivered, but not at the first attempt within the objective.")
            long deliveredLate,

            @JsonPropertyDescription("Messages that were accepted, however many recipients each has.")
            long messages,

            @JsonPropertyDescription(
                    "Finished units, as the gate counts: mail of one sender's domain to one destination's domain within five minutes is one unit.")
            long units,

            @JsonPropertyDescription("Units that failed.") long unitsFailed) {}

    /**
     * What waits.
     *
     * @param messages how many
     * @param oldestSeconds age of the oldest
     * @param hops by next hop
     */
    @ApiData
    public record QueueStatus(
            @JsonPropertyDescription("How many messages wait.")
            long messages,

            @JsonPropertyDescription("The age of the oldest, in seconds.")
            long oldestSeconds,

            @Bounded(items = 64) @JsonPropertyDescription("By next hop, the longest first, at most 64.")
            List<HopQueue> hops) {
        /** What is not given becomes empty. */
        public QueueStatus {
            hops = Absent.toEmpty(hops);
        }
    }

    /**
     * What waits for one next hop.
     *
     * @param nextHop its name
     * @param messages how many
     * @param lastReply its last refusal, or null
     * @param ages messages by age, empty when it is not known
     */
    @ApiData
    public record HopQueue(
            @Bounded(length = 63) @JsonPropertyDescription("The name of the next hop.")
            String nextHop,

            @JsonPropertyDescription("How many messages wait for it.")
            long messages,

            @Bounded(length = 1024) @JsonPropertyDescription("Its last refusal, without addresses of people.")
            String lastReply,

            @Bounded(items = 8)
            @JsonPropertyDescription(
                    "Messages by age, each counted once: up to 5, 10, 20, 40, 80, 160 and 320 minutes, and older.")
            List<Long> ages) {
        /** What is not given becomes empty. */
        public HopQueue {
            ages = Absent.toEmpty(ages);
        }
    }

    /**
     * The result of one probe.
     *
     * @param nextHop the next hop, or null for a probe of the node itself
     * @param endpoint the address that was asked
     * @param passed whether the answer was good
     * @param reply the answer or the error
     */
    @ApiData
    public record ProbeResult(
            @Bounded(length = 63) @JsonPropertyDescription("The name of the next hop.")
            String nextHop,

            @Bounded(length = 259) @JsonPropertyDescription("The address that was asked.")
            String endpoint,

            @JsonPropertyDescription("Whether the answer was good.")
            boolean passed,

            @Bounded(length = 1024) @JsonPropertyDescription("The answer or the error, in one line.")
            String reply) {}
}
