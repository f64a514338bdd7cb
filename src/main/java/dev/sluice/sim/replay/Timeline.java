package dev.sluice.sim.replay;

import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.sim.replay.RecordedOutcome.First;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.CRC32;

/**
 * A recording as the gate meets it, laid out for many replays: outcomes in the order in which they resolve, each as a few
 * numbers. It begins with the first mail of the canary; what the nodes carried before tells nothing of a trial. Nodes
 * are numbered, canary nodes first. Times are counted in looks: the gate is asked at each.
 */
final class Timeline {
    /** The log writes whole seconds and is read with a delay; within this time nothing is called late. */
    private static final long MARGIN_MILLIS = 2_000;
    /** Mail of one sender domain to one destination within this time is one unit. */
    static final long UNIT_MILLIS = 300_000;

    static final int SENDER_CLASSES = StratumCount.SENDER_CLASSES;

    /** What an outcome counts as. */
    enum Kind {
        GOOD,
        BAD,
        PATH_FAILURE,
        RECIPIENT_FAULT
    }

    record Stratum(String name, String nextHop) {}

    /** Mail that counts as one unit on one lane of one node. */
    private record UnitKey(String sender, String destination, long window, int stratum) {}

    /** Mail that is moved from one node to another as a whole. */
    private record BlockKey(String sender, long window, int stratum) {}

    private record Resolved(RecordedOutcome outcome, Kind kind, long millis, int hash) {}

    final long beginMillis;
    final long lookMillis;
    final int looks;
    final List<String> nodes;
    final int canaryNodes;
    final List<Stratum> strata;
    final int[] node;
    final int[] stratum;
    final Kind[] kind;
    final int[] look;
    final int[] matureLook;
    final int[] laneHash;
    final int[] senderClass;
    final int[] unit;
    final int[] block;
    final int[] byMaturity;
    final int units;
    final int blocks;
    /** Of each block: where it belongs and when it began. */
    final int[] blockStratum;

    final long[] blockMillis;
    /** The share of the mail that each node gets while the canary carries some. */
    final double[] share;

    /**
     * Lays a recording out.
     *
     * @param objectiveMillis within this time a recipient is to be delivered
     * @param lookMillis between two looks
     */
    Timeline(Recording recording, long objectiveMillis, long lookMillis) {
        this.lookMillis = lookMillis;
        this.beginMillis = recording.outcomes().stream()
                        .filter(outcome -> recording.canary().contains(outcome.node()))
                        .mapToLong(RecordedOutcome::arrivalMillis)
                        .min()
                        .orElseThrow()
                / 1000
                * 1000;
        this.looks = ceil(recording.endMillis() - beginMillis);
        List<String> names = new ArrayList<>(new TreeSet<>(recording.canary()));
        this.canaryNodes = names.size();
        names.addAll(recording.baseline());
        this.nodes = List.copyOf(names);

        List<Resolved> resolved = new ArrayList<>();
        for (RecordedOutcome outcome : recording.outcomes()) {
            if (outcome.arrivalMillis() >= beginMillis) {
                resolve(outcome, objectiveMillis, recording.endMillis(), resolved);
            }
        }
        resolved.sort(Comparator.comparingLong(Resolved::millis).thenComparingInt(Resolved::hash));

        int size = resolved.size();
        this.node = new int[size];
        this.stratum = new int[size];
        this.kind = new Kind[size];
        this.look = new int[size];
        this.matureLook = new int[size];
        this.laneHash = new int[size];
        this.senderClass = new int[size];
        this.unit = new int[size];
        this.block = new int[size];
        Map<String, Integer> nodePlaces = places(nodes);
        TreeMap<String, Stratum> sorted = new TreeMap<>();
        resolved.forEach(each -> sorted.put(
                each.outcome().nextHop() + "\n" + each.outcome().stratum(),
                new Stratum(each.outcome().stratum(), each.outcome().nextHop())));
        this.strata = List.copyOf(sorted.values());
        Map<Stratum, Integer> stratumPlaces = places(strata);
        Map<UnitKey, Integer> unitPlaces = new HashMap<>();
        Map<BlockKey, Integer> blockPlaces = new HashMap<>();
        Map<String, Integer> classes = new HashMap<>();
        for (int place = 0; place < size; place++) {
            RecordedOutcome outcome = resolved.get(place).outcome();
            node[place] = nodePlaces.get(outcome.node());
            stratum[place] = stratumPlaces.get(new Stratum(outcome.stratum(), outcome.nextHop()));
            kind[place] = resolved.get(place).kind();
            look[place] = ceil(resolved.get(place).millis() - beginMillis);
            matureLook[place] = Math.max(
                    look[place], ceil(outcome.arrivalMillis() + objectiveMillis + MARGIN_MILLIS - beginMillis));
            laneHash[place] = resolved.get(place).hash();
            senderClass[place] = classes.computeIfAbsent(
                    outcome.sender(), name -> Integer.remainderUnsigned(hash(name), SENDER_CLASSES));
            long window = outcome.arrivalMillis() / UNIT_MILLIS;
            // Nobody knows whose mail this was, so each is a sender of its own.
            String sender = outcome.sender().isEmpty() ? "\n" + place : outcome.sender();
            unit[place] = unitPlaces.computeIfAbsent(
                    new UnitKey(sender, outcome.destination(), window, stratum[place]), key -> unitPlaces.size());
            block[place] = blockPlaces.computeIfAbsent(
                    new BlockKey(sender, window, stratum[place]), key -> blockPlaces.size());
        }
        this.units = unitPlaces.size();
        this.blocks = blockPlaces.size();
        this.blockStratum = new int[blocks];
        this.blockMillis = new long[blocks];
        blockPlaces.forEach((key, place) -> {
            blockStratum[place] = key.stratum();
            blockMillis[place] = key.window() * UNIT_MILLIS;
        });
        this.byMaturity = byMaturity();
        this.share = shares();
    }

    private void resolve(RecordedOutcome outcome, long objectiveMillis, long endMillis, List<Resolved> resolved) {
        long due = outcome.arrivalMillis() + objectiveMillis + MARGIN_MILLIS;
        int hash = hash(outcome.message());
        if (outcome.firstMillis() > due) {
            if (due <= endMillis) {
                resolved.add(new Resolved(outcome, Kind.BAD, due, hash));
            }
        } else {
            resolved.add(new Resolved(outcome, kind(outcome.first()), outcome.firstMillis(), hash));
        }
    }

    private static Kind kind(First first) {
        return switch (first) {
            case DELIVERED -> Kind.GOOD;
            case PATH_FAILED -> Kind.PATH_FAILURE;
            case RECIPIENT_FAULT -> Kind.RECIPIENT_FAULT;
            case FAILED, NONE -> Kind.BAD;
        };
    }

    private int[] byMaturity() {
        Integer[] order = new Integer[matureLook.length];
        Arrays.setAll(order, place -> place);
        Arrays.sort(order, Comparator.comparingInt(place -> matureLook[place]));
        return Arrays.stream(order).mapToInt(Integer::intValue).toArray();
    }

    private double[] shares() {
        BitSet trialWindows = new BitSet();
        for (int place = 0; place < node.length; place++) {
            if (node[place] < canaryNodes) {
                trialWindows.set(window(place));
            }
        }
        double[] counts = new double[nodes.size()];
        double total = 0;
        for (int place = 0; place < node.length; place++) {
            if (trialWindows.get(window(place))) {
                counts[node[place]]++;
                total++;
            }
        }
        for (int place = 0; place < counts.length; place++) {
            counts[place] /= Math.max(1, total);
        }
        return counts;
    }

    private int window(int place) {
        return (int) (blockMillis[block[place]] / UNIT_MILLIS - beginMillis / UNIT_MILLIS);
    }

    /** The canary's share of the mail while it carries some. */
    double canaryShare() {
        double sum = 0;
        for (int place = 0; place < canaryNodes; place++) {
            sum += share[place];
        }
        return sum;
    }

    long millis(int atLook) {
        return beginMillis + atLook * lookMillis;
    }

    private int ceil(long millis) {
        return Math.toIntExact(Math.max(1, (millis + lookMillis - 1) / lookMillis));
    }

    private static <T> Map<T, Integer> places(List<T> items) {
        Map<T, Integer> places = new HashMap<>();
        items.forEach(item -> places.put(item, places.size()));
        return places;
    }

    private static int hash(String text) {
        CRC32 sum = new CRC32();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) sum.getValue();
    }
}
