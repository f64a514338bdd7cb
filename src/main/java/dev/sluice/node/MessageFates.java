package dev.sluice.node;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;

/**
 * What became of the messages that a node accepted, the newest last. Holds addresses of people: whoever passes it on decides
 * who may see it.
 *
 * @param node the name of the MailNode
 * @param counterEpoch names the life of the counters that the messages belong to
 * @param omitted messages that the node had and that are not listed, because they were too many or too long ago
 * @param messages the messages
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record MessageFates(String node, String counterEpoch, long omitted, List<MessageFate> messages) {
    /** As many as an answer holds. */
    public static final int MOST_MESSAGES = 2000;

    public MessageFates {
        messages = List.copyOf(messages);
    }

    /** What became of one recipient. */
    public enum Outcome {
        /** Given to its next hop. */
        DELIVERED,
        /** Returned to the sender at once. */
        BOUNCED,
        /** Returned to the sender because the queue lifetime was over. */
        EXPIRED,
        /** Given to a peer, which answers for it from then on. */
        HANDED_OVER,
        /** Still in the node's queue. */
        QUEUED,
        /** Removed without an outcome: nobody knows. */
        UNKNOWN
    }

    /**
     * One message.
     *
     * @param queueId its identifier on this node
     * @param arrivedTime when it was accepted
     * @param byHandover whether a peer handed it over, rather than a client
     * @param sender the envelope sender, empty for a notice
     * @param recipients each of them
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record MessageFate(
            String queueId, Instant arrivedTime, boolean byHandover, String sender, List<RecipientFate> recipients) {
        public MessageFate {
            recipients = List.copyOf(recipients);
        }
    }

    /**
     * One recipient of a message.
     *
     * @param address the envelope recipient, empty while the log has not named it
     * @param nextHop the next hop that it was for
     * @param outcome what became of it
     * @param deferrals how many attempts were put off before
     * @param time when that was, for a queued one when it was put off last, or its arrival
     * @param reply the last refusal, without addresses of people; empty when there was none
     * @param peerQueueId its identifier on the peer that took it, empty when none did
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record RecipientFate(
            String address,
            String nextHop,
            Outcome outcome,
            int deferrals,
            Instant time,
            String reply,
            String peerQueueId) {}
}
