package dev.sluice.traffic;

import dev.sluice.api.Traffic;
import dev.sluice.api.WeightSource;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * HAProxy as the edge, by its runtime API. The backend has a {@code server-template} with slots to spare; a node gets a
 * free slot and keeps it until it is released. What HAProxy says of itself is compared each time: a reload forgets
 * weights, and a slot whose address someone else changed is another server.
 */
public final class HaProxyRouter implements Router {
    private final List<HaProxyRuntime> edges;
    private final String backend;
    private final boolean weightsByAgent;

    /**
     * A router for one pool.
     *
     * @param settings where the edges are and which backend is the pool's
     * @param limit the longest that one answer of an edge may take
     */
    public HaProxyRouter(Traffic.HaProxyRouter settings, Duration limit) {
        this.edges = settings.runtimeAddresses().stream()
                .map(address -> new HaProxyRuntime(address, limit))
                .toList();
        this.backend = settings.backend();
        this.weightsByAgent = settings.weightSource() == WeightSource.AGENT_CHECK;
    }

    @Override
    public Optional<String> route(List<Server> wanted) {
        List<String> problems = edges.parallelStream()
                .map(edge -> route(edge, wanted))
                .flatMap(Optional::stream)
                .toList();
        return problems.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", problems));
    }

    private Optional<String> route(HaProxyRuntime edge, List<Server> wanted) {
        try {
            List<HaProxyServer> present = edge.servers(backend);
            Map<String, Server> slots = new LinkedHashMap<>();
            List<Server> homeless = assign(wanted, present, slots);
            // First who gets less, then who gets more: at no moment does a node that is out get mail.
            for (HaProxyServer slot : present) {
                if (!slots.containsKey(slot.name())) {
                    edge.change(empty(slot));
                }
            }
            for (HaProxyServer slot : present) {
                if (slots.containsKey(slot.name()) && slots.get(slot.name()).weight() == 0) {
                    edge.change(fill(slot, slots.get(slot.name())));
                }
            }
            for (HaProxyServer slot : present) {
                if (slots.containsKey(slot.name()) && slots.get(slot.name()).weight() > 0) {
                    edge.change(fill(slot, slots.get(slot.name())));
                }
            }
            return homeless.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                            "HAProxy at %s has %d servers in backend %s, %d are needed: raise the number in its server-template"
                                    .formatted(edge, present.size(), backend, present.size() + homeless.size()));
        } catch (IOException | RuntimeException e) {
            return Optional.of("HAProxy at %s: %s".formatted(edge, e.getMessage()));
        }
    }

    /** Gives each node its slot: the one that leads to it already, else a free one. Fills {@code slots}. */
    private List<Server> assign(List<Server> wanted, List<HaProxyServer> present, Map<String, Server> slots) {
        Map<String, HaProxyServer> byTarget = new HashMap<>();
        present.forEach(slot -> byTarget.putIfAbsent(slot.address() + " " + slot.port(), slot));
        List<Server> newcomers = new ArrayList<>();
        for (Server server : wanted) {
            HaProxyServer slot = byTarget.get(server.address() + " " + server.port());
            if (slot == null || slots.containsKey(slot.name())) {
                newcomers.add(server);
            } else {
                slots.put(slot.name(), server);
            }
        }
        List<HaProxyServer> free = present.stream()
                .filter(slot -> !slots.containsKey(slot.name()))
                .sorted(java.util.Comparator.comparing((HaProxyServer slot) -> !slot.maintenance()))
                .toList();
        int given = Math.min(free.size(), newcomers.size());
        for (int i = 0; i < given; i++) {
            slots.put(free.get(i).name(), newcomers.get(i));
        }
        return newcomers.subList(given, newcomers.size());
    }

    private List<String> empty(HaProxyServer slot) {
        return slot.maintenance() ? List.of() : List.of(set(slot, "state maint"));
    }

    private List<String> fill(HaProxyServer slot, Server server) {
        List<String> commands = new ArrayList<>();
        boolean leadsElsewhere = !slot.address().equals(server.address()) || slot.port() != server.port();
        boolean maintenance = slot.maintenance();
        if (leadsElsewhere) {
            if (!maintenance) {
                commands.add(set(slot, "state maint"));
                maintenance = true;
            }
            commands.add(set(slot, "addr %s port %d".formatted(server.address(), server.port())));
        }
        if (server.weight() == 0) {
            if (maintenance || !slot.draining()) {
                commands.add(set(slot, "state drain"));
            }
            return commands;
        }
        if (!weightsByAgent && slot.weight() != server.weight()) {
            commands.add(set(slot, "weight " + server.weight()));
        }
        // Where the agent owns the weight, it also ends the drain; two masters would fight.
        if (maintenance || (slot.draining() && !weightsByAgent)) {
            commands.add(set(slot, "state ready"));
        }
        return commands;
    }

    private String set(HaProxyServer slot, String what) {
        return "set server %s/%s %s".formatted(backend, slot.name(), what);
    }
}
