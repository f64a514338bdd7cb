package dev.sluice.sim.fleet;

import java.util.Map;
import java.util.TreeMap;

/** Which nodes of a pool get how much of its new mail. */
final class Edge {
    /** A node at the edge. */
    record Server(String address, int weight) {}

    private Map<String, Server> servers = Map.of();
    private long total;

    Map<String, Server> servers() {
        return servers;
    }

    /** The sum of all weights. */
    long total() {
        return total;
    }

    /** The weight of a node that is there. */
    int weight(String node) {
        return servers.get(node).weight();
    }

    void becomes(Map<String, Server> wanted) {
        servers = new TreeMap<>(wanted);
        total = servers.values().stream().mapToLong(Server::weight).sum();
    }
}
