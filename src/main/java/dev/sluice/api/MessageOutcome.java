package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of one recipient of a message. */
public enum MessageOutcome {
    /** Given to its next hop. */
    @JsonProperty("Delivered")
    DELIVERED,
    /** Returned to the sender at once. */
    @JsonProperty("Bounced")
    BOUNCED,
    /** Returned to the sender because the queue lifetime was over. */
    @JsonProperty("Expired")
    EXPIRED,
    /** Given to a peer that has not said yet what became of it. */
    @JsonProperty("HandedOver")
    HANDED_OVER,
    /** Still in a queue. */
    @JsonProperty("Queued")
    QUEUED,
    /** Removed without an outcome: nobody knows. */
    @JsonProperty("Unknown")
    UNKNOWN
}
