package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Instant;
import java.util.List;

/**
 * How an attempt goes or went.
 *
 * @param observedGeneration the generation that this status speaks of
 * @param result how it ended, or that it has not
 * @param startedTime when it began
 * @param finishedTime when it ended, or null
 * @param steps each step that was begun
 * @param decisions the last decisions, the oldest first, at most {@link #MOST_DECISIONS}
 * @param gateMemory the gate's state as JSON, at most {@link #MOST_GATE_MEMORY} characters, or null
 * @param gateMemoryTime when that was written, or null
 * @param affected what became of the mail that the nodes on trial had, or null
 * @param reason why it ended, in one CamelCase word, or null
 * @param conditions {@code Ready} and others
 */
@ApiData
public record PoolRolloutStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first.")
        Long observedGeneration,

        @JsonPropertyDescription("How the attempt ended, or Running.")
        RolloutResult result,

        @JsonPropertyDescription("When it began.") Instant startedTime,
        @JsonPropertyDescription("When it ended.") Instant finishedTime,

        @Bounded(items = 64) @JsonPropertyDescription("Each step that was begun.")
        List<StepRecord> steps,

        @Bounded(items = 200) @JsonPropertyDescription("The last 200 decisions, the oldest first.")
        List<DecisionRecord> decisions,

        @Bounded(length = 16384) @JsonPropertyDescription("What the gate remembers, as JSON. Not for people.")
        String gateMemory,

        @JsonPropertyDescription("When gateMemory was written.")
        Instant gateMemoryTime,

        @JsonPropertyDescription("What became of the mail that the nodes on trial had.")
        AffectedSummary affected,

        @Bounded(length = 128) @JsonPropertyDescription("Why it ended, in one CamelCase word.")
        String reason,

        @Bounded(items = 16, list = ListType.MAP, keys = "type")
        @JsonPropertyDescription("The state in the words of Kubernetes.")
        List<Condition> conditions) {
    /** How many decisions are kept. */
    public static final int MOST_DECISIONS = 200;
    /** How long the gate's memory may be, in characters. */
    public static final int MOST_GATE_MEMORY = 16384;

    /** What is not given becomes empty. */
    public PoolRolloutStatus {
        steps = Absent.toEmpty(steps);
        decisions = Absent.toEmpty(decisions);
        conditions = Absent.toEmpty(conditions);
    }

    /**
     * One step and its evidence.
     *
     * @param step counted from 1; 0 is the preflight
     * @param weightPercent the share asked for
     * @param measuredSharePercent the share measured, as a decimal number, or null
     * @param startedTime when it began
     * @param endedTime when it ended, or null
     * @param verdict the last verdict
     * @param explanation what the verdict rests on, in one line
     * @param canaryFinished finished units of the nodes on trial; mail of one sender's domain to one destination's domain
     *     within five minutes is one unit
     * @param canaryFailed those of them that failed
     * @param baselineFinished finished units of the serving nodes at the same time
     * @param baselineFailed those of them that failed
     * @param canaryMessages messages that the nodes on trial accepted in the step
     * @param baselineMessages messages that the serving nodes accepted in the step
     */
    @ApiData
    public record StepRecord(
            @JsonPropertyDescription("The step, counted from 1; 0 is the preflight.")
            int step,

            @JsonPropertyDescription("The share of the traffic that was asked for, in percent.")
            int weightPercent,

            @Bounded(length = 16, pattern = "^[0-9]+(\\.[0-9]+)?$")
            @JsonPropertyDescription("The share of the accepted messages that was measured, in percent.")
            String measuredSharePercent,

            @JsonPropertyDescription("When the step began.") Instant startedTime,
            @JsonPropertyDescription("When it ended.") Instant endedTime,

            @Bounded(length = 64) @JsonPropertyDescription("The last verdict, in one word.")
            String verdict,

            @Bounded(length = 2048) @JsonPropertyDescription("What the verdict rests on, in one line.")
            String explanation,

            @JsonPropertyDescription(
                    "Finished units of the nodes on trial; mail of one sender's domain to one destination's domain within five minutes is one unit.")
            long canaryFinished,

            @JsonPropertyDescription("Those of them that failed.")
            long canaryFailed,

            @JsonPropertyDescription("Finished units of the serving nodes at the same time.")
            long baselineFinished,

            @JsonPropertyDescription("Those of them that failed.")
            long baselineFailed,

            @JsonPropertyDescription("Messages that the nodes on trial accepted in the step.")
            long canaryMessages,

            @JsonPropertyDescription("Messages that the serving nodes accepted in the step.")
            long baselineMessages) {}

    /**
     * One decision.
     *
     * @param time when
     * @param what what was decided
     * @param why on what grounds, in one line
     * @param mail what the nodes on trial had had by then, or null before they reported
     */
    @ApiData
    public record DecisionRecord(
            @JsonPropertyDescription("When it was decided.") Instant time,

            @Bounded(length = 128) @JsonPropertyDescription("What was decided.")
            String what,

            @Bounded(length = 2048) @JsonPropertyDescription("On what grounds, in one line.")
            String why,

            @JsonPropertyDescription("What the nodes on trial had had by then.")
            MailCount mail) {}

    /**
     * Mail that nodes had.
     *
     * @param messages accepted
     * @param units finished units, as the gate counts them
     * @param unitsFailed those of them that failed; they stay failed when their mail is delivered later
     * @param deliveredLate recipients that were delivered, but not at the first attempt within the objective
     */
    @ApiData
    public record MailCount(
            @JsonPropertyDescription("Messages that they accepted.")
            long messages,

            @JsonPropertyDescription("Finished units, as the gate counts them.")
            long units,

            @JsonPropertyDescription("Units that failed; they stay failed when their mail is delivered later.")
            long unitsFailed,

            @JsonPropertyDescription(
                    "Recipients that were delivered, but not at the first attempt within the objective.")
            long deliveredLate) {}

    /**
     * What became of the mail that the nodes on trial had, counted by recipient.
     *
     * @param accepted by them
     * @param delivered at the first attempt within the objective
     * @param deferredThenDelivered later
     * @param bounced returned
     * @param handedOver given to a peer
     * @param queued still waiting
     */
    @ApiData
    public record AffectedSummary(
            @JsonPropertyDescription("Recipients that the nodes on trial accepted.")
            long accepted,

            @JsonPropertyDescription("Delivered at the first attempt within the objective.")
            long delivered,

            @JsonPropertyDescription("Put off or late first, then delivered.")
            long deferredThenDelivered,

            @JsonPropertyDescription("Returned to the sender.")
            long bounced,

            @JsonPropertyDescription("Given to a healthy peer.")
            long handedOver,

            @JsonPropertyDescription("Still in a queue.") long queued) {}
}
