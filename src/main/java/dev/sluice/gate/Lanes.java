package dev.sluice.gate;

/**
 * Into how many lanes a serving node divides its mail before it counts units, so that each lane gets the same share of the
 * pool's mail as a node on trial. Without lanes a node with a small weight would see relatively more bulk mail among its
 * units than one with a large weight: a bulk sender gives one unit on each, a single message gives one on either. Lanes of
 * equal share are replicas of each other: under equal behaviour any of them is as likely as any other to be the canary's.
 * A node on trial has one lane, since a fault that hits all mail of a sender would else count several times.
 */
public final class Lanes {
    private static final int MOST = 100;

    private Lanes() {}

    /**
     * The number of lanes of a serving node, 1 to 100.
     *
     * @param share the share of the pool's mail that it gets, in any measure
     * @param smallestCanaryShare the smallest share above 0 of a node on trial, in the same measure; 0 while there is none
     */
    public static int of(double share, double smallestCanaryShare) {
        if (!(share > 0) || !(smallestCanaryShare > 0)) {
            return 1;
        }
        return (int) Math.max(1, Math.min(MOST, Math.rint(share / smallestCanaryShare)));
    }
}
