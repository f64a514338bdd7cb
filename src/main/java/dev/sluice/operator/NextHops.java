package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.NextHop;
import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.plan.HopFacts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Resolves next hops to addresses. A transport pool stands for its nodes that carry mail by right. When none does, its
 * last known endpoints stay, since to a node an empty list would mean delivery by MX, past the tier.
 */
final class NextHops {
    static final Set<NodeState> IN_SERVICE = Set.of(NodeState.SERVING, NodeState.CANARY);
    private static final int SMTP_PORT = 25;

    private final ClusterView view;
    private final NodeAddresses addresses;
    private final Map<PoolKey, List<Endpoint>> lastKnown = new ConcurrentHashMap<>();

    NextHops(ClusterView view, NodeAddresses addresses) {
        this.view = view;
        this.addresses = addresses;
    }

    List<HopFacts> resolve(String namespace, List<NextHop> hops) {
        return hops.stream().map(hop -> resolve(namespace, hop)).toList();
    }

    private HopFacts resolve(String namespace, NextHop hop) {
        if (hop.transportPoolRef() == null) {
            List<Endpoint> endpoints = hop.addresses().stream()
                    .map(address -> new Endpoint(address.host(), address.port()))
                    .toList();
            return new HopFacts(
                    hop.name(), endpoints, hop.recipientDomains(), false, Optional.empty(), Optional.empty());
        }
        PoolKey key = new PoolKey(
                namespace, PoolKind.TRANSPORT_POOL, hop.transportPoolRef().name());
        Optional<Pool> pool = view.pool(key);
        List<Endpoint> inService = pool.map(found -> inService(key, found)).orElse(List.of());
        if (!inService.isEmpty()) {
            lastKnown.put(key, inService);
            return new HopFacts(
                    hop.name(), inService, hop.recipientDomains(), true, Optional.empty(), Optional.empty());
        }
        List<Endpoint> known = lastKnown.getOrDefault(
                key, pool.map(found -> everKnown(key, found)).orElse(List.of()));
        return withoutService(hop, pool, known);
    }

    /** A transport pool of which no node is in service, or that does not exist. */
    static HopFacts withoutService(NextHop hop, Optional<Pool> pool, List<Endpoint> known) {
        String name = hop.transportPoolRef().name();
        Optional<String> missing = pool.isEmpty()
                ? Optional.of(
                        "TransportPool %s does not exist in this namespace: create it or change spec.nextHops[%s].transportPoolRef"
                                .formatted(name, hop.name()))
                : Optional.empty();
        Optional<String> notUpYet =
                pool.map(found -> "TransportPool %s has no node in service: next hop %s leads nowhere until one is"
                        .formatted(name, hop.name()));
        return new HopFacts(hop.name(), known, hop.recipientDomains(), true, missing, notUpYet);
    }

    private List<Endpoint> inService(PoolKey key, Pool pool) {
        return nodes(pool).stream()
                .filter(node -> IN_SERVICE.contains(node.state()))
                .flatMap(node -> endpoint(key, node).stream())
                .toList();
    }

    private List<Endpoint> everKnown(PoolKey key, Pool pool) {
        return nodes(pool).stream()
                .filter(NodeEntry::everCarriedMail)
                .flatMap(node -> endpoint(key, node).stream())
                .toList();
    }

    private static List<NodeEntry> nodes(Pool pool) {
        return pool.getStatus() == null ? List.of() : pool.getStatus().nodes();
    }

    private Optional<Endpoint> endpoint(PoolKey pool, NodeEntry entry) {
        Optional<MailNode> node = view.mailNode(new ObjectKey(pool.namespace(), entry.name()));
        int port = node.map(found -> found.getSpec().external())
                .map(machine -> machine.smtpPort())
                .orElse(SMTP_PORT);
        return node.flatMap(addresses::of)
                .or(() -> Optional.ofNullable(entry.lastKnownAddress()))
                .map(address -> new Endpoint(address, port));
    }
}
