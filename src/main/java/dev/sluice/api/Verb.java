package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a person asks for. */
public enum Verb {
    /** Make the candidate stable now. */
    @JsonProperty("Promote")
    PROMOTE,
    /** Take the candidate out. */
    @JsonProperty("Abort")
    ABORT,
    /** Try a rejected revision again. */
    @JsonProperty("Retry")
    RETRY,
    /** Stay at the present step. */
    @JsonProperty("Pause")
    PAUSE,
    /** Go on. */
    @JsonProperty("Resume")
    RESUME
}
