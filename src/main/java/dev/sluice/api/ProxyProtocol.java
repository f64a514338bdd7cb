package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** Whether the edge tells the node who the client is. */
public enum ProxyProtocol {
    /** Plain SMTP; the node sees the address of the edge. */
    @JsonProperty("None")
    NONE,
    /** PROXY protocol, version 2. */
    @JsonProperty("V2")
    V2
}
