package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How a weight reaches HAProxy. */
public enum WeightSource {
    /** The operator sets it through the runtime API. */
    @JsonProperty("RuntimeSocket")
    RUNTIME_SOCKET,
    /** HAProxy asks the agent of each node (agent-check). */
    @JsonProperty("AgentCheck")
    AGENT_CHECK
}
