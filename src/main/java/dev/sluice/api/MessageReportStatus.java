package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;
import java.util.List;

/**
 * What became of the node's messages.
 *
 * @param observedGeneration the generation that this status speaks of
 * @param takenTime when the node was asked last
 * @param omittedMessages messages that are not listed, because they were too many or too long ago
 * @param recipients one entry for each recipient of each message, those with trouble first
 */
@ApiData
public record MessageReportStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first.")
        Long observedGeneration,

        @JsonPropertyDescription("When the node was asked last.")
        Instant takenTime,

        @JsonPropertyDescription(
                "Messages of the node that are not listed, because they were too many or too long ago.")
        long omittedMessages,

        @Bounded(items = 2000)
        @JsonPropertyDescription("Each recipient of each message, those with trouble first, at most 2000.")
        List<RecipientRecord> recipients) {
    /** As many as one object can hold: an entry has about 400 bytes, an object of the API server at most 1.5 MB. */
    public static final int MOST_RECIPIENTS = 2000;

    /** What is not given becomes empty. */
    public MessageReportStatus {
        recipients = Absent.toEmpty(recipients);
    }

    /**
     * One recipient of one message.
     *
     * @param queueId the message's identifier on the node
     * @param arrivedTime when the node accepted it
     * @param sender the envelope sender, or null for a notice
     * @param recipient the envelope recipient, or null while it is not known
     * @param nextHop the next hop that it was for
     * @param outcome what became of it at last
     * @param deferrals how many attempts the node put off
     * @param outcomeTime when the log spoke of it last
     * @param lastReply the last refusal, without addresses of people, or null
     * @param handedTo the peer that took it, or null
     * @param peerQueueId its identifier there, or null
     */
    @ApiData
    public record RecipientRecord(
            @Bounded(length = 32) @JsonPropertyDescription("The message's queue identifier on the node.")
            String queueId,

            @JsonPropertyDescription("When the node accepted it.")
            Instant arrivedTime,

            @Bounded(length = 320) @JsonPropertyDescription("The envelope sender. Absent: a notice.")
            String sender,

            @Bounded(length = 320) @JsonPropertyDescription("The envelope recipient. Absent: not known yet.")
            String recipient,

            @Bounded(length = 63) @JsonPropertyDescription("The next hop that it was for.")
            String nextHop,

            @JsonPropertyDescription("What became of it at last.")
            MessageOutcome outcome,

            @JsonPropertyDescription("How many attempts the node put off.")
            int deferrals,

            @JsonPropertyDescription("When the log spoke of it last.")
            Instant outcomeTime,

            @Bounded(length = 256)
            @JsonPropertyDescription("The last refusal of the next hop, without addresses of people.")
            String lastReply,

            @Bounded(length = 253) @JsonPropertyDescription("The peer that took it.")
            String handedTo,

            @Bounded(length = 32) @JsonPropertyDescription("Its queue identifier on the peer.")
            String peerQueueId) {}
}
