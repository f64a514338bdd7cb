package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Increment;
import dev.sluice.gate.GateMemory.PathMemory;
import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.ScopeMemory;
import dev.sluice.gate.GateMemory.StratumName;
import dev.sluice.gate.GateMemory.Window;
import dev.sluice.gate.Progress.Closing;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Whether the canary alone meets failures that practically never happen on a healthy node. They come from the way to the
 * next hop and not from the mail, so that all strata of a next hop make one table; a further table is of everything
 * together, so that three failures at three next hops tell as much as three at one. A window is uncapped, and kept open
 * after the first failure until it could decide.
 */
final class PathBets {
    /**
     * How much more of one next hop's mail the canary may get than of all mail without the table of everything being
     * misled by an outage of that hop.
     */
    private static final double LEANING = 1.6;
    /** After so long a window is closed in any case, since the canary's true share of the mail may drift. */
    private static final long LONG_ENOUGH_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private final Masses masses;
    private final double tolerance;
    private final double absoluteFailureLimit;
    private final double logLimit;

    /**
     * With the figures of a step.
     *
     * @param logLimit natural logarithm of the mass that means rollback
     */
    PathBets(GateParameters parameters, double logLimit) {
        this.masses = masses(parameters.horizonSeconds() * 1000);
        this.tolerance = parameters.tolerance();
        this.absoluteFailureLimit = parameters.absoluteFailureLimit();
        this.logLimit = logLimit;
    }

    /** More at once and on everything than for all failures: a closed path is mostly closed from the beginning. */
    static Masses masses(long horizonMillis) {
        return new Masses(Alternatives.OF_PATH_FAILURES, 0.75, 0.7, horizonMillis);
    }

    static PathMemory begin() {
        return new PathMemory(masses(1).begin(), List.of(Window.open(0)), List.of(Comparison.NONE));
    }

    /** With new counts in the open windows; windows of new next hops are opened at {@code opened}. */
    PathMemory plus(PathMemory memory, List<StratumName> names, List<Increment> increments, long opened) {
        RollbackMemory mass = memory.mass();
        if (mass.scopes().size() <= GateMemory.MOST_HOPS) {
            mass = masses.acquaint(mass, names);
        }
        List<Window> windows = new ArrayList<>(mass.scopes().size());
        List<Comparison> shown = new ArrayList<>(mass.scopes().size());
        for (int scope = 0; scope < mass.scopes().size(); scope++) {
            boolean known = scope < memory.windows().size();
            String name = mass.scopes().get(scope).scope();
            Comparison more = sum(scope == 0 ? Masses.EVERYTHING : name, names, increments);
            Window window = known ? memory.windows().get(scope) : Window.open(opened);
            windows.add(window.plus(more));
            Comparison before = known ? memory.shown().get(scope) : Comparison.NONE;
            shown.add(more.isEmpty() ? before : before.plus(more));
        }
        return new PathMemory(mass, windows, shown);
    }

    private static Comparison sum(String scope, List<StratumName> names, List<Increment> increments) {
        long canary = 0;
        long canaryFailed = 0;
        long baseline = 0;
        long baselineFailed = 0;
        for (int place = 0; place < names.size(); place++) {
            Comparison path = increments.get(place).path();
            if (!path.isEmpty()
                    && (scope.equals(Masses.EVERYTHING)
                            || scope.equals(names.get(place).nextHop()))) {
                canary += path.canaryFinished();
                canaryFailed += path.canaryFailed();
                baseline += path.baselineFinished();
                baselineFailed += path.baselineFailed();
            }
        }
        return new Comparison(canary, canaryFailed, baseline, baselineFailed);
    }

    /** Tests the windows that have ended, or all of them; {@code now} in milliseconds since the gate began. */
    PathMemory test(PathMemory memory, Closing closing, Regime regime, long now) {
        RollbackMemory mass = memory.mass();
        boolean[] closes = new boolean[memory.windows().size()];
        boolean any = false;
        for (int scope = 0; scope < closes.length; scope++) {
            closes[scope] = closing == Closing.ALL || ended(memory, scope, regime, now);
            any |= closes[scope];
        }
        if (!any) {
            return memory;
        }
        List<Window> windows = new ArrayList<>(memory.windows());
        List<ScopeMemory> scopes = new ArrayList<>(mass.scopes().size());
        for (int scope = 0; scope < closes.length; scope++) {
            ScopeMemory before = mass.scopes().get(scope);
            double due = masses.due(mass, before.scope(), now);
            double[] logFactors = new double[Alternatives.OF_PATH_FAILURES.count()];
            if (closes[scope]) {
                logFactors = logFactors(windows.get(scope).counts(), edge(scope, memory), regime);
                windows.set(scope, Window.open(now));
            }
            scopes.add(masses.grown(before, due, logFactors));
        }
        return new PathMemory(new RollbackMemory(now, mass.reserve(), scopes), windows, memory.shown());
    }

    private double[] logFactors(Comparison counts, double edge, Regime regime) {
        double[] logFactors = new double[Alternatives.OF_PATH_FAILURES.count()];
        for (int alternative = 0; alternative < logFactors.length; alternative++) {
            logFactors[alternative] = regime.compared()
                    ? ConditionalOdds.logFactor(counts, oddsRatio(alternative), edge)
                    : AbsoluteRate.logFactorAbove(
                            counts,
                            Alternatives.OF_PATH_FAILURES.failureRate(alternative, absoluteFailureLimit),
                            absoluteFailureLimit);
        }
        return logFactors;
    }

    /** With a single next hop there is no leaning towards it. */
    private double edge(int scope, PathMemory memory) {
        return scope == 0 && memory.windows().size() > 2 ? tolerance * LEANING : tolerance;
    }

    private static double oddsRatio(int alternative) {
        return Alternatives.OF_PATH_FAILURES.oddsRatio(alternative, Forecast.FLOOR);
    }

    /**
     * Whether a window is to be tested. The rules look at numbers of units and at failures of both arms together, never
     * at whose they are.
     */
    private boolean ended(PathMemory memory, int scope, Regime regime, long now) {
        Window window = memory.windows().get(scope);
        Comparison counts = window.counts();
        if (!WindowRules.enough(counts, regime)) {
            return now - window.began() >= WindowRules.LONGEST_MILLIS;
        }
        return now - window.began() >= LONG_ENOUGH_MILLIS
                || (counts.failed() > 0
                        && (!regime.compared()
                                || couldDecide(memory.mass().scopes().get(scope), counts, edge(scope, memory))));
    }

    private boolean couldDecide(ScopeMemory scope, Comparison counts, double edge) {
        double total = Double.NEGATIVE_INFINITY;
        for (int alternative = 0; alternative < Alternatives.OF_PATH_FAILURES.count(); alternative++) {
            total = Logarithms.sum(
                    total,
                    scope.logMass().get(alternative)
                            + ConditionalOdds.largestLogFactor(counts, oddsRatio(alternative), edge));
        }
        return total >= logLimit;
    }

    /** With the counts for explanations at zero. */
    static PathMemory shownAfresh(PathMemory memory) {
        return new PathMemory(
                memory.mass(),
                memory.windows(),
                Collections.nCopies(memory.shown().size(), Comparison.NONE));
    }
}
