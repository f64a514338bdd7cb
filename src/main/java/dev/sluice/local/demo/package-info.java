/**
 * The incident, played: acts on the local runtime, the report of what was counted, and what the report has to show.
 * Lives here: what each act does, what it counts from outside, and the figures that it is held to.
 * May not: decide anything about a pool, or count by asking the operator what it did.
 */
package dev.sluice.local.demo;
