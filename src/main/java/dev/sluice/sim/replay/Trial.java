package dev.sluice.sim.replay;

import dev.sluice.gate.Evidence;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Explanation.Endpoint;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import dev.sluice.sim.replay.Course.Passed;
import dev.sluice.sim.replay.Course.Removal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * One trial, judged at each look as an operator would: all canary nodes together, and one by one where there are several.
 * A node that is bad alone is taken out alone; the others go on.
 */
final class Trial {
    /** How far a trial is followed. */
    enum Until {
        /** To the rollback, or to the end of the recording. */
        ROLLBACK,
        /** To the first node that is taken out: all that resampling asks for. */
        FIRST_REMOVAL
    }

    private record Judged(int node, Endpoint endpoint) {}

    private final Timeline timeline;
    private final TrialPolicy policy;
    private final Until until;
    private final Counters counters;
    private final double share;
    private final TreeSet<Integer> canary = new TreeSet<>();
    private final Map<Integer, GateMemory> nodeMemories = new LinkedHashMap<>();
    private final List<Removal> removals = new ArrayList<>();
    private final List<Passed> passed = new ArrayList<>();
    private final Map<Judged, List<Double>> curves = new LinkedHashMap<>();
    private GateMemory together;
    private int step;
    private boolean promoted;
    private int shown = TOGETHER;
    private Explanation last;

    /** In place of a node's number: all canary nodes together. */
    private static final int TOGETHER = -1;

    private Trial(Timeline timeline, Allotment allotment, TrialPolicy policy, Until until) {
        this.timeline = timeline;
        this.policy = policy;
        this.until = until;
        this.counters = new Counters(timeline, allotment);
        // One digit more than people read: a share that only rounding tells apart is no other regime.
        this.share = Math.min(1, Math.max(0.001, Math.rint(timeline.canaryShare() * 1000) / 1000));
        for (int node = 0; node < timeline.canaryNodes; node++) {
            canary.add(node);
        }
    }

    static Course run(Timeline timeline, Allotment allotment, TrialPolicy policy, Until until) {
        return new Trial(timeline, allotment, policy, until).run();
    }

    private Course run() {
        beginWith(Instant.ofEpochMilli(timeline.beginMillis));
        OptionalInt rollback = OptionalInt.empty();
        int look = 0;
        while (look < timeline.looks && rollback.isEmpty() && !(until == Until.FIRST_REMOVAL && !removals.isEmpty())) {
            look++;
            counters.advance(look);
            if (judge(look)) {
                rollback = OptionalInt.of(look);
            }
        }
        return new Course(rollback, removals, passed, last, curve(), canaryUnits());
    }

    private long canaryUnits() {
        long units = 0;
        for (int node = 0; node < timeline.canaryNodes; node++) {
            units += counters.finished(node);
        }
        return units;
    }

    /** The first counters that the gate sees are only where counting starts. */
    private void beginWith(Instant time) {
        together = begun(new ArrayList<>(canary), time);
        if (canary.size() > 1) {
            canary.forEach(node -> nodeMemories.put(node, begun(List.of(node), time)));
        }
    }

    private GateMemory begun(List<Integer> nodes, Instant time) {
        return Gate.judge(Gate.begin(time), policy.ofAll(step), evidence(nodes, time))
                .memory();
    }

    /** Whether all that is left of the canary is taken out. */
    private boolean judge(int look) {
        Instant time = Instant.ofEpochMilli(timeline.millis(look));
        Judgement arm = Gate.judge(together, policy.ofAll(step), evidence(new ArrayList<>(canary), time));
        together = arm.memory();
        last = arm.explanation();
        draw(TOGETHER, last);
        Map<Integer, Explanation> single = new LinkedHashMap<>();
        Map<Integer, Explanation> bad = new LinkedHashMap<>();
        for (Map.Entry<Integer, GateMemory> entry : nodeMemories.entrySet()) {
            int node = entry.getKey();
            Judgement alone = Gate.judge(
                    entry.getValue(), policy.ofOne(step, timeline.canaryNodes), evidence(List.of(node), time));
            entry.setValue(alone.memory());
            single.put(node, alone.explanation());
            draw(node, alone.explanation());
            if (alone.verdict() instanceof Verdict.RollBack) {
                bad.put(node, alone.explanation());
            }
        }
        boolean condemned = arm.verdict() instanceof Verdict.RollBack;
        boolean byItself = !bad.isEmpty() && !(condemned && bad.size() == canary.size());
        if (removals.isEmpty() && byItself) {
            shown = bad.keySet().iterator().next();
        }
        if (condemned && bad.isEmpty()) {
            suspects(single).forEach(node -> bad.put(node, last));
        }
        if (!bad.isEmpty() && bad.size() < canary.size()) {
            bad.forEach((node, why) -> remove(look, node, why));
            together = begun(new ArrayList<>(canary), time);
            return false;
        }
        if (condemned || !bad.isEmpty()) {
            Explanation why = condemned ? last : bad.values().iterator().next();
            last = why;
            List.copyOf(canary).forEach(node -> remove(look, node, why));
            return true;
        }
        if (arm.verdict() instanceof Verdict.Promote && !promoted) {
            passed.add(new Passed(look, step + 1, last));
            promoted = step == policy.steps() - 1;
            if (!promoted) {
                step++;
                together = Gate.nextStep(together, time);
            }
        }
        return false;
    }

    /** When all together are condemned and none alone: those on which it rests, if nothing is held against the others. */
    private static List<Integer> suspects(Map<Integer, Explanation> single) {
        List<Integer> suspects = single.entrySet().stream()
                .filter(each -> each.getValue().deciding().logMass()
                        > each.getValue().deciding().logLimit() / 2)
                .map(Map.Entry::getKey)
                .toList();
        boolean othersClean = single.entrySet().stream()
                .filter(each -> !suspects.contains(each.getKey()))
                .allMatch(each -> each.getValue().deciding().logMass() <= 0);
        return othersClean ? suspects : List.of();
    }

    private void remove(int look, int node, Explanation why) {
        removals.add(new Removal(look, node, why, canaryUnits()));
        canary.remove(node);
        nodeMemories.remove(node);
    }

    private Evidence evidence(List<Integer> judged, Instant time) {
        List<NodeCounters> baseline = new ArrayList<>();
        for (int node = timeline.canaryNodes; node < timeline.nodes.size(); node++) {
            baseline.add(counters.of(node, time));
        }
        return new Evidence(
                time,
                share,
                judged.stream().map(node -> counters.of(node, time)).toList(),
                baseline);
    }

    private void draw(int judged, Explanation explanation) {
        if (until == Until.ROLLBACK) {
            Stream.of(explanation.general(), explanation.path(), explanation.recipients())
                    .forEach(finding -> curves.computeIfAbsent(
                                    new Judged(judged, finding.endpoint()), unused -> new ArrayList<>(List.of(0.0)))
                            .add(finding.logMass()));
        }
    }

    /** Of the test that decided first, or that is nearest to it. */
    private Course.Curve curve() {
        if (until != Until.ROLLBACK) {
            return Course.Curve.NONE;
        }
        RollbackFinding finding = (removals.isEmpty() ? last : removals.get(0).explanation()).deciding();
        String judged = (shown == TOGETHER ? "all canary nodes together" : timeline.nodes.get(shown))
                + switch (finding.endpoint()) {
                    case ALL_FAILURES -> ": all failures";
                    case PATH_FAILURES -> ": path failures";
                    case RECIPIENT_FAULTS -> ": recipients' faults";
                };
        return new Course.Curve(curves.get(new Judged(shown, finding.endpoint())), finding.logLimit(), judged);
    }
}
