/**
 * How traffic reaches the nodes of a pool.
 * Lives here: one router for each kind of edge; each makes the edge equal to the routes it is given.
 * May not: decide who gets how much, or know the pool's state.
 */
package dev.sluice.traffic;
