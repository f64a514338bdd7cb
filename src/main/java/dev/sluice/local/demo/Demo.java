package dev.sluice.local.demo;

import dev.sluice.local.ApiServer;
import dev.sluice.local.Edge;
import dev.sluice.local.LocalRuntimeException;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Plays the incident: what happened, and what happens when Sluice looks after the pool. */
public final class Demo {
    private static final Map<ActName, Act> ACTS = Map.of(
            ActName.AS_IT_HAPPENED, new AsItHappenedAct(),
            ActName.PREFLIGHT, new PreflightAct(),
            ActName.CANARY, new CanaryAct(),
            ActName.SERVING, new ServingAct(),
            ActName.MANAGED, new ManagedAct());

    private static final List<ActName> ORDER =
            List.of(ActName.AS_IT_HAPPENED, ActName.PREFLIGHT, ActName.CANARY, ActName.SERVING, ActName.MANAGED);

    private static final long NOTEWORTHY_PERCENT = 15;
    private static final Duration CALM = Duration.ofSeconds(3);
    private static final Duration LONGEST_WAIT_FOR_CALM = Duration.ofMinutes(2);

    private final ApiServer apiServer;
    private final Timeline timeline;
    private final InstantSource clock;
    private final double messagesPerSecond;
    private final long seed;
    private final int attempts;
    private final Disturbance disturbance;

    /**
     * A play that has not begun.
     *
     * @param apiServer where the pools are declared; stays open
     * @param out where the timeline goes
     * @param messagesPerSecond the load, the same in every act
     * @param seed chooses the node that fails
     * @param attempts how often an act that misses a figure is played at most
     * @param disturbance what happens besides in the middle of every act
     */
    public Demo(
            ApiServer apiServer,
            java.io.PrintWriter out,
            InstantSource clock,
            double messagesPerSecond,
            long seed,
            int attempts,
            Disturbance disturbance) {
        this.apiServer = apiServer;
        this.timeline = new Timeline(out, clock);
        this.clock = clock;
        this.messagesPerSecond = messagesPerSecond;
        this.seed = seed;
        this.attempts = attempts;
        this.disturbance = disturbance;
    }

    /** The acts that can be played, in their order. */
    public static List<ActName> acts() {
        return ORDER;
    }

    /**
     * Plays these acts. An act that fails is reported as not passed, and the next one is played.
     *
     * @param nodes what the nodes are, such as {@code Postfix 3.7.11}
     */
    public DemoReport play(List<ActName> acts, String nodes) {
        List<ActReport> reports = new ArrayList<>();
        Instant began = clock.instant();
        try (DemoOperator operator = DemoOperator.start(apiServer)) {
            for (ActName act : acts) {
                reports.addAll(playUntilGood(act, nodes, operator));
            }
            if (!reports.stream().allMatch(ActReport::passed)) {
                timeline.say("what the operator wrote: " + operator.log());
            }
        }
        DemoReport report = report(nodes, reports);
        timeline.say(new ClosingTable(reports).text());
        timeline.say("%d acts in %d s; API server: %s, nodes: %s, edge: %s"
                .formatted(
                        acts.size(),
                        Duration.between(began, clock.instant()).toSeconds(),
                        report.apiServer(),
                        report.nodes(),
                        report.edge()));
        return report;
    }

    private DemoReport report(String nodes, List<ActReport> reports) {
        return new DemoReport(apiServer.description(), nodes, Edge.version(), seed, reports);
    }

    /** The figures are times on a machine that others may load too: what an act missed is said, and it is played again. */
    private List<ActReport> playUntilGood(ActName act, String nodes, DemoOperator operator) {
        List<ActReport> reports = play(act, 1, operator);
        boolean good = tellMissed(nodes, reports);
        for (int attempt = 2; attempt <= attempts && !good; attempt++) {
            awaitCalm();
            timeline.say("playing %s again, attempt %d of %d".formatted(act.word(), attempt, attempts));
            reports = play(act, attempt, operator);
            good = tellMissed(nodes, reports);
        }
        return reports;
    }

    private boolean tellMissed(String nodes, List<ActReport> reports) {
        List<String> names = reports.stream().map(ActReport::name).toList();
        List<Figure> missed = ReportCheck.of(report(nodes, reports)).stream()
                .filter(figure -> names.contains(figure.act()) && !figure.reached())
                .toList();
        missed.forEach(figure -> timeline.say("missed: " + figure));
        return missed.isEmpty();
    }

    private List<ActReport> play(ActName name, int attempt, DemoOperator operator) {
        Act act = ACTS.get(name);
        timeline.begin(name.word(), act.story());
        Optional<ProcessorTime> before = ProcessorTime.now();
        try (Scene scene =
                Scene.open(apiServer, namespace(name, attempt), timeline, clock, seed, () -> disturb(operator))) {
            return act.play(scene, messagesPerSecond);
        } catch (LocalRuntimeException | KubernetesClientException e) {
            timeline.tell("demo", "act failed", String.valueOf(e.getMessage()));
            return List.of(failed(name, String.valueOf(e.getMessage())));
        } finally {
            long stolen = stolenPercentSince(before);
            if (stolen >= NOTEWORTHY_PERCENT) {
                timeline.say(
                        "this machine's host gave %d %% of its processors' time to others meanwhile".formatted(stolen));
            }
        }
    }

    private static long stolenPercentSince(Optional<ProcessorTime> before) {
        return before.flatMap(then -> ProcessorTime.now().map(now -> now.stolenPercentSince(then)))
                .orElse(0L);
    }

    /** What is played on a machine that others use measures the others: a better moment is waited for, but not for ever. */
    private void awaitCalm() {
        Instant deadline = clock.instant().plus(LONGEST_WAIT_FOR_CALM);
        long stolen = stolenPercentWithin(CALM);
        if (stolen >= NOTEWORTHY_PERCENT) {
            timeline.say("this machine's host gives %d %% of its processors' time to others; waiting for less"
                    .formatted(stolen));
        }
        while (stolen >= NOTEWORTHY_PERCENT && clock.instant().isBefore(deadline)) {
            stolen = stolenPercentWithin(CALM);
        }
    }

    private static long stolenPercentWithin(Duration time) {
        Optional<ProcessorTime> before = ProcessorTime.now();
        try {
            Thread.sleep(time.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted", e);
        }
        return stolenPercentSince(before);
    }

    private void disturb(DemoOperator operator) {
        if (disturbance == Disturbance.OPERATOR_KILLED) {
            timeline.tell("operator", "is killed", "and started again");
            operator.killAndRestart();
        }
    }

    /** Nothing that an earlier attempt left on the API server may be seen by a later one. */
    private static String namespace(ActName act, int attempt) {
        return "demo-" + act.word() + (attempt == 1 ? "" : "-" + attempt);
    }

    private ActReport failed(ActName name, String why) {
        return new ActReport(
                name.word(), false, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, null, null, why, List.of(), timeline.lines());
    }

    /** The figures of all acts side by side. */
    record ClosingTable(List<ActReport> acts) {
        String text() {
            StringBuilder text = new StringBuilder(String.format(
                    Locale.ROOT,
                    "%n%-24s %8s %9s %8s %8s %5s %4s %8s %9s %11s %10s %7s%n",
                    "ACT",
                    "ACCEPTED",
                    "DELIVERED",
                    "DELAYED",
                    "BOUNCED",
                    "LOST",
                    "DUP",
                    "NEW TOOK",
                    "HANDED ON",
                    "WEIGHT 0 IN",
                    "EMPTY IN",
                    "EJECTED"));
            for (ActReport act : acts) {
                text.append(String.format(
                        Locale.ROOT,
                        "%-24s %8d %9d %8d %8d %5d %4d %8d %9d %11s %10s %7d%n",
                        act.name(),
                        act.accepted(),
                        act.delivered(),
                        act.delayed(),
                        act.bounced(),
                        act.lost(),
                        act.duplicated(),
                        act.acceptedByNewNodes(),
                        act.handedOver(),
                        seconds(act.secondsFirstFailureToWeightZero()),
                        seconds(act.secondsFirstFailureToQueueEmpty()),
                        act.nodesEjected()));
            }
            for (ActReport act : acts) {
                text.append(String.format("%-24s %s%n", act.name(), act.reason()));
            }
            return text.toString();
        }

        private static String seconds(Double value) {
            return value == null ? "-" : String.format(Locale.ROOT, "%.1f s", value);
        }
    }
}
