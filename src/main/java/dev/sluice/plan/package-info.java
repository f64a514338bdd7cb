/**
 * What to do next with one pool.
 * Lives here: the snapshot of a pool, the planner, the plan; every rule of a node's life and of a trial.
 * May not: ask anybody, read a clock, know a Kubernetes client. A plan is a function of a snapshot and a time.
 */
package dev.sluice.plan;
