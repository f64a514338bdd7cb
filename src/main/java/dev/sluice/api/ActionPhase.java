package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What became of a request. */
public enum ActionPhase {
    /** Not yet handled. */
    @JsonProperty("Pending")
    PENDING,
    /** Carried out. */
    @JsonProperty("Accepted")
    ACCEPTED,
    /** Not carried out; the message says why and what to do instead. */
    @JsonProperty("Refused")
    REFUSED
}
