package dev.sluice.gate;

import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.ScopeMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Whether the canary fails more than the baseline: a mixture of bets over alternatives, scopes and starting times. The
 * sum of all bets and of what is not bet yet begins at 1 and grows by no more than chance allows while the canary is not
 * worse; that it ever exceeds {@code 1/a} has a chance of at most {@code a} within the horizon (Ville's inequality).
 * After the horizon mass is released at the same rate, so that a node that serves for weeks is watched as closely as on
 * its first day: about half of {@code a} for every further horizon.
 */
final class RollbackBets {
    /** The scope of all strata together. */
    static final String EVERYTHING = "*";
    /** The part of all mass that is bet at once; the rest restarts the test over the horizon. Source: the reference. */
    private static final double AT_ONCE = 0.5;
    /** The part of the mass on all strata together; the next hops share the rest. Source: the reference. */
    private static final double ON_EVERYTHING = 0.5;
    /** The part of the next hops' starting mass that newcomers get; the rest waits for those still unknown. */
    private static final double FOR_NEWCOMERS = 0.5;

    /**
     * A window that is to be tested.
     *
     * @param nextHop its next hop
     * @param counts what it holds
     * @param rate forecast of the baseline's failure rate
     */
    record ClosedWindow(String nextHop, Comparison counts, double rate) {}

    private final double tolerance;
    private final double absoluteFailureLimit;
    private final long horizonMillis;
    private final double logCap;

    private RollbackBets(GateParameters parameters, double logCap) {
        this.tolerance = parameters.tolerance();
        this.absoluteFailureLimit = parameters.absoluteFailureLimit();
        this.horizonMillis = parameters.horizonSeconds() * 1000;
        this.logCap = logCap;
    }

    /** On all failures: no window counts for more than a factor of 10, since one sender can make a burst. */
    static RollbackBets ofAllFailures(GateParameters parameters) {
        return new RollbackBets(parameters, Math.log(10));
    }

    /** On path failures alone: uncapped, since one sender cannot make them. */
    static RollbackBets ofPathFailures(GateParameters parameters) {
        return new RollbackBets(parameters, Double.POSITIVE_INFINITY);
    }

    static RollbackMemory begin() {
        return new RollbackMemory(
                0, AT_ONCE * (1 - ON_EVERYTHING), List.of(scope(EVERYTHING, AT_ONCE * ON_EVERYTHING)));
    }

    /** Gives each next hop that is new a bet of its own. */
    static RollbackMemory acquaint(RollbackMemory memory, Iterable<String> nextHops) {
        TreeSet<String> newcomers = new TreeSet<>();
        nextHops.forEach(newcomers::add);
        memory.scopes().forEach(known -> newcomers.remove(known.scope()));
        if (newcomers.isEmpty()) {
            return memory;
        }
        double granted = memory.reserve() * FOR_NEWCOMERS;
        List<ScopeMemory> scopes = new ArrayList<>(memory.scopes());
        newcomers.forEach(hop -> scopes.add(scope(hop, granted / newcomers.size())));
        return new RollbackMemory(memory.released(), memory.reserve() - granted, scopes);
    }

    /** Tests the windows that were closed at one moment, {@code now} in milliseconds since the gate began. */
    RollbackMemory test(RollbackMemory memory, List<ClosedWindow> windows, Regime regime, long now) {
        if (windows.isEmpty()) {
            return memory;
        }
        double restarted = (1 - AT_ONCE) * (now - memory.released()) / horizonMillis;
        int hops = memory.scopes().size() - 1;
        List<double[]> logFactors =
                windows.stream().map(window -> logFactors(window, regime)).toList();
        List<ScopeMemory> scopes = new ArrayList<>();
        for (ScopeMemory scope : memory.scopes()) {
            double part = scope.scope().equals(EVERYTHING) ? ON_EVERYTHING : (1 - ON_EVERYTHING) / hops;
            scopes.add(test(scope, restarted * part, windows, logFactors));
        }
        return new RollbackMemory(now, memory.reserve(), scopes);
    }

    private static ScopeMemory test(
            ScopeMemory scope, double restarted, List<ClosedWindow> windows, List<double[]> logFactors) {
        List<Double> logMass = new ArrayList<>();
        for (int alternative = 0; alternative < Alternatives.count(); alternative++) {
            double mass = Logarithms.sum(
                    scope.logMass().get(alternative), Math.log(restarted * Alternatives.weight(alternative)));
            for (int window = 0; window < windows.size(); window++) {
                if (scope.scope().equals(EVERYTHING)
                        || scope.scope().equals(windows.get(window).nextHop())) {
                    mass += logFactors.get(window)[alternative];
                }
            }
            logMass.add(Rounding.logarithm(mass));
        }
        return new ScopeMemory(scope.scope(), logMass);
    }

    private double[] logFactors(ClosedWindow window, Regime regime) {
        double[] logFactors = new double[Alternatives.count()];
        for (int alternative = 0; alternative < logFactors.length; alternative++) {
            logFactors[alternative] = Math.min(logCap, logFactor(window, alternative, regime));
        }
        return logFactors;
    }

    private double logFactor(ClosedWindow window, int alternative, Regime regime) {
        return regime.compared()
                ? ConditionalOdds.logFactor(
                        window.counts(), Alternatives.oddsRatio(alternative, window.rate()), tolerance)
                : AbsoluteRate.logFactorAbove(
                        window.counts(),
                        Alternatives.failureRate(alternative, absoluteFailureLimit),
                        absoluteFailureLimit);
    }

    /** The natural logarithm of all mass, bet or not. */
    double logMass(RollbackMemory memory) {
        double unreleased = (1 - AT_ONCE) * Math.max(0, 1 - (double) memory.released() / horizonMillis);
        double total = Math.log(unreleased + memory.reserve());
        for (ScopeMemory scope : memory.scopes()) {
            total = Logarithms.sum(total, logMass(scope));
        }
        return total;
    }

    /** The scope with the most mass; of equal ones the narrower, since it says more. */
    static String strongest(RollbackMemory memory) {
        String strongest = EVERYTHING;
        double most = Double.NEGATIVE_INFINITY;
        for (ScopeMemory scope : memory.scopes()) {
            double begun = scope.scope().equals(EVERYTHING)
                    ? ON_EVERYTHING
                    : (1 - ON_EVERYTHING) * FOR_NEWCOMERS / (memory.scopes().size() - 1);
            double growth = logMass(scope) - Math.log(begun);
            if (growth > most || (growth == most && strongest.equals(EVERYTHING))) {
                most = growth;
                strongest = scope.scope();
            }
        }
        return strongest;
    }

    private static double logMass(ScopeMemory scope) {
        return scope.logMass().stream().reduce(Double.NEGATIVE_INFINITY, Logarithms::sum);
    }

    private static ScopeMemory scope(String name, double mass) {
        List<Double> logMass = new ArrayList<>();
        for (int alternative = 0; alternative < Alternatives.count(); alternative++) {
            logMass.add(Rounding.logarithm(Math.log(mass * Alternatives.weight(alternative))));
        }
        return new ScopeMemory(name, logMass);
    }
}
