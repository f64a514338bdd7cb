/**
 * Mail under fire: whatever is killed, filled or cut in whatever state of a node, nothing that was accepted is lost.
 * Lives here: which blows fall, who deals them, and the books that are held against each other afterwards.
 * May not: count by asking Sluice what it did, or forgive a loss.
 */
package dev.sluice.local.siege;
