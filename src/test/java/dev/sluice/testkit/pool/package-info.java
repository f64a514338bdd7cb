/**
 * A pool in virtual time, for tests of the planner.
 * Lives here: a world of nodes, mail and faults that obeys the planner, the invariants, the stories and walks on them.
 * May not: need a cluster, a mail transfer agent or real time; decide anything that is the planner's to decide.
 */
package dev.sluice.testkit.pool;
