package dev.sluice.gate;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Explanation.RollbackFinding;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Several nodes of one revision on trial: judged together, and each alone against the same baseline. The chance of a
 * wrong rollback is shared, half for all together and half among the nodes, so that the sum holds. One bad node among good
 * ones is named; when the evidence is spread over the nodes it is the revision's.
 */
public final class Batch {
    /** Half of the way to its own limit, in logarithms, makes a node a suspect once all together are condemned. */
    private static final double SUSPECT = 0.5;
    /** The others are not clean when the mass against them, on average, is above this. */
    private static final double CLEAN = 10;
    /** The chance of naming a node although all are equally bad. */
    private static final double WRONG_NODE = 0.005;

    private static final double EQUAL_ODDS = 1;
    private static final double LARGEST_LOG_MASS = 50;

    private Batch() {}

    /**
     * What is remembered of a batch.
     *
     * @param arm all nodes together
     * @param nodes each of them, by name
     */
    public record Memory(GateMemory arm, Map<String, GateMemory> nodes) {
        public Memory {
            nodes = Map.copyOf(nodes);
        }
    }

    /** What to do with the batch; the gate's verdict on all nodes together says the rest. */
    public sealed interface Finding {
        /** Nothing is held against anybody yet, or it is not yet clear against whom. */
        record Nothing() implements Finding {}

        /**
         * Some nodes are bad and the others are not.
         *
         * @param nodes the bad ones
         */
        record BadNodes(List<String> nodes) implements Finding {
            public BadNodes {
                nodes = List.copyOf(nodes);
            }
        }

        /** All of them are: the revision is bad. */
        record BadRevision() implements Finding {}
    }

    /**
     * The answers.
     *
     * @param memory for the next judgement
     * @param arm on all nodes together
     * @param nodes on each of them, by name; empty when there is only one
     * @param finding who is bad
     */
    public record Result(Memory memory, Judgement arm, SortedMap<String, Judgement> nodes, Finding finding) {}

    /** A memory without any evidence. */
    public static Memory begin(Instant time) {
        return new Memory(Gate.begin(time), Map.of());
    }

    /**
     * Takes up the evidence and answers.
     *
     * @param memory the memory of the last judgement, or {@link #begin}
     * @param parameters the figures of the present step, with the chance of a wrong rollback for the batch as a whole
     * @param evidence counters of all nodes on trial and of the baseline
     */
    public static Result judge(Memory memory, GateParameters parameters, Evidence evidence) {
        double half = parameters.alpha() / 2;
        Judgement arm = Gate.judge(memory.arm(), parameters.withAlpha(half), evidence);
        int size = evidence.canary().size();
        TreeMap<String, Judgement> judged = new TreeMap<>();
        TreeMap<String, GateMemory> memories = new TreeMap<>();
        if (size > 1) {
            GateParameters ofOne = parameters.withAlpha(half / size);
            for (NodeCounters node : evidence.canary()) {
                GateMemory before = memory.nodes().getOrDefault(node.node(), Gate.begin(evidence.time()));
                Judgement judgement = Gate.judge(before, ofOne, alone(node, evidence));
                judged.put(node.node(), judgement);
                memories.put(node.node(), judgement.memory());
            }
        }
        return new Result(new Memory(arm.memory(), memories), arm, judged, finding(arm, judged));
    }

    private static Evidence alone(NodeCounters node, Evidence evidence) {
        return new Evidence(
                evidence.time(), evidence.canaryShare(), List.of(node), evidence.baseline(), evidence.asideHops());
    }

    private static Finding finding(Judgement arm, SortedMap<String, Judgement> nodes) {
        boolean together = arm.verdict() instanceof Verdict.RollBack;
        TreeSet<String> suspects = new TreeSet<>();
        nodes.forEach((node, judgement) -> {
            RollbackFinding found = judgement.explanation().deciding();
            if (found.reached() || (together && found.logMass() > SUSPECT * found.logLimit())) {
                suspects.add(node);
            }
        });
        if (suspects.isEmpty()) {
            return together ? new Finding.BadRevision() : new Finding.Nothing();
        }
        if (suspects.size() == nodes.size()) {
            return new Finding.BadRevision();
        }
        return ofOthers(suspects, arm, nodes);
    }

    /**
     * Whether the others are known to be better than the suspects. While that is open nobody is named; it cannot stay open
     * for long: either the others fail too, or the contrast grows.
     */
    private static Finding ofOthers(Set<String> suspects, Judgement arm, SortedMap<String, Judgement> nodes) {
        Comparison contrast = Comparison.NONE;
        double mass = 0;
        for (Map.Entry<String, Judgement> node : nodes.entrySet()) {
            Comparison counts = shown(node.getValue().memory());
            if (suspects.contains(node.getKey())) {
                contrast = contrast.plus(new Comparison(counts.canaryFinished(), counts.canaryFailed(), 0, 0));
            } else {
                contrast = contrast.plus(new Comparison(0, 0, counts.canaryFinished(), counts.canaryFailed()));
                double logMass = node.getValue().explanation().deciding().logMass();
                mass += Math.exp(Math.min(logMass, LARGEST_LOG_MASS)) / (nodes.size() - suspects.size());
            }
        }
        if (logEvidence(contrast) >= Math.log(nodes.size() / WRONG_NODE)) {
            return new Finding.BadNodes(List.copyOf(suspects));
        }
        RollbackFinding together = arm.explanation().deciding();
        boolean clear = together.reached() && (mass > CLEAN || together.logMass() >= 2 * together.logLimit());
        return clear ? new Finding.BadRevision() : new Finding.Nothing();
    }

    private static Comparison shown(GateMemory memory) {
        Comparison total = Comparison.NONE;
        for (GateMemory.StratumMemory stratum : memory.strata()) {
            total = total.plus(stratum.shown());
        }
        return total;
    }

    /** The evidence that the suspects fail more often than the others, who stand for the baseline here. */
    private static double logEvidence(Comparison contrast) {
        Alternatives alternatives = Alternatives.OF_ALL_FAILURES;
        double rate = Forecast.guided((double) contrast.baselineFinished(), (double) contrast.baselineFailed());
        double total = Double.NEGATIVE_INFINITY;
        for (int alternative = 0; alternative < alternatives.count(); alternative++) {
            double logFactor =
                    ConditionalOdds.logFactor(contrast, alternatives.oddsRatio(alternative, rate), EQUAL_ODDS);
            total = Logarithms.sum(total, Math.log(alternatives.weight(alternative)) + logFactor);
        }
        return total;
    }
}
