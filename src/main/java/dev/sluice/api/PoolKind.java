package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Which of the two kinds of pools. */
public enum PoolKind {
    /** Accepts mail, filters it and hands it to a next hop. */
    @JsonProperty("FilterPool")
    FILTER_POOL,
    /** Relays mail outward. */
    @JsonProperty("TransportPool")
    TRANSPORT_POOL
}
