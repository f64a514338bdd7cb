package dev.sluice.sim.replay;

import java.util.Arrays;

/**
 * Which node each outcome of a {@link Timeline} is held to have happened on, and how often.
 *
 * @param node the number of the node, by outcome
 * @param times how often it happened, by outcome
 */
record Allotment(int[] node, int[] times) {
    /** As it was recorded. */
    static Allotment recorded(Timeline timeline) {
        int[] once = new int[timeline.node.length];
        Arrays.fill(once, 1);
        return new Allotment(timeline.node, once);
    }
}
