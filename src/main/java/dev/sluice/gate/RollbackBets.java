package dev.sluice.gate;

import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.ScopeMemory;
import java.util.ArrayList;
import java.util.List;

/** Whether the canary fails more than the baseline, whatever the fault: bets by stratum and window. */
final class RollbackBets {
    /**
     * No window counts for more than this factor, since one sender can make a burst. The cap is our choice; what is
     * capped is expected to be no more than before.
     */
    private static final double LOG_CAP = Math.log(10);

    /**
     * A window that is to be tested.
     *
     * @param nextHop its next hop
     * @param counts what it holds
     * @param rate forecast of the baseline's failure rate
     */
    record ClosedWindow(String nextHop, Comparison counts, double rate) {}

    private final Masses masses;
    private final double tolerance;
    private final double absoluteFailureLimit;

    RollbackBets(GateParameters parameters) {
        this.masses = masses(parameters.horizonSeconds() * 1000);
        this.tolerance = parameters.tolerance();
        this.absoluteFailureLimit = parameters.absoluteFailureLimit();
    }

    /** Half at once, half on everything: a mixture over starting times in the manner of Shiryaev (1963) and Roberts (1966). */
    static Masses masses(long horizonMillis) {
        return new Masses(Alternatives.OF_ALL_FAILURES, 0.5, 0.5, horizonMillis);
    }

    /** Tests the windows that were closed at one moment, {@code now} in milliseconds since the gate began. */
    RollbackMemory test(RollbackMemory memory, List<ClosedWindow> windows, Regime regime, long now) {
        if (windows.isEmpty()) {
            return memory;
        }
        double[][] logFactors = new double[windows.size()][];
        for (int window = 0; window < logFactors.length; window++) {
            logFactors[window] = logFactors(windows.get(window), regime);
        }
        List<ScopeMemory> scopes = new ArrayList<>(memory.scopes().size());
        for (ScopeMemory scope : memory.scopes()) {
            boolean everything = scope.scope().equals(Masses.EVERYTHING);
            double[] ofScope = new double[Alternatives.OF_ALL_FAILURES.count()];
            for (int window = 0; window < logFactors.length; window++) {
                if (everything || scope.scope().equals(windows.get(window).nextHop())) {
                    for (int alternative = 0; alternative < ofScope.length; alternative++) {
                        ofScope[alternative] += logFactors[window][alternative];
                    }
                }
            }
            scopes.add(masses.grown(scope, masses.due(memory, scope.scope(), now), ofScope));
        }
        return new RollbackMemory(now, memory.reserve(), scopes);
    }

    private double[] logFactors(ClosedWindow window, Regime regime) {
        double[] logFactors = new double[Alternatives.OF_ALL_FAILURES.count()];
        if (window.counts().canaryFinished() == 0) {
            return logFactors;
        }
        for (int alternative = 0; alternative < logFactors.length; alternative++) {
            logFactors[alternative] = Math.min(LOG_CAP, logFactor(window, alternative, regime));
        }
        return logFactors;
    }

    private double logFactor(ClosedWindow window, int alternative, Regime regime) {
        return regime.compared()
                ? ConditionalOdds.logFactor(
                        window.counts(), Alternatives.OF_ALL_FAILURES.oddsRatio(alternative, window.rate()), tolerance)
                : AbsoluteRate.logFactorAbove(
                        window.counts(),
                        Alternatives.OF_ALL_FAILURES.failureRate(alternative, absoluteFailureLimit),
                        absoluteFailureLimit);
    }
}
