package dev.sluice.local.demo;

import dev.sluice.local.Edge;
import dev.sluice.local.LocalRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the edge really does with each node, asked of HAProxy itself five times a second: the demo does not believe the
 * operator in this.
 */
final class EdgeWatch implements AutoCloseable {
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);
    /** What was seen longer ago than this says nothing of now. */
    private static final Duration TOO_OLD = Duration.ofSeconds(3);
    /**
     * Bits of {@code srv_admin_state} that keep new sessions away: maintenance, inherited or by name resolution, and drain,
     * inherited or not. Bit 0x04 only remembers that the configuration began with maintenance (HAProxy management guide,
     * {@code show servers state}).
     */
    private static final int CLOSED = 0x01 | 0x02 | 0x08 | 0x10 | 0x20;

    private static final List<String> COLUMNS = List.of("srv_addr", "srv_admin_state", "srv_uweight");

    private final Edge edge;
    private final InstantSource clock;
    private final Thread thread = new Thread(this::watch, "watch-edge");
    private final Map<String, List<Change>> changes = new HashMap<>();
    private int mostPlaces = 1;
    private Instant lastLook = Instant.EPOCH;
    private volatile boolean closed;

    /** From that time on the node had that weight. */
    record Change(Instant time, int weight) {}

    EdgeWatch(Edge edge, InstantSource clock) {
        this.edge = edge;
        this.clock = clock;
    }

    EdgeWatch start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void watch() {
        while (!closed) {
            try {
                look(edge.ask("show servers state " + Pools.BACKEND), clock.instant());
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            } catch (LocalRuntimeException e) {
                if (closed) {
                    return;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** Reads an answer of HAProxy; its columns are named in the line that begins with {@code #}. */
    synchronized void look(String answer, Instant now) {
        List<String> columns = List.of();
        Map<String, Integer> seen = new HashMap<>();
        int places = 0;
        for (String line : answer.lines().toList()) {
            if (line.startsWith("#")) {
                columns = List.of(line.substring(1).strip().split(" "));
                if (!columns.containsAll(COLUMNS)) {
                    return;
                }
            } else if (!columns.isEmpty() && line.contains(" ")) {
                String[] values = line.split(" ", -1);
                if (values.length < columns.size()) {
                    return;
                }
                places++;
                int admin = Integer.parseInt(values[columns.indexOf("srv_admin_state")]);
                int weight = Integer.parseInt(values[columns.indexOf("srv_uweight")]);
                seen.put(values[columns.indexOf("srv_addr")], (admin & CLOSED) != 0 ? 0 : weight);
            }
        }
        // HAProxy lists every place, taken or not; an answer with fewer was cut off, as happens when it is busy.
        if (places < mostPlaces) {
            return;
        }
        mostPlaces = places;
        lastLook = now;
        for (String address : changes.keySet()) {
            seen.putIfAbsent(address, 0);
        }
        seen.forEach((address, weight) -> {
            List<Change> known = changes.computeIfAbsent(address, key -> new ArrayList<>());
            if (known.isEmpty() || known.get(known.size() - 1).weight() != weight) {
                known.add(new Change(now, weight));
            }
        });
    }

    /** The share of new sessions that these addresses get now, 0 to 1. */
    synchronized double share(List<String> addresses) {
        double all = 0;
        double these = 0;
        for (Map.Entry<String, List<Change>> entry : changes.entrySet()) {
            int weight = entry.getValue().get(entry.getValue().size() - 1).weight();
            all += weight;
            these += addresses.contains(entry.getKey()) ? weight : 0;
        }
        return all == 0 ? 0 : these / all;
    }

    /** When the last of these addresses lost its weight for good, empty while one still has some or nobody can tell. */
    synchronized Optional<Instant> allAtZeroSince(List<String> addresses) {
        return lastLook.isBefore(clock.instant().minus(TOO_OLD)) ? Optional.empty() : lastSeenAtZeroSince(addresses);
    }

    /** The same as it was when the edge last answered, however long ago: for the report, after the fact. */
    synchronized Optional<Instant> lastSeenAtZeroSince(List<String> addresses) {
        Instant latest = Instant.EPOCH;
        for (String address : addresses) {
            List<Change> known = changes.getOrDefault(address, List.of());
            if (known.isEmpty()) {
                continue;
            }
            Change last = known.get(known.size() - 1);
            if (last.weight() != 0) {
                return Optional.empty();
            }
            latest = last.time().isAfter(latest) ? last.time() : latest;
        }
        return latest.equals(Instant.EPOCH) ? Optional.empty() : Optional.of(latest);
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
