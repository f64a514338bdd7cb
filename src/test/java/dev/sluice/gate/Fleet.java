package dev.sluice.gate;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The counters of a few nodes, advanced by hand: what the agents would report. */
final class Fleet {
    static final Instant START = Instant.parse("2022-12-01T16:30:00Z");
    static final Duration OBJECTIVE = Duration.ofSeconds(60);

    private static final class Counters {
        private String epoch = "1";
        private Instant taken = START;
        private final TreeMap<String, long[]> hops = new TreeMap<>();
        private final ArrayDeque<Arrivals> young = new ArrayDeque<>();
    }

    private record Arrivals(Instant time, String hop, long good, long bad) {}

    private final Map<String, Counters> nodes = new TreeMap<>();
    private final List<String> canary = new ArrayList<>();
    private final List<String> baseline = new ArrayList<>();
    private final List<String> hops;
    private Instant now = START;
    private double share;

    Fleet(double share, List<String> canary, List<String> baseline, String... hops) {
        this.share = share;
        this.canary.addAll(canary);
        this.baseline.addAll(baseline);
        this.hops = List.of(hops);
        canary.forEach(node -> nodes.put(node, fresh()));
        baseline.forEach(node -> nodes.put(node, fresh()));
    }

    private Counters fresh() {
        Counters counters = new Counters();
        hops.forEach(hop -> counters.hops.put(hop, new long[5]));
        return counters;
    }

    Instant now() {
        return now;
    }

    Fleet delivers(String node, String hop, long recipients) {
        return finish(node, hop, recipients, 0, 0);
    }

    Fleet fails(String node, String hop, long recipients) {
        return finish(node, hop, 0, recipients, 0);
    }

    Fleet failsOnThePath(String node, String hop, long recipients) {
        return finish(node, hop, 0, recipients, recipients);
    }

    Fleet finish(String node, String hop, long good, long bad, long path) {
        Counters counters = nodes.get(node);
        long[] counts = counters.hops.get(hop);
        counts[0] += good;
        counts[1] += bad;
        counts[2] += path;
        counters.young.add(new Arrivals(now, hop, good, bad));
        return this;
    }

    Fleet passes(Duration time) {
        now = now.plus(time);
        nodes.values().forEach(counters -> {
            counters.taken = now;
            while (!counters.young.isEmpty()
                    && !counters.young.peek().time().plus(OBJECTIVE).isAfter(now)) {
                Arrivals old = counters.young.poll();
                counters.hops.get(old.hop())[3] += old.good();
                counters.hops.get(old.hop())[4] += old.bad();
            }
        });
        return this;
    }

    Fleet shareIs(double newShare) {
        share = newShare;
        return this;
    }

    /** The agent lost its counters; it says so with a new epoch, or it does not. */
    Fleet restarts(String node, String epoch) {
        Counters fresh = fresh();
        fresh.epoch = epoch;
        fresh.taken = now;
        nodes.put(node, fresh);
        return this;
    }

    Evidence evidence() {
        return new Evidence(now, share, counters(canary), counters(baseline));
    }

    private List<NodeCounters> counters(List<String> arm) {
        return arm.stream().map(this::counters).toList();
    }

    private NodeCounters counters(String node) {
        Counters counters = nodes.get(node);
        List<StratumCount> strata = counters.hops.entrySet().stream()
                .map(hop -> {
                    long[] count = hop.getValue();
                    return new StratumCount(
                            hop.getKey(),
                            hop.getKey(),
                            count[0],
                            count[1],
                            count[2],
                            0,
                            count[3],
                            count[4],
                            0,
                            List.of());
                })
                .toList();
        return new NodeCounters(node, counters.epoch, counters.taken, strata);
    }
}
