package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * Of which node the report is.
 *
 * @param poolRef the pool
 * @param node the node that was taken out
 * @param revision what it was made of
 * @param rolloutName the record of the attempt that it was part of, or null for a node that served
 */
@ApiData
public record MessageReportSpec(
        @Required @JsonPropertyDescription("The pool.") PoolReference poolRef,

        @Required @Bounded(length = 253) @JsonPropertyDescription("The node that was taken out.")
        String node,

        @Bounded(length = 80) @JsonPropertyDescription("The revision that it was made of.")
        String revision,

        @Bounded(length = 253)
        @JsonPropertyDescription("The PoolRollout that it was part of. Absent: it served, and was ejected.")
        String rolloutName) {}
