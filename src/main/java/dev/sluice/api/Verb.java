package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a person asks for. */
public enum Verb {
    /**
     * Take the present step as passed, without waiting for the rest of its evidence. The steps after it are judged as ever;
     * a canary that has delivered nothing is not promoted.
     */
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
