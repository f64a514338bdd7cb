package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Why nodes are on trial. */
public enum Purpose {
    /** The first revision of a pool. */
    @JsonProperty("Install")
    INSTALL,
    /** Another revision than the stable one. */
    @JsonProperty("NewRevision")
    NEW_REVISION,
    /** More nodes of the stable revision. */
    @JsonProperty("ScaleOut")
    SCALE_OUT,
    /** A node of the stable revision in the place of one that is gone. */
    @JsonProperty("Replacement")
    REPLACEMENT
}
