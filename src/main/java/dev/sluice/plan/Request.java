package dev.sluice.plan;

import dev.sluice.api.Verb;

/**
 * What a person asked for.
 *
 * @param name of the PoolAction
 * @param verb what to do
 * @param revision the revision that is meant; another one refuses the request
 * @param reason why, in the person's words
 */
public record Request(String name, Verb verb, String revision, String reason) {}
