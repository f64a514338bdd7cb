package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Where a node is in its life. */
public enum NodeState {
    /** Being made. */
    @JsonProperty("Pending")
    PENDING,
    /** Up, the agent answers, no mail. */
    @JsonProperty("Staged")
    STAGED,
    /** Probes its next hops, no mail. */
    @JsonProperty("Preflight")
    PREFLIGHT,
    /** Carries a share of the mail, on trial. */
    @JsonProperty("Canary")
    CANARY,
    /** Carries its full share. */
    @JsonProperty("Serving")
    SERVING,
    /** No new mail; what is queued leaves. */
    @JsonProperty("Draining")
    DRAINING,
    /** Empty and accounted for; may be removed. */
    @JsonProperty("Gone")
    GONE,
    /** Failed its preflight; never carries mail. */
    @JsonProperty("Rejected")
    REJECTED,
    /** Ejected by the gate; no new mail, queue protected. */
    @JsonProperty("Quarantined")
    QUARANTINED
}
