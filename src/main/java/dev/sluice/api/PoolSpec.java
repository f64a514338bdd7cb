package dev.sluice.api;

import java.util.List;
import java.util.Optional;

/** What both kinds of pools declare. */
public sealed interface PoolSpec permits FilterPoolSpec, TransportPoolSpec {
    /** How many nodes serve, 0 to 500. */
    int replicas();

    /** How many nodes have to serve at any time, 0 to {@link #replicas}. */
    int minAvailable();

    /** What each node is made of. */
    NodeTemplate template();

    /** Addresses of the edge, in CIDR notation, that may relay through the nodes; empty for a transport pool. */
    List<String> acceptFrom();

    /** Where mail goes; empty means delivery by MX. */
    List<NextHop> nextHops();

    /** How traffic reaches the nodes; empty for a transport pool that is reached by the addresses of its nodes. */
    Optional<Traffic> trafficRouter();

    /** Who may relay through a transport pool; empty for a filter pool. */
    Optional<RelayAccess> relayRules();

    /** How nodes leave. */
    Drain drain();

    /** How nodes enter. */
    Rollout rollout();

    /** Who is told of what happens. */
    List<Notification> notifications();
}
