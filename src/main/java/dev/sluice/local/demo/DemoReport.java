package dev.sluice.local.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.util.List;
import java.util.Objects;

/**
 * What one run of the demo counted; {@code sluice demo --report FILE} writes it as one JSON object.
 *
 * @param apiServer what the API server was and which version, such as {@code kube-apiserver 1.37.2}
 * @param nodes what the mail nodes were and which version, such as {@code Postfix 3.7.11}
 * @param edge what spread the mail over the nodes and which version, such as {@code HAProxy 2.6.12}
 * @param seed what the load was drawn from: the same seed offers the same messages
 * @param acts in the order in which they were played
 */
@JsonPropertyOrder({"apiServer", "nodes", "edge", "seed", "acts"})
public record DemoReport(
        @JsonProperty(required = true) String apiServer,
        @JsonProperty(required = true) String nodes,
        @JsonProperty(required = true) String edge,
        @JsonProperty(required = true) long seed,
        @JsonProperty(required = true) List<ActReport> acts) {
    /** Nothing may be missing. */
    public DemoReport {
        Objects.requireNonNull(apiServer, "apiServer");
        Objects.requireNonNull(nodes, "nodes");
        Objects.requireNonNull(edge, "edge");
        acts = List.copyOf(acts);
    }
}
