/**
 * Pools of one path in virtual time, with an operator, an API server, agents and mail that fail by a seed.
 * Lives here: the model of everything around the planner, the faults, the invariants, the stories of seeds.
 * May not: read a clock, the network or a file; decide anything that is the planner's or the operator's to decide.
 */
package dev.sluice.sim.fleet;
