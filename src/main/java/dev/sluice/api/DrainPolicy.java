package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the queue of a node that leaves gets empty. */
public enum DrainPolicy {
    /** The node delivers what it has. */
    @JsonProperty("WaitForEmpty")
    WAIT_FOR_EMPTY,
    /** A healthy peer takes over what the node has. */
    @JsonProperty("HandOver")
    HAND_OVER
}
