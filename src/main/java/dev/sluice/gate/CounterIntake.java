package dev.sluice.gate;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.gate.GateMemory.NodeMemory;
import dev.sluice.gate.GateMemory.StratumMemory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
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
    /** How many counters are kept of a stratum. */
    private static final int KEPT = 5;

    private static final List<Long> ZERO = List.of(0L, 0L, 0L, 0L, 0L);

    /** The name of a stratum; the same name at another next hop is another stratum. */
    record StratumName(String nextHop, String stratum) implements Comparable<StratumName> {
        private static final Comparator<StratumName> ORDER =
                Comparator.comparing(StratumName::nextHop).thenComparing(StratumName::stratum);

        @Override
        public int compareTo(StratumName other) {
            return ORDER.compare(this, other);
        }
    }

    /**
     * What is new in one stratum.
     *
     * @param general all failures
     * @param path path failures
     * @param mature arrivals of this step that grew older than the objective
     */
    record Increment(Comparison general, Comparison path, Comparison mature) {
        static final Increment NONE = new Increment(Comparison.NONE, Comparison.NONE, Comparison.NONE);

        Increment plus(Increment other) {
            return new Increment(general.plus(other.general), path.plus(other.path), mature.plus(other.mature));
        }
    }

    /**
     * What the evidence brought.
     *
     * @param nodes the counters to remember
     * @param strata every stratum known, the new ones last
     * @param increments what is new, in the order of {@code strata}
     * @param ignored nodes that were not counted, with the reason
     * @param silent canary nodes among them
     * @param canaryHeard whether any canary node was counted
     * @param baselineHeard whether any baseline node was counted
     */
    record Intake(
            List<NodeMemory> nodes,
            List<StratumName> strata,
            List<Increment> increments,
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
    private final Map<StratumName, Integer> places = new HashMap<>();
    private final List<StratumName> names = new ArrayList<>();
    private final List<Increment> increments = new ArrayList<>();
    private final TreeMap<String, NodeMemory> nodes = new TreeMap<>();
    private final TreeSet<String> ignored = new TreeSet<>();
    private final TreeSet<String> silent = new TreeSet<>();
    private final Set<Arm> heard = new HashSet<>();

    private CounterIntake(GateMemory memory, GateParameters parameters, Set<String> asideHops, long now) {
        this.memory = memory;
        this.asideHops = asideHops;
        this.now = now;
        this.staleMillis = parameters.staleSeconds() * 1000;
        this.matureCounts = memory.judged() >= memory.stepBegan() + parameters.objectiveSeconds() * 1000;
        memory.nodes().forEach(node -> nodes.put(node.node(), node));
        for (StratumMemory stratum : memory.strata()) {
            place(new StratumName(stratum.nextHop(), stratum.stratum()));
        }
    }

    static Intake take(GateMemory memory, GateParameters parameters, Evidence evidence, long now) {
        CounterIntake intake = new CounterIntake(memory, parameters, evidence.asideHops(), now);
        TreeSet<StratumName> seen = new TreeSet<>();
        intake.collectNames(evidence.canary(), seen);
        intake.collectNames(evidence.baseline(), seen);
        seen.forEach(intake::place);
        Set<String> present = new HashSet<>();
        evidence.canary().forEach(node -> intake.count(node, Arm.CANARY, present));
        evidence.baseline().forEach(node -> intake.count(node, Arm.BASELINE, present));
        intake.forgetTheGone(present);
        return new Intake(
                List.copyOf(intake.nodes.values()),
                List.copyOf(intake.names),
                List.copyOf(intake.increments),
                List.copyOf(intake.ignored),
                List.copyOf(intake.silent),
                intake.heard.contains(Arm.CANARY),
                intake.heard.contains(Arm.BASELINE));
    }

    private void collectNames(List<NodeCounters> arm, Set<StratumName> seen) {
        for (NodeCounters node : arm) {
            node.strata().forEach(count -> seen.add(new StratumName(count.nextHop(), count.stratum())));
        }
    }

    private int place(StratumName name) {
        return places.computeIfAbsent(name, missing -> {
            names.add(missing);
            increments.add(Increment.NONE);
            return names.size() - 1;
        });
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
        List<List<Long>> before = sameEpoch ? known.counters() : List.of();
        List<List<Long>> after = counters(report, before);
        if (isNonsense(report)) {
            refuse(report, arm, known, after, "its counters contradict themselves");
            return;
        }
        if (wentBackwards(before, after)) {
            refuse(report, arm, known, after, "its counters went backwards without a new epoch");
            return;
        }
        heard.add(arm);
        boolean comparable = known != null && !known.refused() && known.taken() >= memory.judged() - staleMillis;
        long finished = known == null ? 0 : known.finished();
        long mature = known == null ? 0 : known.mature();
        if (comparable) {
            Increment total = add(arm, before, after);
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
                        after));
    }

    private void ignore(NodeCounters report, Arm arm, String reason) {
        ignored.add(report.node() + " (" + reason + ")");
        if (arm == Arm.CANARY) {
            silent.add(report.node());
        }
    }

    private void refuse(NodeCounters report, Arm arm, NodeMemory known, List<List<Long>> counters, String reason) {
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
                        counters));
    }

    private static boolean isNonsense(NodeCounters report) {
        Set<StratumName> seen = new HashSet<>();
        for (StratumCount count : report.strata()) {
            boolean negative = count.good() < 0
                    || count.bad() < 0
                    || count.pathFailures() < 0
                    || count.matureGood() < 0
                    || count.matureBad() < 0
                    || count.pending() < 0;
            if (negative
                    || count.pathFailures() > count.bad()
                    || !seen.add(new StratumName(count.nextHop(), count.stratum()))) {
                return true;
            }
        }
        return false;
    }

    private List<List<Long>> counters(NodeCounters report, List<List<Long>> before) {
        List<List<Long>> after = new ArrayList<>(before);
        for (StratumCount count : report.strata()) {
            int place = place(new StratumName(count.nextHop(), count.stratum()));
            while (after.size() <= place) {
                after.add(ZERO);
            }
            after.set(
                    place,
                    List.of(count.good(), count.bad(), count.pathFailures(), count.matureGood(), count.matureBad()));
        }
        return Collections.unmodifiableList(after);
    }

    private static boolean wentBackwards(List<List<Long>> before, List<List<Long>> after) {
        for (int place = 0; place < before.size(); place++) {
            for (int counter = 0; counter < KEPT; counter++) {
                if (after.get(place).get(counter) < before.get(place).get(counter)) {
                    return true;
                }
            }
        }
        return false;
    }

    private Increment add(Arm arm, List<List<Long>> before, List<List<Long>> after) {
        Increment total = Increment.NONE;
        for (int place = 0; place < after.size(); place++) {
            if (asideHops.contains(names.get(place).nextHop())) {
                continue;
            }
            Increment increment = increment(arm, place < before.size() ? before.get(place) : ZERO, after.get(place));
            increments.set(place, increments.get(place).plus(increment));
            total = total.plus(increment);
        }
        return total;
    }

    private Increment increment(Arm arm, List<Long> before, List<Long> after) {
        long good = after.get(0) - before.get(0);
        long bad = after.get(1) - before.get(1);
        long path = after.get(2) - before.get(2);
        Comparison mature = matureCounts
                ? comparison(arm, after.get(3) - before.get(3), after.get(4) - before.get(4))
                : Comparison.NONE;
        return new Increment(comparison(arm, good, bad), comparison(arm, good + bad - path, path), mature);
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
