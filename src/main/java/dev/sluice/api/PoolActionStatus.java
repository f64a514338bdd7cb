package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.time.Instant;

/**
 * The answer to a request.
 *
 * @param observedGeneration the generation that this status speaks of
 * @param phase what became of it
 * @param message what was done, or why not and what to do instead
 * @param handledTime when it was answered, or null
 */
@ApiData
public record PoolActionStatus(
        @JsonPropertyDescription("The generation of the spec that this status speaks of; -1 before the first.")
        Long observedGeneration,

        @JsonPropertyDescription("What became of the request: Pending, Accepted or Refused.")
        ActionPhase phase,

        @Bounded(length = 1024) @JsonPropertyDescription("What was done, or why not and what to do instead.")
        String message,

        @JsonPropertyDescription("When the request was answered.")
        Instant handledTime) {}
