package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How far a trial is. */
public enum TrialPhase {
    /** Nodes are being made. */
    @JsonProperty("Preparing")
    PREPARING,
    /** Nodes probe their next hops; no mail. */
    @JsonProperty("Preflight")
    PREFLIGHT,
    /** Nodes carry a share of the mail. */
    @JsonProperty("Canary")
    CANARY,
    /** All steps are passed; watched a little longer. */
    @JsonProperty("Bake")
    BAKE,
    /** Nodes are taken out. */
    @JsonProperty("RollingBack")
    ROLLING_BACK
}
