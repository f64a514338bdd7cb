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
        double absoluteFailureLimit) {}
