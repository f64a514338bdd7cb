package dev.sluice.plan;

import dev.sluice.node.NodeOrders.Endpoint;
import java.util.List;
import java.util.Optional;

/**
 * A next hop, resolved to addresses.
 *
 * @param name its name in the pool
 * @param endpoints where its mail goes
 * @param recipientDomains the domains routed to it, empty for the default route
 * @param ownTier whether it is a pool of this platform
 * @param problem why it cannot be used, in one line that says what to change; empty when it can
 * @param waitsFor what it needs and what comes without anybody's doing, in one line; empty when it lacks nothing
 */
public record HopFacts(
        String name,
        List<Endpoint> endpoints,
        List<String> recipientDomains,
        boolean ownTier,
        Optional<String> problem,
        Optional<String> waitsFor) {
    public HopFacts {
        endpoints = List.copyOf(endpoints);
        recipientDomains = List.copyOf(recipientDomains);
    }
}
