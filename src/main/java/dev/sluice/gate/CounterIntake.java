package dev.sluice.gate;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.gate.GateMemory.NodeMemory;
import dev.sluice.gate.GateMemory.StratumName;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * From counters that only grow to what is new since the last evidence. A node that was away while the others were
 * counted only marks where counting goes on: its growth belongs to another time than theirs.
 */
final class CounterIntake {
    /** How many counters are kept of a stratum: good, bad, path, recipient, mature good, mature bad. */
    static final int WIDTH = 6;

    private static final int CLASSES = StratumCount.SENDER_CLASSES;

    /**
     * What is new in one stratum.
     *
     * @param general all failures
     * @param path path failures
     * @param canaryAside the canary's units that failed by the recipient's own fault
     * @param baselineAside the same of the baseline
     * @param mature arrivals of this step that grew older than the objective
     */
    record Increment(Comparison general, Comparison path, long canaryAside, long baselineAside, Comparison mature) {
        static final Increment NONE = new Increment(Comparison.NONE, Comparison.NONE, 0, 0, Comparison.NONE);

        boolean isNone() {
            return general.isEmpty() && mature.isEmpty() && canaryAside == 0 && baselineAside == 0;
        }

        Increment plus(Increment other) {
            return isNone()
                    ? other
                    : new Increment(
                            general.plus(other.general),
                            path.plus(other.path),
                            canaryAside + other.canaryAside,
                            baselineAside + other.baselineAside,
                            mature.plus(other.mature));
        }
    }

    /**
     * What the evidence brought.
     *
     * @param nodes the counters to remember
     * @param strata every stratum known, the new ones last
     * @param increments what is new, in the order of {@code strata}
     * @param mix what is known of the senders of both arms
     * @param ignored nodes that were not counted, with the reason
     * @param silent canary nodes among them
     * @param canaryHeard whether any canary node was counted
     * @param baselineHeard whether any baseline node was counted
     */
    record Intake(
            List<NodeMemory> nodes,
            List<StratumName> strata,
            List<Increment> increments,
            MixShift mix,
            List<String> ignored,
            List<String> silent,
            boolean canaryHeard,
            boolean baselineHeard) {}

    private enum Arm {
        CANARY,
        BASELINE
    }

    private final GateMemory memory;
    private final long now;
    private final long staleMillis;
    private final boolean matureCounts;
    private final Set<String> asideHops;
    private final List<StratumName> names;
    private final Increment[] increments;
    private final long[] canaryClasses;
    private final long[] baselineClasses;
    private final long[] canaryFolded = new long[CLASSES];
    private final long[] baselineFolded = new long[CLASSES];
    private final TreeMap<String, NodeMemory> nodes = new TreeMap<>();
    private final List<String> ignored = new ArrayList<>();
    private final List<String> silent = new ArrayList<>();
    private Map<StratumName, Integer> places = Map.of();
    private boolean canaryHeard;
    private boolean baselineHeard;

    private CounterIntake(GateMemory memory, GateParameters parameters, Evidence evidence, long now) {
        this.memory = memory;
        this.asideHops = evidence.asideHops();
        this.now = now;
        this.staleMillis = parameters.staleSeconds() * 1000;
        this.matureCounts = memory.judged() >= memory.stepBegan() + parameters.objectiveSeconds() * 1000;
        memory.last().forEach(node -> nodes.put(node.node(), node));
        this.names = new ArrayList<>(memory.strata().size() + memory.spilled().size());
        memory.strata().stream().limit(GateMemory.MOST_STRATA).forEach(stratum -> names.add(stratum.name()));
        names.addAll(memory.spilled());
        TreeSet<StratumName> unknown = new TreeSet<>();
        collectUnknown(evidence.canary(), unknown);
        collectUnknown(evidence.baseline(), unknown);
        if (!unknown.isEmpty()) {
            names.addAll(unknown);
            places = Map.of();
        }
        increments = new Increment[names.size()];
        Arrays.fill(increments, Increment.NONE);
        canaryClasses = new long[names.size() * CLASSES];
        baselineClasses = new long[names.size() * CLASSES];
    }

    static Intake take(GateMemory memory, GateParameters parameters, Evidence evidence, long now) {
        CounterIntake intake = new CounterIntake(memory, parameters, evidence, now);
        TreeSet<String> present = new TreeSet<>();
        evidence.canary().forEach(node -> intake.count(node, Arm.CANARY, present));
        evidence.baseline().forEach(node -> intake.count(node, Arm.BASELINE, present));
        intake.forgetTheGone(present);
        Collections.sort(intake.ignored);
        Collections.sort(intake.silent);
        return new Intake(
                List.copyOf(intake.nodes.values()),
                intake.names,
                Arrays.asList(intake.increments),
                memory.mix()
                        .plus(intake.canaryClasses, intake.baselineClasses)
                        .plus(intake.canaryFolded, intake.baselineFolded),
                intake.ignored,
                intake.silent,
                intake.canaryHeard,
                intake.baselineHeard);
    }

    private void collectUnknown(List<NodeCounters> arm, Set<StratumName> unknown) {
        for (NodeCounters node : arm) {
            int expected = 0;
            for (StratumCount count : node.strata()) {
                int place = place(count, expected);
                if (place < 0) {
                    unknown.add(new StratumName(count.nextHop(), count.stratum()));
                } else {
                    expected = place + 1;
                }
            }
        }
    }

    /** Where a stratum is, -1 when it is not known. Nodes report in an order of their own that seldom changes. */
    private int place(StratumCount count, int expected) {
        if (expected < names.size()) {
            StratumName name = names.get(expected);
            if (name.stratum().equals(count.stratum()) && name.nextHop().equals(count.nextHop())) {
                return expected;
            }
        }
        if (places.isEmpty() && !names.isEmpty()) {
            places = new HashMap<>();
            for (int place = 0; place < names.size(); place++) {
                places.put(names.get(place), place);
            }
        }
        return places.getOrDefault(new StratumName(count.nextHop(), count.stratum()), -1);
    }

    private void count(NodeCounters report, Arm arm, Set<String> present) {
        if (!present.add(report.node())) {
            throw new IllegalArgumentException(
                    "node " + report.node() + " is in the evidence twice: name it once, in one of the two arms");
        }
        NodeMemory known = nodes.get(report.node());
        boolean sameEpoch = known != null && known.epoch().equals(report.epoch());
        if (sameEpoch && known.refused()) {
            ignore(report, arm, "its counters went backwards without a new epoch");
            return;
        }
        if (report.takenTime().toEpochMilli() < now - staleMillis) {
            ignore(report, arm, "its counters are older than " + staleMillis / 1000 + " s");
            return;
        }
        CounterVector before = sameEpoch ? known.counters() : CounterVector.EMPTY;
        CounterVector classesBefore = sameEpoch ? known.classes() : CounterVector.EMPTY;
        long[] after = before.copyOfSize(names.size() * WIDTH);
        long[] classesAfter = classesBefore.copyOfSize(names.size() * CLASSES);
        if (!fill(report, after, classesAfter)) {
            refuse(report, arm, known, after, classesAfter, "its counters contradict themselves");
            return;
        }
        if (before.exceeds(after) || classesBefore.exceeds(classesAfter)) {
            refuse(report, arm, known, after, classesAfter, "its counters went backwards without a new epoch");
            return;
        }
        if (arm == Arm.CANARY) {
            canaryHeard = true;
        } else {
            baselineHeard = true;
        }
        boolean comparable = known != null && !known.refused() && known.taken() >= memory.judged() - staleMillis;
        long finished = known == null ? 0 : known.finished();
        long mature = known == null ? 0 : known.mature();
        if (comparable) {
            Increment total = add(arm, before, after);
            addClasses(arm == Arm.CANARY ? canaryClasses : baselineClasses, classesBefore, classesAfter);
            finished += total.general().finished();
            mature += total.mature().finished();
        }
        nodes.put(
                report.node(),
                new NodeMemory(
                        report.node(),
                        report.epoch(),
                        report.takenTime().toEpochMilli(),
                        false,
                        finished,
                        mature,
                        new CounterVector(after),
                        new CounterVector(classesAfter)));
    }

    private void ignore(NodeCounters report, Arm arm, String reason) {
        ignored.add(report.node() + " (" + reason + ")");
        if (arm == Arm.CANARY) {
            silent.add(report.node());
        }
    }

    private void refuse(
            NodeCounters report, Arm arm, NodeMemory known, long[] counters, long[] classes, String reason) {
        ignore(report, arm, reason);
        nodes.put(
                report.node(),
                new NodeMemory(
                        report.node(),
                        report.epoch(),
                        report.takenTime().toEpochMilli(),
                        true,
                        known == null ? 0 : known.finished(),
                        known == null ? 0 : known.mature(),
                        new CounterVector(counters),
                        new CounterVector(classes)));
    }

    /** Enters a report; false when it contradicts itself. */
    private boolean fill(NodeCounters report, long[] counters, long[] classes) {
        boolean[] seen = new boolean[names.size()];
        int expected = 0;
        for (StratumCount count : report.strata()) {
            int place = place(count, expected);
            expected = place + 1;
            if (seen[place] || isNonsense(count)) {
                return false;
            }
            seen[place] = true;
            int at = place * WIDTH;
            counters[at] = count.good();
            counters[at + 1] = count.bad();
            counters[at + 2] = count.pathFailures();
            counters[at + 3] = count.recipientFaults();
            counters[at + 4] = count.matureGood();
            counters[at + 5] = count.matureBad();
            for (int each = 0; each < count.finishedBySenderClass().size(); each++) {
                classes[place * CLASSES + each] = count.finishedBySenderClass().get(each);
            }
        }
        return true;
    }

    private static boolean isNonsense(StratumCount count) {
        boolean negative = count.good() < 0
                || count.bad() < 0
                || count.pathFailures() < 0
                || count.recipientFaults() < 0
                || count.matureGood() < 0
                || count.matureBad() < 0
                || count.pending() < 0;
        return negative || count.pathFailures() > count.bad() || !classesAddUp(count);
    }

    private static boolean classesAddUp(StratumCount count) {
        List<Long> classes = count.finishedBySenderClass();
        if (classes.isEmpty()) {
            return true;
        }
        long sum = 0;
        for (long each : classes) {
            if (each < 0) {
                return false;
            }
            sum += each;
        }
        return classes.size() == CLASSES && sum == count.good() + count.bad();
    }

    private Increment add(Arm arm, CounterVector before, long[] after) {
        Increment total = Increment.NONE;
        for (int place = 0; place < names.size(); place++) {
            if (asideHops.isEmpty() || !asideHops.contains(names.get(place).nextHop())) {
                Increment increment = increment(arm, before, after, place * WIDTH);
                if (!increment.isNone()) {
                    increments[place] = increments[place].plus(increment);
                    total = total.plus(increment);
                    fold(arm, place, increment);
                }
            }
        }
        return total;
    }

    /**
     * Strata that are not remembered one by one are one stratum for the promotion test. Its rate is that of their mix, so
     * both arms must see the same mix of them: they are counted in classes of their names, like senders inside a stratum.
     */
    private void fold(Arm arm, int place, Increment increment) {
        if (place >= GateMemory.MOST_STRATA) {
            StratumName name = names.get(place);
            // The hash of a text is the same on every machine; that of a record need not be.
            int ofName =
                    Math.floorMod(((name.nextHop() + ' ' + name.stratum()).hashCode() * 0x9E3779B9) >>> 16, CLASSES);
            long[] folded = arm == Arm.CANARY ? canaryFolded : baselineFolded;
            folded[ofName] += increment.mature().finished();
        }
    }

    private Increment increment(Arm arm, CounterVector before, long[] after, int at) {
        long good = after[at] - before.at(at);
        long bad = after[at + 1] - before.at(at + 1);
        long path = after[at + 2] - before.at(at + 2);
        long recipient = after[at + 3] - before.at(at + 3);
        long matureGood = matureCounts ? after[at + 4] - before.at(at + 4) : 0;
        long matureBad = matureCounts ? after[at + 5] - before.at(at + 5) : 0;
        if ((good | bad | path | recipient | matureGood | matureBad) == 0) {
            return Increment.NONE;
        }
        return new Increment(
                comparison(arm, good, bad),
                comparison(arm, good + bad - path, path),
                arm == Arm.CANARY ? recipient : 0,
                arm == Arm.CANARY ? 0 : recipient,
                comparison(arm, matureGood, matureBad));
    }

    private void addClasses(long[] sums, CounterVector before, long[] after) {
        for (int place = 0; place < names.size(); place++) {
            if (asideHops.isEmpty() || !asideHops.contains(names.get(place).nextHop())) {
                for (int at = place * CLASSES; at < (place + 1) * CLASSES; at++) {
                    sums[at] += after[at] - before.at(at);
                }
            }
        }
    }

    private static Comparison comparison(Arm arm, long good, long bad) {
        return arm == Arm.CANARY ? new Comparison(good + bad, bad, 0, 0) : new Comparison(0, 0, good + bad, bad);
    }

    private void forgetTheGone(Set<String> present) {
        nodes.values()
                .removeIf(
                        node -> !present.contains(node.node()) && !node.refused() && node.taken() < now - staleMillis);
    }
}
