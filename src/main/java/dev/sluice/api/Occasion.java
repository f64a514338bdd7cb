package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What people can be told of as it happens. */
public enum Occasion {
    /** An attempt begins. */
    @JsonProperty("Started")
    STARTED,
    /** The nodes on trial get another share of the mail. */
    @JsonProperty("StepAdvanced")
    STEP_ADVANCED,
    /** A step has had its time, and its evidence is not enough. */
    @JsonProperty("EvidenceMissing")
    EVIDENCE_MISSING,
    /** The nodes of an attempt are taken out, or never got mail. */
    @JsonProperty("RolledBack")
    ROLLED_BACK,
    /** A node that turned bad is out, or cannot be spared. */
    @JsonProperty("NodeEjected")
    NODE_EJECTED,
    /** An attempt ended well. */
    @JsonProperty("Promoted")
    PROMOTED,
    /** A node is not empty although its time to drain is over. */
    @JsonProperty("DrainOverdue")
    DRAIN_OVERDUE,
    /** A node's books do not add up when it should be empty. */
    @JsonProperty("LossSuspected")
    LOSS_SUSPECTED,
    /** Mail does not flow, or through too few nodes; and that it flows again. */
    @JsonProperty("Unavailable")
    UNAVAILABLE
}
