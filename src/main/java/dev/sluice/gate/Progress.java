package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Increment;
import dev.sluice.gate.CounterIntake.StratumName;
import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.StratumMemory;
import dev.sluice.gate.GateMemory.Window;
import dev.sluice.gate.RollbackBets.ClosedWindow;
import java.util.ArrayList;
import java.util.List;

/**
 * The state of all tests while one piece of evidence is taken up.
 *
 * @param strata open windows, forecasts and counts
 * @param general the rollback test on all failures
 * @param path the rollback test on path failures
 * @param bets the promotion test
 */
record Progress(List<StratumMemory> strata, RollbackMemory general, RollbackMemory path, List<Double> bets) {

    /** Which windows are to be tested. */
    enum Closing {
        /** Those that have ended. */
        ENDED,
        /** All, since the next counts belong to another regime. */
        ALL
    }

    static Progress of(GateMemory memory) {
        return new Progress(memory.strata(), memory.general(), memory.path(), memory.bets());
    }

    /** With new counts in the open windows, and new strata opened at {@code opened}. */
    Progress plus(List<StratumName> names, List<Increment> increments, long opened) {
        List<StratumMemory> next = new ArrayList<>();
        for (int place = 0; place < names.size(); place++) {
            StratumMemory known = place < strata.size() ? strata.get(place) : fresh(names.get(place), opened);
            Increment increment = increments.get(place);
            next.add(new StratumMemory(
                    known.stratum(),
                    known.nextHop(),
                    known.general().plus(increment.general()),
                    known.path().plus(increment.path()),
                    known.cohort().plus(increment.mature()),
                    known.forecast(),
                    known.shown().plus(increment.general()),
                    known.shownPath().plus(increment.path()),
                    known.step().plus(increment.mature())));
        }
        List<String> hops = names.stream().map(StratumName::nextHop).toList();
        return new Progress(next, RollbackBets.acquaint(general, hops), RollbackBets.acquaint(path, hops), bets);
    }

    private static StratumMemory fresh(StratumName name, long opened) {
        Window window = Window.open(opened);
        return new StratumMemory(
                name.stratum(),
                name.nextHop(),
                window,
                window,
                window,
                Forecast.NONE,
                Comparison.NONE,
                Comparison.NONE,
                Comparison.NONE);
    }

    /** With windows closed and tested; times in milliseconds since the gate began. */
    Progress closed(Closing closing, GateParameters parameters, Regime regime, long now) {
        List<ClosedWindow> generalWindows = new ArrayList<>();
        List<ClosedWindow> pathWindows = new ArrayList<>();
        List<StratumMemory> cohorts = new ArrayList<>();
        List<StratumMemory> next = new ArrayList<>();
        for (StratumMemory stratum : strata) {
            Window wide = WindowRules.prolonged(stratum.general(), regime, now);
            Window narrow = stratum.path();
            Window cohort = WindowRules.prolonged(stratum.cohort(), regime, now);
            Forecast forecast = stratum.forecast();
            if (closing == Closing.ALL || WindowRules.ended(wide, now)) {
                generalWindows.add(new ClosedWindow(stratum.nextHop(), wide.counts(), forecast.rate()));
                forecast = forecast.after(wide.counts());
                wide = Window.open(now);
            }
            if (closing == Closing.ALL || WindowRules.pathEnded(narrow, regime, now)) {
                pathWindows.add(new ClosedWindow(stratum.nextHop(), narrow.counts(), Forecast.FLOOR));
                narrow = Window.open(now);
            }
            if (closing == Closing.ALL || WindowRules.ended(cohort, now)) {
                cohorts.add(stratum);
                cohort = Window.open(now);
            }
            next.add(new StratumMemory(
                    stratum.stratum(),
                    stratum.nextHop(),
                    wide,
                    narrow,
                    cohort,
                    forecast,
                    stratum.shown(),
                    stratum.shownPath(),
                    stratum.step()));
        }
        return new Progress(
                next,
                RollbackBets.ofAllFailures(parameters).test(general, generalWindows, regime, now),
                RollbackBets.ofPathFailures(parameters).test(path, pathWindows, regime, now),
                new PromotionBets(parameters).test(bets, cohorts, strata, regime));
    }

    /** With the counts for explanations at zero. */
    Progress shownAfresh() {
        List<StratumMemory> next = strata.stream()
                .map(stratum -> new StratumMemory(
                        stratum.stratum(),
                        stratum.nextHop(),
                        stratum.general(),
                        stratum.path(),
                        stratum.cohort(),
                        stratum.forecast(),
                        Comparison.NONE,
                        Comparison.NONE,
                        stratum.step()))
                .toList();
        return new Progress(next, general, path, bets);
    }

    /** With the promotion test, its cohorts and the step's counts at their beginning. */
    Progress nextStep(long now) {
        List<StratumMemory> next = strata.stream()
                .map(stratum -> new StratumMemory(
                        stratum.stratum(),
                        stratum.nextHop(),
                        stratum.general(),
                        stratum.path(),
                        Window.open(now),
                        stratum.forecast(),
                        stratum.shown(),
                        stratum.shownPath(),
                        Comparison.NONE))
                .toList();
        return new Progress(next, general, path, PromotionBets.begin());
    }
}
