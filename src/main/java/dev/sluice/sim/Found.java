package dev.sluice.sim;

/**
 * What came of one run.
 *
 * @param ending how it ended
 * @param messages what the canary got from the beginning of its ailment to the end
 * @param seconds how long that took
 */
record Found(Ending ending, long messages, double seconds) {
    /** How a run ends. */
    enum Ending {
        /** Rolled back while it was still healthy. */
        FALSE_ALARM,
        /** Rolled back. */
        ROLLED_BACK,
        /** Promoted. */
        PROMOTED,
        /** Neither, until the time was over. */
        NEITHER
    }

    boolean is(Ending wanted) {
        return ending == wanted;
    }
}
