package dev.sluice.sim;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The counters of one simulated node, as its agent would report them. */
final class NodeTally {
    private static final int CLASSES = StratumCount.SENDER_CLASSES;

    private final String node;
    private final int ticksToMature;
    private final long[] good = new long[Strata.COUNT];
    private final long[] bad = new long[Strata.COUNT];
    private final long[] path = new long[Strata.COUNT];
    private final long[] recipient = new long[Strata.COUNT];
    private final long[] matureGood = new long[Strata.COUNT];
    private final long[] matureBad = new long[Strata.COUNT];
    private final long[] classes = new long[Strata.COUNT * CLASSES];
    private final Later ripeningGood;
    private final Later ripeningBad;
    private final Later underWay;
    private final Later overdue;

    /**
     * Nothing counted.
     *
     * @param ticksToMature after how many ticks an arrival is older than the objective
     */
    NodeTally(String node, int ticksToMature) {
        this.node = node;
        this.ticksToMature = ticksToMature;
        ripeningGood = new Later(ticksToMature);
        ripeningBad = new Later(ticksToMature);
        underWay = new Later(ticksToMature);
        overdue = new Later(ticksToMature);
    }

    void delivered(int stratum, int senderClass) {
        good[stratum]++;
        classes[stratum * CLASSES + senderClass]++;
        ripeningGood.put(stratum, ticksToMature);
    }

    void failed(int stratum, int senderClass, boolean onThePath) {
        bad[stratum]++;
        if (onThePath) {
            path[stratum]++;
        }
        classes[stratum * CLASSES + senderClass]++;
        ripeningBad.put(stratum, ticksToMature);
    }

    void failedByRecipient(int stratum) {
        recipient[stratum]++;
    }

    /** Arrives now and is delivered {@code ticks} later, before it is mature. */
    void deliveredLater(int stratum, int senderClass, int ticks) {
        underWay.put(stratum * CLASSES + senderClass, ticks);
        ripeningGood.put(stratum, ticksToMature);
    }

    /** Arrives now, and nothing comes of it within the objective. */
    void tooLate(int stratum, int senderClass) {
        overdue.put(stratum * CLASSES + senderClass, ticksToMature);
        ripeningBad.put(stratum, ticksToMature);
    }

    void tick() {
        underWay.tick(unit -> {
            good[unit / CLASSES]++;
            classes[unit]++;
        });
        overdue.tick(unit -> {
            bad[unit / CLASSES]++;
            classes[unit]++;
        });
        ripeningGood.tick(stratum -> matureGood[stratum]++);
        ripeningBad.tick(stratum -> matureBad[stratum]++);
    }

    NodeCounters counters(Instant now, boolean bySender) {
        List<StratumCount> strata = new ArrayList<>(Strata.COUNT);
        for (int stratum = 0; stratum < Strata.COUNT; stratum++) {
            strata.add(new StratumCount(
                    Strata.name(stratum),
                    Strata.hopName(stratum),
                    good[stratum],
                    bad[stratum],
                    path[stratum],
                    recipient[stratum],
                    matureGood[stratum],
                    matureBad[stratum],
                    0,
                    bySender ? classes(stratum) : List.of()));
        }
        return new NodeCounters(node, "1", now, strata);
    }

    private List<Long> classes(int stratum) {
        Long[] counts = new Long[CLASSES];
        for (int each = 0; each < CLASSES; each++) {
            counts[each] = classes[stratum * CLASSES + each];
        }
        return Collections.unmodifiableList(java.util.Arrays.asList(counts));
    }
}
