package dev.sluice.sim.replay;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.sim.replay.ReplayFigure.Point;
import dev.sluice.sim.replay.ReplayReport.Answer;
import dev.sluice.sim.replay.ReplayReport.Chances;
import dev.sluice.sim.replay.ReplayReport.Decision;
import dev.sluice.sim.replay.ReplayReport.Elsewhere;
import dev.sluice.sim.replay.ReplayReport.Frequency;
import dev.sluice.sim.replay.ReplayReport.HopLine;
import dev.sluice.sim.replay.ReplayReport.NodeLine;
import dev.sluice.sim.replay.ReplayReport.NodeRemoval;
import dev.sluice.sim.replay.ReplayReport.StepPassed;
import dev.sluice.sim.replay.Trial.Until;
import java.math.BigDecimal;
import java.math.MathContext;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * Puts a recorded day before the gate, by a policy. The recorded shares of the mail stay as they were: the policy's steps
 * tell what evidence each wants, not how much mail the canary got. The same recording, policy and seed give the same
 * answer.
 */
public final class Replay {
    /** After a decision at least so much more is drawn. */
    private static final Duration LEAST_DRAWN_AFTER = Duration.ofMinutes(2);

    /** Resampled days are not looked at more often, to be done sooner. Rarer looks find later and err no more often. */
    private static final Duration RESAMPLED_LOOK = Duration.ofSeconds(5);

    private static final int MOST_POINTS = 2000;

    private final Recording recording;
    private final TrialPolicy policy;
    private final Timeline timeline;
    private final Course course;

    private Replay(Recording recording, TrialPolicy policy, Duration look) {
        this.recording = recording;
        this.policy = policy;
        this.timeline = new Timeline(recording, policy.objectiveMillis(), look.toMillis());
        this.course = Trial.run(timeline, Allotment.recorded(timeline), policy, Until.ROLLBACK);
    }

    /**
     * Replays a day.
     *
     * @param recording the day
     * @param policy the policy
     * @param look how often the gate is asked, at least a second
     * @throws UnusableRecording when the policy cannot be used
     */
    public static Replay of(Recording recording, RolloutPolicySpec policy, Duration look) {
        return new Replay(recording, new TrialPolicy(policy), look);
    }

    /**
     * The answer.
     *
     * @param resamplings how often the day is dealt anew for each of both questions; 0 for not at all
     * @param seed which makes that repeatable
     */
    public ReplayReport report(int resamplings, long seed) {
        Map<String, Long> removed = new HashMap<>();
        course.removals().forEach(each -> removed.put(timeline.nodes.get(each.node()), timeline.millis(each.look())));
        Optional<Impact> withPolicy = removed.isEmpty()
                ? Optional.empty()
                : Optional.of(Impact.until(recording, policy.objectiveMillis(), removed));
        return new ReplayReport(
                recording.source(),
                recording.zone().getId(),
                Instant.ofEpochMilli(timeline.beginMillis),
                Instant.ofEpochMilli(recording.endMillis()),
                policy.objectiveMillis() / 1000,
                nodes(),
                hops(),
                recording.notes(),
                answer(),
                decision(removed),
                course.removals().stream()
                        .map(each -> new NodeRemoval(
                                timeline.nodes.get(each.node()),
                                time(each.look()),
                                each.explanation().sentence()))
                        .toList(),
                course.passed().stream()
                        .map(each -> new StepPassed(
                                each.step(),
                                policy.step(each.step() - 1).weightPercent(),
                                time(each.look()),
                                each.explanation().sentence()))
                        .toList(),
                Impact.recorded(recording, policy.objectiveMillis()),
                withPolicy,
                removed.isEmpty() ? Optional.empty() : Optional.of(elsewhere(removed)),
                resamplings == 0 ? Optional.empty() : Optional.of(chances(resamplings, seed)));
    }

    private Answer answer() {
        if (course.rollback().isPresent()) {
            return Answer.ROLLED_BACK;
        }
        if (course.acted()) {
            return Answer.NODES_TAKEN_OUT;
        }
        return course.passed().size() == policy.steps() ? Answer.PROMOTED : Answer.HELD;
    }

    private Decision decision(Map<String, Long> removed) {
        int look = course.acted() ? course.removals().get(0).look() : timeline.looks;
        Explanation explanation = course.acted() ? course.removals().get(0).explanation() : course.last();
        RollbackFinding finding = explanation.deciding();
        long units = course.acted() ? course.removals().get(0).units() : course.units();
        long millis = timeline.millis(look);
        long messages = recording.outcomes().stream()
                .filter(outcome -> recording.canary().contains(outcome.node()))
                .filter(outcome -> outcome.arrivalMillis() <= millis)
                .map(outcome -> outcome.node() + " " + outcome.message())
                .distinct()
                .count();
        return new Decision(
                removed.isEmpty() ? Instant.ofEpochMilli(recording.endMillis()) : time(look),
                (removed.isEmpty() ? recording.endMillis() - timeline.beginMillis : look * timeline.lookMillis)
                        / 1000.0,
                messages,
                units,
                explanation.sentence(),
                rounded(Math.exp(finding.logMass())),
                rounded(Math.exp(finding.logLimit())));
    }

    /** To four digits: what follows depends on the machine's way of adding. */
    private static double rounded(double value) {
        return Double.isFinite(value)
                ? new BigDecimal(value).round(new MathContext(4)).doubleValue()
                : Double.MAX_VALUE;
    }

    private Instant time(int look) {
        return Instant.ofEpochMilli(timeline.millis(look));
    }

    private List<NodeLine> nodes() {
        Map<Integer, Long> counts = new HashMap<>();
        for (int node : timeline.node) {
            counts.merge(node, 1L, Long::sum);
        }
        List<NodeLine> lines = new ArrayList<>();
        for (int node = 0; node < timeline.nodes.size(); node++) {
            lines.add(new NodeLine(
                    timeline.nodes.get(node),
                    node < timeline.canaryNodes,
                    counts.getOrDefault(node, 0L),
                    rounded(timeline.share[node])));
        }
        return lines;
    }

    private List<HopLine> hops() {
        TreeMap<String, Long> counts = new TreeMap<>();
        for (int stratum : timeline.stratum) {
            counts.merge(timeline.strata.get(stratum).nextHop(), 1L, Long::sum);
        }
        return counts.entrySet().stream()
                .map(entry -> new HopLine(entry.getKey(), entry.getValue()))
                .toList();
    }

    private Elsewhere elsewhere(Map<String, Long> removed) {
        long moved = 0;
        long baseline = 0;
        long harmed = 0;
        long first = removed.values().stream().mapToLong(Long::longValue).min().orElseThrow();
        for (RecordedOutcome outcome : recording.outcomes()) {
            if (removed.containsKey(outcome.node())) {
                moved += outcome.arrivalMillis() > removed.get(outcome.node()) ? 1 : 0;
            } else if (!recording.canary().contains(outcome.node()) && outcome.arrivalMillis() > first) {
                baseline++;
                harmed += Impact.harmed(outcome, policy.objectiveMillis(), recording.endMillis()) ? 1 : 0;
            }
        }
        double rate = baseline == 0 ? 0 : (double) harmed / baseline;
        return new Elsewhere(moved, rounded(rate), Math.round(rate * moved));
    }

    private Chances chances(int resamplings, long seed) {
        Timeline coarse = timeline.lookMillis >= RESAMPLED_LOOK.toMillis()
                ? timeline
                : new Timeline(recording, policy.objectiveMillis(), RESAMPLED_LOOK.toMillis());
        Resampling.Result result = new Resampling(coarse, policy).run(resamplings, seed);
        boolean found = result.found().events() > 0;
        return new Chances(
                seed,
                Frequency.of(result.mistakes()),
                Frequency.of(result.found()),
                found ? OptionalLong.of(result.medianUnits()) : OptionalLong.empty(),
                found ? OptionalLong.of(Math.round(result.medianSeconds())) : OptionalLong.empty());
    }

    /** What is to be drawn: the whole recording, or the time around the decision. */
    public ReplayFigure figure() {
        OptionalLong decision = course.acted()
                ? OptionalLong.of(timeline.millis(course.removals().get(0).look()))
                : OptionalLong.empty();
        int until = timeline.looks;
        if (course.acted()) {
            int decided = course.removals().get(course.removals().size() - 1).look();
            long after = Math.max(LEAST_DRAWN_AFTER.toMillis() / timeline.lookMillis, decided);
            until = (int) Math.min(timeline.looks, decided + after);
        }
        int drawn = Math.min(until, course.curve().logMass().size() - 1);
        int stride = Math.max(1, drawn / MOST_POINTS);
        List<Point> points = new ArrayList<>();
        for (int look = 0; look <= drawn; look++) {
            if (look % stride == 0 || look == drawn) {
                points.add(new Point(
                        timeline.millis(look), course.curve().logMass().get(look)));
            }
        }
        return new ReplayFigure(
                recording.zone(),
                timeline.beginMillis,
                timeline.millis(until),
                decision,
                DifferenceOverTime.spans(timeline, until),
                points,
                course.curve().logLimit(),
                course.curve().judged());
    }
}
