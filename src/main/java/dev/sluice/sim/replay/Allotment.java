package dev.sluice.sim.replay;

import java.util.Arrays;

/** Which node each outcome of a {@link Timeline} is held to have happened on, and how often. */
final class Allotment {
    private final int[] node;
    private final int[] times;

    /**
     * Takes both, by outcome.
     *
     * @param node the number of the node
     * @param times how often it happened
     */
    Allotment(int[] node, int[] times) {
        this.node = node;
        this.times = times;
    }

    /** As it was recorded. */
    static Allotment recorded(Timeline timeline) {
        int[] once = new int[timeline.node.length];
        Arrays.fill(once, 1);
        return new Allotment(timeline.node, once);
    }

    int node(int outcome) {
        return node[outcome];
    }

    int times(int outcome) {
        return times[outcome];
    }
}
