/**
 * A recorded day judged again: what the gate would have decided, when, and how often by mistake.
 * Lives here: readers of Postfix logs and outcome counts, the incident as a preset, resampling, the report and its plot.
 * May not: ask the wall clock or a cluster, or know more of the gate than {@code begin}, {@code judge} and {@code nextStep}.
 */
package dev.sluice.sim.replay;
