package dev.sluice.sim;

/** Messages of both arms since the minute began, as a metrics system would have them. */
final class MinuteCounts {
    private long canaryFinished;
    private long canaryFailed;
    private long baselineFinished;
    private long baselineFailed;

    void canary(boolean failed) {
        canaryFinished++;
        if (failed) {
            canaryFailed++;
        }
    }

    void baseline(boolean failed) {
        baselineFinished++;
        if (failed) {
            baselineFailed++;
        }
    }

    /** What it was, and the next minute begins. */
    Minute take() {
        Minute minute = new Minute(canaryFinished, canaryFailed, baselineFinished, baselineFailed);
        canaryFinished = 0;
        canaryFailed = 0;
        baselineFinished = 0;
        baselineFailed = 0;
        return minute;
    }

    /** One minute of both arms. */
    record Minute(long canaryFinished, long canaryFailed, long baselineFinished, long baselineFailed) {}
}
