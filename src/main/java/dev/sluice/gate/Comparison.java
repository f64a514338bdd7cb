package dev.sluice.gate;

/**
 * Both arms at the same time in the same stratum, counted in units.
 *
 * @param canaryFinished finished on the canary
 * @param canaryFailed those that failed
 * @param baselineFinished finished on the baseline
 * @param baselineFailed those that failed
 */
public record Comparison(long canaryFinished, long canaryFailed, long baselineFinished, long baselineFailed) {
    static final Comparison NONE = new Comparison(0, 0, 0, 0);

    Comparison plus(Comparison other) {
        return new Comparison(
                canaryFinished + other.canaryFinished,
                canaryFailed + other.canaryFailed,
                baselineFinished + other.baselineFinished,
                baselineFailed + other.baselineFailed);
    }

    boolean isEmpty() {
        return canaryFinished == 0 && baselineFinished == 0;
    }

    long finished() {
        return canaryFinished + baselineFinished;
    }

    long failed() {
        return canaryFailed + baselineFailed;
    }
}
