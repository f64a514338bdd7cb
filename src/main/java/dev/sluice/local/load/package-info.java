/**
 * The world around a pool on one machine: who offers mail, who receives it, and the books of both.
 * Lives here: the numbered load, the sink, the comparison of what was accepted with what arrived.
 * May not: know pools, nodes' inner books or the operator; it sees only what crosses the wire.
 */
package dev.sluice.local.load;
