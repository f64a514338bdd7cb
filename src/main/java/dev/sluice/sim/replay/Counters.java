package dev.sluice.sim.replay;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import dev.sluice.gate.Lanes;
import dev.sluice.sim.replay.Timeline.Kind;
import dev.sluice.sim.replay.Timeline.Stratum;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;

/**
 * What each node's agent would have counted by a look: units, each decided by its first recipient that resolves. Goes
 * forward through a {@link Timeline}, once.
 */
final class Counters {
    private static final String EPOCH = "recording";

    private static final class Book {
        private long good;
        private long bad;
        private long pathFailures;
        private long recipientFaults;
        private long matureGood;
        private long matureBad;
        private final long[] classes = new long[Timeline.SENDER_CLASSES];

        private StratumCount count(Stratum stratum) {
            List<Long> bySender = new ArrayList<>(classes.length);
            for (long each : classes) {
                bySender.add(each);
            }
            return new StratumCount(
                    stratum.name(),
                    stratum.nextHop(),
                    good,
                    bad,
                    pathFailures,
                    recipientFaults,
                    matureGood,
                    matureBad,
                    0,
                    bySender);
        }
    }

    private final Timeline timeline;
    private final Allotment allotment;
    private final Book[][] books;
    private final List<List<StratumCount>> counts = new ArrayList<>();
    private final boolean[] changed;
    private final int[] lanes;
    private final int[] firstLane;
    /** The units that were decided, by lane. */
    private final List<BitSet> known = new ArrayList<>();
    /** Outcomes that decided one. */
    private final BitSet deciding;

    private int next;
    private int nextMature;

    Counters(Timeline timeline, Allotment allotment) {
        this.timeline = timeline;
        this.allotment = allotment;
        int nodes = timeline.nodes.size();
        this.books = new Book[nodes][timeline.strata.size()];
        this.changed = new boolean[nodes];
        this.lanes = lanes(timeline);
        this.firstLane = new int[nodes];
        int sum = 0;
        for (int node = 0; node < nodes; node++) {
            firstLane[node] = sum;
            sum += lanes[node];
            counts.add(List.of());
            for (int stratum = 0; stratum < books[node].length; stratum++) {
                books[node][stratum] = new Book();
            }
        }
        for (int lane = 0; lane < sum; lane++) {
            known.add(new BitSet(timeline.units));
        }
        this.deciding = new BitSet(timeline.node.length);
    }

    /** As the agents would have been told to count: a node on trial has one lane. */
    static int[] lanes(Timeline timeline) {
        double smallest = 0;
        for (int node = 0; node < timeline.canaryNodes; node++) {
            double share = timeline.share[node];
            smallest = share > 0 && (smallest == 0 || share < smallest) ? share : smallest;
        }
        int[] lanes = new int[timeline.nodes.size()];
        for (int node = 0; node < lanes.length; node++) {
            lanes[node] = node < timeline.canaryNodes ? 1 : Lanes.of(timeline.share[node], smallest);
        }
        return lanes;
    }

    /** Counts all that has resolved by the look. */
    void advance(int look) {
        while (next < timeline.look.length && timeline.look[next] <= look) {
            resolve(next++);
        }
        while (nextMature < timeline.byMaturity.length
                && timeline.matureLook[timeline.byMaturity[nextMature]] <= look) {
            mature(timeline.byMaturity[nextMature++]);
        }
    }

    private void resolve(int outcome) {
        int times = allotment.times(outcome);
        if (times == 0) {
            return;
        }
        int node = allotment.node(outcome);
        int lane = firstLane[node] + Integer.remainderUnsigned(timeline.laneHash[outcome], lanes[node]);
        int unit = timeline.unit[outcome];
        if (known.get(lane).get(unit)) {
            return;
        }
        known.get(lane).set(unit);
        deciding.set(outcome);
        changed[node] = true;
        Book book = books[node][timeline.stratum[outcome]];
        Kind kind = timeline.kind[outcome];
        switch (kind) {
            case GOOD -> book.good += times;
            case BAD -> book.bad += times;
            case PATH_FAILURE -> {
                book.bad += times;
                book.pathFailures += times;
            }
            case RECIPIENT_FAULT -> book.recipientFaults += times;
        }
        if (kind != Kind.RECIPIENT_FAULT) {
            book.classes[timeline.senderClass[outcome]] += times;
        }
    }

    private void mature(int outcome) {
        if (!deciding.get(outcome)) {
            return;
        }
        int node = allotment.node(outcome);
        int times = allotment.times(outcome);
        Book book = books[node][timeline.stratum[outcome]];
        switch (timeline.kind[outcome]) {
            case GOOD -> book.matureGood += times;
            case BAD, PATH_FAILURE -> book.matureBad += times;
            case RECIPIENT_FAULT -> {
                // Nobody's failure: neither test counts it.
            }
        }
        changed[node] = true;
    }

    /** The report of a node at the time of a look. */
    NodeCounters of(int node, Instant time) {
        if (changed[node]) {
            List<StratumCount> strata = new ArrayList<>();
            for (int stratum = 0; stratum < books[node].length; stratum++) {
                strata.add(books[node][stratum].count(timeline.strata.get(stratum)));
            }
            counts.set(node, List.copyOf(strata));
            changed[node] = false;
        }
        return new NodeCounters(timeline.nodes.get(node), EPOCH, time, counts.get(node));
    }

    /** Units of a node that are good or bad so far. */
    long finished(int node) {
        long sum = 0;
        for (Book book : books[node]) {
            sum += book.good + book.bad;
        }
        return sum;
    }
}
