package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How the first revision of a pool enters. */
public enum Initial {
    /** All nodes serve as soon as they have passed preflight. */
    @JsonProperty("Immediate")
    IMMEDIATE,
    /** By the steps of the policy, judged by absolute limits since there is no baseline. */
    @JsonProperty("Canary")
    CANARY
}
