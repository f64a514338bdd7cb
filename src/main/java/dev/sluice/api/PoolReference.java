package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;

/**
 * A pool of the same namespace.
 *
 * @param kind which kind
 * @param name its name
 */
@ApiData
public record PoolReference(
        @Required @JsonPropertyDescription("FilterPool or TransportPool.")
        PoolKind kind,

        @Required @Bounded(length = 253) @JsonPropertyDescription("The name of a pool of this namespace.")
        String name) {}
