/**
 * All states that the planner can reach with two small pools of one path, one edit and any one fault, breadth first.
 * Lives here: the states, the moves that lead from one to the next, the search, the invariants held against each plan.
 * May not: decide anything that is the planner's to decide; depend on anything but the planner, the gate and the fleet.
 */
package dev.sluice.sim.scope;
