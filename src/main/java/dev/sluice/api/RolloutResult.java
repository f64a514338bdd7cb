package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an attempt ended, or that it has not. */
public enum RolloutResult {
    /** Not ended. */
    @JsonProperty("Running")
    RUNNING,
    /** The candidate is stable now. */
    @JsonProperty("Promoted")
    PROMOTED,
    /** The gate or a guard took the candidate out. */
    @JsonProperty("RolledBack")
    ROLLED_BACK,
    /** Failed before it carried any mail. */
    @JsonProperty("Refused")
    REFUSED,
    /** A person ended it. */
    @JsonProperty("Aborted")
    ABORTED,
    /** A newer revision took its place. */
    @JsonProperty("Superseded")
    SUPERSEDED
}
