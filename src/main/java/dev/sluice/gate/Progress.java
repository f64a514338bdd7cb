package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Increment;
import dev.sluice.gate.GateMemory.PathMemory;
import dev.sluice.gate.GateMemory.RecipientMemory;
import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.StratumMemory;
import dev.sluice.gate.GateMemory.StratumName;
import dev.sluice.gate.GateMemory.Window;
import dev.sluice.gate.RollbackBets.ClosedWindow;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The state of all tests while one piece of evidence is taken up. Lives for one judgement. */
final class Progress {
    /**
     * Holds the arrivals of all strata beyond {@link GateMemory#MOST_STRATA} for the promotion test. For the rollback test
     * they stay apart: each is compared at each look.
     */
    static final StratumName OTHER = new StratumName("other", "other");

    /** Which windows are to be tested. */
    enum Closing {
        /** Those that have ended. */
        ENDED,
        /** All, since the next counts belong to another regime. */
        ALL
    }

    private final RollbackBets rollbackBets;
    private final PathBets pathBets;
    private final PromotionBets promotionBets;
    private final Masses masses;
    private final List<ClosedWindow> spilled = new ArrayList<>();
    private List<StratumMemory> strata;
    private RollbackMemory general;
    private PathMemory path;
    private RecipientMemory recipients;
    private List<Double> bets;

    Progress(GateMemory memory, GateParameters parameters) {
        rollbackBets = new RollbackBets(parameters);
        pathBets = new PathBets(parameters, Decision.pathLimit(parameters));
        promotionBets = new PromotionBets(parameters);
        masses = RollbackBets.masses(parameters.horizonSeconds() * 1000);
        strata = memory.strata();
        general = memory.general();
        path = memory.path();
        recipients = memory.recipients();
        bets = memory.bets();
    }

    List<StratumMemory> strata() {
        return strata;
    }

    RollbackMemory general() {
        return general;
    }

    PathMemory path() {
        return path;
    }

    RecipientMemory recipients() {
        return recipients;
    }

    List<Double> bets() {
        return bets;
    }

    /** Takes new counts into the open windows; windows of new strata are opened at {@code opened}. */
    void add(List<StratumName> names, List<Increment> increments, long opened) {
        int kept = Math.min(names.size(), GateMemory.MOST_STRATA);
        List<StratumMemory> next = new ArrayList<>(kept + 1);
        Comparison aside = recipients.shown();
        for (int place = 0; place < kept; place++) {
            StratumMemory known = place < strata.size() ? strata.get(place) : fresh(names.get(place), opened);
            Increment increment = increments.get(place);
            next.add(increment.isNone() ? known : grown(known, increment));
            aside = aside.plus(asideOf(increment));
        }
        if (names.size() > kept) {
            StratumMemory other = strata.size() > kept ? strata.get(kept) : fresh(OTHER, opened);
            for (int place = kept; place < names.size(); place++) {
                Increment increment = increments.get(place);
                other = withArrivals(other, increment);
                aside = aside.plus(asideOf(increment));
                if (!increment.general().isEmpty()) {
                    spilled.add(spilled(names.get(place), increment));
                }
            }
            next.add(other);
        }
        if (next.size() > strata.size()) {
            general = masses.acquaint(general, names);
        }
        path = pathBets.plus(path, names, increments, opened);
        recipients = new RecipientMemory(recipients.logMass(), aside);
        strata = next;
    }

    /** The rate to reckon with may be taken from the margins, which is all that the test takes for given. */
    private static ClosedWindow spilled(StratumName name, Increment increment) {
        Comparison counts = increment.general();
        return new ClosedWindow(
                name.nextHop(), counts, Forecast.guided((double) counts.finished(), (double) counts.failed()));
    }

    private static Comparison asideOf(Increment increment) {
        return new Comparison(
                increment.general().canaryFinished() + increment.canaryAside(),
                increment.canaryAside(),
                increment.general().baselineFinished() + increment.baselineAside(),
                increment.baselineAside());
    }

    private static StratumMemory grown(StratumMemory known, Increment increment) {
        return new StratumMemory(
                known.name(),
                known.general().plus(increment.general()).plusAside(increment.canaryAside(), increment.baselineAside()),
                known.cohort().plus(increment.mature()),
                known.forecast(),
                known.shown().plus(increment.general()),
                known.step().plus(increment.mature()));
    }

    private static StratumMemory withArrivals(StratumMemory other, Increment increment) {
        return new StratumMemory(
                other.name(),
                other.general(),
                other.cohort().plus(increment.mature()),
                other.forecast(),
                other.shown().plus(increment.general()),
                other.step().plus(increment.mature()));
    }

    private static StratumMemory fresh(StratumName name, long opened) {
        Window window = Window.open(opened);
        return new StratumMemory(name, window, window, Forecast.NONE, Comparison.NONE, Comparison.NONE);
    }

    /** Closes and tests windows; times in milliseconds since the gate began. */
    void close(Closing closing, Regime regime, long now) {
        List<ClosedWindow> windows = new ArrayList<>(spilled);
        spilled.clear();
        List<Comparison> recipientTables = new ArrayList<>();
        List<StratumMemory> cohorts = new ArrayList<>();
        List<StratumMemory> next = new ArrayList<>(strata.size());
        List<StratumMemory> waiting = new ArrayList<>();
        for (StratumMemory stratum : strata) {
            Window wide = WindowRules.prolonged(stratum.general(), regime, now);
            Window cohort = WindowRules.prolonged(stratum.cohort(), regime, now);
            Forecast forecast = stratum.forecast();
            boolean stays = wide.doublings() == stratum.general().doublings()
                    && cohort.doublings() == stratum.cohort().doublings();
            if (closing == Closing.ALL || WindowRules.ended(wide, now)) {
                windows.add(new ClosedWindow(stratum.name().nextHop(), wide.counts(), forecast.rate()));
                recipientTables.add(wide.aside());
                forecast = forecast.after(wide.counts());
                wide = Window.open(now);
                stays = false;
            }
            if (closing == Closing.ALL || WindowRules.ended(cohort, now)) {
                cohorts.add(stratum);
                cohort = Window.open(now);
                stays = false;
            }
            StratumMemory changed = stays
                    ? stratum
                    : new StratumMemory(stratum.name(), wide, cohort, forecast, stratum.shown(), stratum.step());
            if (WindowRules.mayJoin(wide)) {
                waiting.add(changed);
            }
            next.add(changed);
        }
        if (!waiting.isEmpty()) {
            join(waiting, windows, recipientTables, next, regime, now);
        }
        bets = promotionBets.test(bets, cohorts, strata, regime);
        strata = next;
        general = rollbackBets.test(general, windows, regime, now);
        recipients = RecipientBets.test(recipients, recipientTables, regime);
        path = pathBets.test(path, closing, regime, now);
    }

    /** Strata of one next hop that each have waited long for a baseline are tested together once they have one. */
    private static void join(
            List<StratumMemory> waiting,
            List<ClosedWindow> windows,
            List<Comparison> recipientTables,
            List<StratumMemory> next,
            Regime regime,
            long now) {
        Map<String, List<StratumMemory>> byHop = new LinkedHashMap<>();
        for (StratumMemory each : waiting) {
            byHop.computeIfAbsent(each.name().nextHop(), hop -> new ArrayList<>())
                    .add(each);
        }
        for (Map.Entry<String, List<StratumMemory>> entry : byHop.entrySet()) {
            String hop = entry.getKey();
            List<StratumMemory> together = entry.getValue();
            Comparison counts = Comparison.NONE;
            Comparison aside = Comparison.NONE;
            double expected = 0;
            for (StratumMemory each : together) {
                counts = counts.plus(each.general().counts());
                aside = aside.plus(each.general().aside());
                expected += each.forecast().rate() * each.general().counts().finished();
            }
            if (WindowRules.enough(counts, regime)) {
                windows.add(new ClosedWindow(hop, counts, expected / counts.finished()));
                recipientTables.add(aside);
                for (StratumMemory each : together) {
                    next.set(
                            next.indexOf(each),
                            new StratumMemory(
                                    each.name(),
                                    Window.open(now),
                                    each.cohort(),
                                    each.forecast().after(each.general().counts()),
                                    each.shown(),
                                    each.step()));
                }
            }
        }
    }

    /** Sets the counts for explanations to zero. */
    void showAfresh() {
        strata = strata.stream()
                .map(stratum -> new StratumMemory(
                        stratum.name(),
                        stratum.general(),
                        stratum.cohort(),
                        stratum.forecast(),
                        Comparison.NONE,
                        stratum.step()))
                .toList();
        path = PathBets.shownAfresh(path);
        recipients = new RecipientMemory(recipients.logMass(), Comparison.NONE);
    }

    /** The strata at the beginning of a step: cohorts and counts of arrivals begin anew. */
    static List<StratumMemory> nextStep(List<StratumMemory> strata, long now) {
        return strata.stream()
                .map(stratum -> new StratumMemory(
                        stratum.name(),
                        stratum.general(),
                        Window.open(now),
                        stratum.forecast(),
                        stratum.shown(),
                        Comparison.NONE))
                .toList();
    }
}
