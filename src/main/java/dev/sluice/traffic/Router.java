package dev.sluice.traffic;

import java.util.List;
import java.util.Optional;

/** Makes one edge send traffic as wanted. */
public sealed interface Router permits HaProxyRouter, EndpointSliceRouter {
    /**
     * Compares the edge with what is wanted and corrects what differs. Doing it again changes nothing.
     *
     * @param wanted every server that the edge may have for this pool
     * @return why the edge is not as wanted, in one line; empty when it is
     */
    Optional<String> route(List<Server> wanted);

    /**
     * One node at the edge.
     *
     * @param node its name
     * @param address where it listens
     * @param port where it listens, 1 to 65535
     * @param weight 0 to 256; 0 drains
     */
    record Server(String node, String address, int port, int weight) {}
}
