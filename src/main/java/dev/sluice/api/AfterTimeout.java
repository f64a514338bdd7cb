package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What happens to a node that is not empty in time. Neither choice loses mail. */
public enum AfterTimeout {
    /** The node stays and the pool says why, until a person decides. */
    @JsonProperty("Block")
    BLOCK,
    /** A healthy peer takes over what is left. */
    @JsonProperty("HandOver")
    HAND_OVER
}
