package dev.sluice.plan;

import dev.sluice.api.Verb;
import java.util.Optional;

/**
 * What a person asked for.
 *
 * @param name of the PoolAction
 * @param verb what to do
 * @param revision the revision that is meant, empty (pause and resume only) for whichever is on trial
 * @param reason why, in the person's words
 */
public record Request(String name, Verb verb, Optional<String> revision, String reason) {}
