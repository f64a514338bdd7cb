package dev.sluice.sim;

import dev.sluice.gate.GateParameters;
import dev.sluice.sim.Found.Ending;
import dev.sluice.sim.Row.Bar;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.apache.commons.statistics.distribution.BetaDistribution;
import org.apache.commons.statistics.distribution.BinomialDistribution;

/**
 * The gate's operating characteristics: how often it is wrong, and how much mail it needs, in worlds of mail that are
 * played many times from a seed. Two runs with the same seed give the same figures.
 */
public final class GateTable {
    /** The rules that are played in the same worlds, in the order of {@link Row#rivals}. */
    public static final List<String> RIVALS = List.of("5 checks < 95 %", "5 checks < 90 %", "Mann-Whitney");

    private static final double FIVE_PERCENT = 0.05;
    private static final double QUARTER = 0.25;
    private static final int ONE_HOP = 2;
    /** What the names of shares end with when the runs are too few for more. */
    private static final String OBSERVED = ", observed";
    /** How seldom a share would be beyond its bar by chance before that counts as a contradiction. */
    private static final double CONTRADICTION = 0.01;

    private static final List<Supplier<Rival>> RIVAL_RULES = List.of(
            () -> new Rival.FailedChecks(0.95, 5), () -> new Rival.FailedChecks(0.9, 5), Rival.RankedMinutes::new);

    /** How much is played. */
    public enum Effort {
        /**
         * For a first look, within two minutes. Too few runs to show that something is rare: shares are given as observed,
         * and held against the largest one that does not contradict the bar.
         */
        QUICK(0.1),
        /** Enough runs for every bar to be shown. */
        FULL(1);

        private final double part;

        Effort(double part) {
            this.part = part;
        }

        int runs(int full) {
            return (int) Math.max(10, Math.ceil(full * part));
        }
    }

    private final GateFigures figures;
    private final long seed;
    private final Effort effort;
    private final String wanted;
    private final Consumer<Row> listener;
    private final List<Row> rows = new ArrayList<>();

    private GateTable(GateFigures figures, long seed, Effort effort, String wanted, Consumer<Row> listener) {
        this.figures = figures;
        this.seed = seed;
        this.effort = effort;
        this.wanted = wanted.toLowerCase(Locale.ROOT);
        this.listener = listener;
    }

    /**
     * Plays the rows that are wanted, on all processors. A row has the same figures whether others are played or not.
     *
     * @param wanted what the names of the rows contain, in any case of letters; empty for all rows
     * @param listener is told of each row as soon as it is there
     */
    public static List<Row> play(GateFigures figures, long seed, Effort effort, String wanted, Consumer<Row> listener) {
        GateTable table = new GateTable(figures, seed, effort, wanted, listener);
        table.detection();
        table.lateFailures();
        table.quietFailures();
        table.lowTraffic();
        table.recipients();
        table.batches();
        table.promotion();
        table.falseAlarms();
        return List.copyOf(table.rows);
    }

    private void detection() {
        Ailment closed = new Ailment.Failures(1, Ailment.EVERY_HOP, true);
        Ailment oneClosed = new Ailment.Failures(1, ONE_HOP, true);
        messages("total failure towards the own next tier, w = 5 %", ill(closed), 200, 3, 6);
        messages("one next hop of five dead, w = 5 %", ill(oneClosed), 200, 18, 40);
        Ailment failing = new Ailment.Failures(1, Ailment.EVERY_HOP, false);
        Ailment oneFailing = new Ailment.Failures(1, ONE_HOP, false);
        messages("total failure, general endpoint alone, w = 5 %", ill(failing), 200, 13);
        messages("one next hop of five dead, general endpoint alone, w = 5 %", ill(oneFailing), 200, 45);
        messages("+5 pp failures, w = 5 %", ill(new Ailment.Failures(0.05, Ailment.EVERY_HOP, false)), 200, 210);
        messages(
                "+1 pp failures, w = 5 %",
                ill(new Ailment.Failures(0.01, Ailment.EVERY_HOP, false)).lookedAtEvery(Duration.ofSeconds(5)),
                200,
                2200);
    }

    private void lateFailures() {
        Duration healthy = Duration.ofHours(8);
        messages(
                "turned bad after 8 h: total failure, general endpoint",
                ill(new Ailment.Failures(1, Ailment.EVERY_HOP, false)).after(healthy),
                60,
                30);
        messages(
                "turned bad after 8 h: one next hop, general endpoint",
                ill(new Ailment.Failures(1, ONE_HOP, false)).after(healthy),
                60,
                100);
        messages(
                "turned bad after 8 h: +5 pp, general endpoint",
                ill(new Ailment.Failures(0.05, Ailment.EVERY_HOP, false)).after(healthy),
                60,
                430);
    }

    private void quietFailures() {
        messages("slow failure, the mean delay grows 60 s in 5 min", ill(new Ailment.Delays(0.2)), 200, 175);
        messages("black hole: 250, then nothing", ill(new Ailment.Silence()), 200, 50);
    }

    private void lowTraffic() {
        World world = World.flat().withMessagesPerMinute(1);
        Duration tick = Duration.ofSeconds(30);
        for (boolean onThePath : new boolean[] {true, false}) {
            messages(
                    "low traffic, 60/h at 20 %: total failure" + (onThePath ? "" : ", general endpoint alone"),
                    Scenario.ill(
                                    world,
                                    0.2,
                                    new Ailment.Failures(1, Ailment.EVERY_HOP, onThePath),
                                    figures.watching(FIVE_PERCENT))
                            .lookedAtEvery(tick),
                    200,
                    onThePath ? 9 : 16);
        }
        falseAlarms(
                "low traffic, 60/h at 20 %: false rollback in 7 days",
                Scenario.healthyDay(world, 0.2, figures.watching(FIVE_PERCENT))
                        .lookedAtEvery(Duration.ofSeconds(60))
                        .lasting(Duration.ofDays(7)),
                1000,
                0.01);
    }

    private void recipients() {
        messages(
                "recipients' own faults on the canary 20 % instead of 1 %, w = 5 %",
                ill(new Ailment.RecipientFaults(0.2)), 100, 100);
    }

    private void batches() {
        GateParameters parameters = figures.watching(FIVE_PERCENT);
        Ailment closed = new Ailment.Failures(1, Ailment.EVERY_HOP, true);
        Ailment worse = new Ailment.Failures(0.1, Ailment.EVERY_HOP, false);
        for (Ailment ailment : List.of(closed, worse)) {
            String what = ailment == closed ? "total failure" : "+10 pp";
            int runs = effort.runs(300);
            String right = "one bad node of five (" + what + "): the right one ejected alone";
            String wrong = "one bad node of five (" + what + "): a wrong one ejected";
            if (isWanted(right) || isWanted(wrong)) {
                List<BatchRun.Ending> one = times(runs, each -> BatchRun.play(parameters, ailment, false, each));
                addShare(right, count(one, BatchRun.Ending.RIGHT_NODE), Bar.atLeast(0.99), runs);
                addShare(wrong, count(one, BatchRun.Ending.WRONG_NODE), Bar.atMost(0.01), runs);
            }
            String any = "all five bad (" + what + "): any ejected alone";
            if (isWanted(any)) {
                List<BatchRun.Ending> all = times(runs, each -> BatchRun.play(parameters, ailment, true, each));
                addShare(any, count(all, BatchRun.Ending.WRONG_NODE), Bar.atMost(0.01), runs);
            }
        }
    }

    private void promotion() {
        GateParameters parameters = figures.promoting(0.01);
        Scenario healthy = Scenario.healthyDay(World.clean(), QUARTER, parameters)
                .lookedAtEvery(Duration.ofSeconds(5))
                .withSenders();
        promoted("healthy, promoted at delta 1 pp, w = 25 %: clean", healthy, 200, 2300);
        promoted(
                "healthy, promoted at delta 1 pp, w = 25 %: clustered",
                new Scenario(
                        World.real(),
                        QUARTER,
                        healthy.tick(),
                        Duration.ZERO,
                        healthy.ailment(),
                        healthy.lasts(),
                        parameters,
                        true),
                200,
                33_000);
        World clustered = World.clean().withBulk(0.3, 3);
        wronglyPromoted("a canary exactly 1 pp worse is promoted in 24 h: clean", World.clean());
        wronglyPromoted("a canary exactly 1 pp worse is promoted in 24 h: clustered", clustered);
        wronglyPromoted(
                "a canary exactly 1 pp worse is promoted in 24 h: mix shift inside strata with clusters",
                clustered.withSenderLeaning(0.5));
    }

    private void falseAlarms() {
        GateParameters parameters = figures.watching(FIVE_PERCENT);
        World shared = World.clean().withOutages(6);
        falseAlarms("false rollback in 24 h: iid", day(World.flat(), parameters), 1000, 0.005);
        falseAlarms("false rollback in 24 h: day curve and shared outages", day(shared, parameters), 500, 0.01);
        falseAlarms("false rollback in 24 h: bulk senders (clusters)", day(World.real(), parameters), 500, 0.01);
        falseAlarms(
                "false rollback in 24 h: clusters, w = 1 %",
                Scenario.healthyDay(World.real(), 0.01, parameters), 500, 0.01);
        falseAlarms(
                "false rollback in 24 h: clusters, weight changes hourly",
                Scenario.healthyDay(World.real(), 0, parameters),
                500,
                0.01);
        falseAlarms(
                "false rollback in 24 h: clusters, other destination mix",
                day(World.real().withDestinationLeaning(0.5), parameters),
                500,
                0.01);
    }

    private Scenario ill(Ailment ailment) {
        return Scenario.ill(World.clean(), FIVE_PERCENT, ailment, figures.watching(FIVE_PERCENT));
    }

    private static Scenario day(World world, GateParameters parameters) {
        return Scenario.healthyDay(world, FIVE_PERCENT, parameters);
    }

    private void messages(String name, Scenario scenario, int full, double median) {
        messages(name, scenario, full, median, Double.POSITIVE_INFINITY);
    }

    /** Messages to the canary until it is rolled back. */
    private void messages(String name, Scenario scenario, int full, double median, double p95) {
        String typical = name + ": messages";
        String large = name + ": messages, p95";
        if (!isWanted(typical) && !isWanted(large)) {
            return;
        }
        int runs = effort.runs(full);
        List<Found> found = times(runs, each -> new Run(scenario, each).judgedByGate());
        List<String> rivals = rivals(scenario, Math.min(runs, 50), GateTable::medianText);
        add(Row.of(typical, quantile(found, 0.5), Bar.atMost(median), runs, rivals));
        if (p95 < Double.POSITIVE_INFINITY) {
            add(Row.of(large, quantile(found, 0.95), Bar.atMost(p95), runs, List.of()));
        }
    }

    private void promoted(String name, Scenario scenario, int full, double bar) {
        String typical = name + ": messages";
        String inTime = name + ": within 24 h";
        if (!isWanted(typical) && !isWanted(inTime)) {
            return;
        }
        int runs = effort.runs(full);
        List<Found> found = times(runs, each -> new Run(scenario, each).judgedByGate());
        List<Double> messages = new ArrayList<>();
        found.forEach(each -> messages.add(each.is(Ending.PROMOTED) ? each.messages() : Double.POSITIVE_INFINITY));
        add(Row.of(typical, quantileOf(messages, 0.5), Bar.atMost(bar), runs, List.of()));
        addShare(inTime, count(found, Ending.PROMOTED), Bar.atLeast(1), runs);
    }

    /** The rollback test is all but switched off, so that the promotion test stands alone. */
    private void wronglyPromoted(String name, World world) {
        if (!isWanted(name)) {
            return;
        }
        Scenario scenario = Scenario.healthyDay(world, QUARTER, figures.promotingAlone(0.01))
                .lookedAtEvery(Duration.ofSeconds(10))
                .withSenders();
        Scenario worse = new Scenario(
                world,
                QUARTER,
                scenario.tick(),
                Duration.ZERO,
                new Ailment.Failures(0.01, Ailment.EVERY_HOP, false),
                scenario.lasts(),
                scenario.parameters(),
                true);
        int runs = effort.runs(300);
        List<Found> found = times(runs, each -> new Run(worse, each).judgedByGate());
        addShare(name, count(found, Ending.PROMOTED), Bar.atMost(0.05), runs);
    }

    private void falseAlarms(String name, Scenario scenario, int full, double bar) {
        String limit = name + ", upper 95 % limit";
        if (!isWanted(effort == Effort.FULL ? limit : name + OBSERVED)) {
            return;
        }
        int runs = effort.runs(full);
        List<Found> found = times(runs, each -> new Run(scenario, each).judgedByGate());
        long wrong = count(found, Ending.ROLLED_BACK);
        List<String> rivals = rivals(scenario, Math.min(runs, 50), GateTable::rolledBackText);
        if (effort == Effort.FULL) {
            add(Row.of(limit, upperLimit(wrong, runs), Bar.atMost(bar), runs, rivals));
        } else {
            add(observed(name, wrong, Bar.atMost(bar), runs, rivals));
        }
    }

    private void addShare(String name, long events, Bar bar, int runs) {
        add(
                effort == Effort.FULL
                        ? Row.of(name, (double) events / runs, bar, runs, List.of())
                        : observed(name, events, bar, runs, List.of()));
    }

    private static Row observed(String name, long events, Bar bar, int runs, List<String> rivals) {
        return Row.of(name + OBSERVED, (double) events / runs, uncontradicted(bar, runs), runs, rivals);
    }

    /**
     * The bar for a share that was observed in a few runs: what is beyond it would happen in at most 1 % of all cases if
     * the true share just reached {@code bar} (binomial tail). Within it nothing is shown but that there is no contradiction.
     */
    static Bar uncontradicted(Bar bar, int runs) {
        double rare = bar.atMost() ? bar.limit() : 1 - bar.limit();
        double most = (double) BinomialDistribution.of(runs, rare).inverseSurvivalProbability(CONTRADICTION) / runs;
        return bar.atMost() ? Bar.atMost(most) : Bar.atLeast(1 - most);
    }

    private boolean isWanted(String name) {
        return name.toLowerCase(Locale.ROOT).contains(wanted);
    }

    private List<String> rivals(Scenario scenario, int runs, Function<List<Found>, String> text) {
        List<String> texts = new ArrayList<>();
        for (Supplier<Rival> rule : RIVAL_RULES) {
            texts.add(text.apply(times(runs, each -> new Run(scenario, each).judgedBy(rule.get()))));
        }
        return texts;
    }

    private <T> List<T> times(int runs, LongFunction<T> run) {
        long first = seed * 1_000_003L;
        return IntStream.range(0, runs)
                .parallel()
                .mapToObj(each -> run.apply(first + each))
                .toList();
    }

    private void add(Row row) {
        if (isWanted(row.name())) {
            rows.add(row);
            listener.accept(row);
        }
    }

    /** The largest rate that so few events do not yet contradict at 95 %, one-sided (Clopper and Pearson 1934). */
    static double upperLimit(long events, int runs) {
        return events == runs
                ? 1
                : BetaDistribution.of(events + 1.0, (double) runs - events).inverseCumulativeProbability(0.95);
    }

    private static String medianText(List<Found> found) {
        double median = quantile(found, 0.5);
        return median < Double.POSITIVE_INFINITY ? String.format(Locale.ROOT, "%,.0f", median) : "never";
    }

    private static String rolledBackText(List<Found> found) {
        return String.format(Locale.ROOT, "%.0f %%", 100 * share(found, each -> !each.is(Ending.NEITHER)));
    }

    private static double quantile(List<Found> found, double part) {
        List<Double> messages = new ArrayList<>();
        found.forEach(each -> messages.add(each.is(Ending.ROLLED_BACK) ? each.messages() : Double.POSITIVE_INFINITY));
        return quantileOf(messages, part);
    }

    /** The smallest value that at least such a part does not exceed. */
    private static double quantileOf(List<Double> values, double part) {
        double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
        Arrays.sort(sorted);
        return sorted[(int) Math.max(0, Math.ceil(part * sorted.length) - 1)];
    }

    private static double share(List<Found> found, java.util.function.Predicate<Found> wanted) {
        return (double) found.stream().filter(wanted).count() / found.size();
    }

    private static long count(List<Found> found, Ending wanted) {
        return found.stream().filter(each -> each.is(wanted)).count();
    }

    private static long count(List<BatchRun.Ending> endings, BatchRun.Ending wanted) {
        return endings.stream().filter(wanted::equals).count();
    }
}
