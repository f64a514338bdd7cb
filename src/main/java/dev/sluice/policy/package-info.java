/**
 * What a policy's words mean as figures of the gate.
 * Lives here: the one translation from RolloutPolicy to the gate's parameters, for the planner, a replay and a recount.
 * May not: judge anything, or know how mail flows.
 */
package dev.sluice.policy;
