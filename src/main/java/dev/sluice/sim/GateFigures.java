package dev.sluice.sim;

import dev.sluice.gate.GateParameters;

/**
 * The figures of a policy's gate that the table is about.
 *
 * @param alpha chance of ever rolling back a canary that is not worse
 * @param beta chance of promoting a canary that is worse by the step's delta
 * @param tolerance the odds ratio up to which a canary counts as not worse
 * @param horizonSeconds over how long restarts of the rollback test are spread
 */
public record GateFigures(double alpha, double beta, double tolerance, long horizonSeconds) {
    /** The defaults of a policy. */
    public static final GateFigures STANDARD = new GateFigures(0.01, 0.05, 1.25, 86_400);

    private static final long LEAST_UNITS = 100;
    private static final long NEVER = Long.MAX_VALUE / 2;
    /** Larger than any tick, since all nodes are heard at each. */
    private static final long STALE_SECONDS = 3600;
    /** So that nothing is rolled back. */
    private static final double NO_ALPHA = 1e-9;

    private static final double EVERYTHING_TOLERATED = 1000;
    private static final double ABSOLUTE_LIMIT = 0.05;

    /** Nothing is ever promoted with these, so that the rollback test runs on. */
    GateParameters watching(double delta) {
        return parameters(alpha, delta, tolerance, NEVER);
    }

    GateParameters promoting(double delta) {
        return parameters(alpha, delta, tolerance, LEAST_UNITS);
    }

    /** The rollback test is all but switched off. */
    GateParameters promotingAlone(double delta) {
        return parameters(NO_ALPHA, delta, EVERYTHING_TOLERATED, LEAST_UNITS);
    }

    private GateParameters parameters(double chance, double delta, double tolerated, long leastUnits) {
        return new GateParameters(
                chance,
                beta,
                delta,
                tolerated,
                leastUnits,
                60,
                horizonSeconds,
                MailFlow.OBJECTIVE_SECONDS,
                STALE_SECONDS,
                ABSOLUTE_LIMIT);
    }
}
