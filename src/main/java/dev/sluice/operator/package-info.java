/**
 * The operator: takes the snapshot of a pool, asks the planner, carries its plan out.
 * Lives here: reconcilers, the view of the cluster, the agents' poller, who writes status, leader, health, metrics.
 * May not: decide. What is to be done comes from the planner; what is written here is how.
 */
package dev.sluice.operator;
