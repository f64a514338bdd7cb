/**
 * Who may relay through a transport pool, at the layers outside the node.
 * Lives here: the NetworkPolicy that follows from the admitted addresses.
 * May not: widen what it is given, or decide who is admitted.
 */
package dev.sluice.relay;
