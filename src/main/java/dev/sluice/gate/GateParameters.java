package dev.sluice.gate;

/**
 * The figures of both tests for one step.
 *
 * @param alpha chance of ever rolling back a canary that is not worse, above 0 and below 0.5
 * @param beta chance of ever promoting a canary that is worse by {@code delta}, above 0 and below 0.5
 * @param delta the difference of failure rates that a promotion must exclude, above 0 and below 1
 * @param tolerance the odds ratio up to which a canary counts as not worse, at least 1
 * @param leastFinished finished recipients of the canary without which nothing is promoted, at least 1
 * @param leastSeconds how long the step has to last at least
 * @param horizonSeconds over how long restarts of the rollback test are spread
 * @param objectiveSeconds within this time a recipient is to be delivered
 * @param staleSeconds counters older than this are no evidence
 * @param absoluteFailureLimit the failure rate that a first install without a baseline must stay below, above 0 and below
 *     1
 */
public record GateParameters(
        double alpha,
        double beta,
        double delta,
        double tolerance,
        long leastFinished,
        long leastSeconds,
        long horizonSeconds,
        long objectiveSeconds,
        long staleSeconds,
        double absoluteFailureLimit) {
    public GateParameters {
        require(alpha > 0 && alpha < 0.5, "alpha", alpha, "a chance above 0 and below 0.5");
        require(beta > 0 && beta < 0.5, "beta", beta, "a chance above 0 and below 0.5");
        require(delta > 0 && delta < 1, "delta", delta, "a difference of rates above 0 and below 1");
        require(tolerance >= 1, "tolerance", tolerance, "an odds ratio of at least 1");
        require(leastFinished >= 1, "leastFinished", leastFinished, "at least 1 recipient");
        require(leastSeconds >= 0, "leastSeconds", leastSeconds, "0 seconds or more");
        require(horizonSeconds >= 1, "horizonSeconds", horizonSeconds, "at least 1 second");
        require(objectiveSeconds >= 1, "objectiveSeconds", objectiveSeconds, "at least 1 second");
        require(staleSeconds >= 1, "staleSeconds", staleSeconds, "at least 1 second");
        require(
                absoluteFailureLimit > 0 && absoluteFailureLimit < 1,
                "absoluteFailureLimit",
                absoluteFailureLimit,
                "a rate above 0 and below 1");
    }

    /** The same with another chance of ever rolling back a canary that is not worse. */
    public GateParameters withAlpha(double other) {
        return new GateParameters(
                other,
                beta,
                delta,
                tolerance,
                leastFinished,
                leastSeconds,
                horizonSeconds,
                objectiveSeconds,
                staleSeconds,
                absoluteFailureLimit);
    }

    private static void require(boolean holds, String name, Number value, String instead) {
        if (!holds) {
            throw new IllegalArgumentException(name + " is " + value + ": write " + instead);
        }
    }
}
