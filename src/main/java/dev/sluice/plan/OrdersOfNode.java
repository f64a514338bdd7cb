package dev.sluice.plan;

import dev.sluice.api.AfterTimeout;
import dev.sluice.api.Drain;
import dev.sluice.api.DrainPolicy;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.ProxyProtocol;
import dev.sluice.api.RelayAccess;
import dev.sluice.api.RolloutPolicySpec.Preflight;
import dev.sluice.api.Traffic;
import dev.sluice.api.Traffic.HaProxyRouter;
import dev.sluice.gate.Lanes;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.Peer;
import dev.sluice.node.NodeOrders.PreflightOrder;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The orders that follow from where a node is in its life. */
final class OrdersOfNode {
    private static final int LARGEST_WEIGHT = 256;
    /** Where nothing listens: mail for it waits in the queue. */
    private static final Endpoint NOWHERE = new Endpoint("127.0.0.1", 1);

    /** In a domain that no server has (RFC 2606), so that the answer tells whether it relays. */
    private static final String FOREIGN_RECIPIENT = "postmaster@preflight.invalid";

    private OrdersOfNode() {}

    /**
     * The orders of a node, empty while nothing is known of what it is made of, or of where a tier is that its mail has
     * to go through: to a node a hop without endpoints means delivery by MX, past the tier. It keeps the orders it has, unless it leaves: then its mail waits or
     * goes to a peer.
     */
    static Optional<NodeOrders> of(NodeDraft node, Draft draft) {
        return node.facts()
                .filter(facts -> leaves(node) || facts.hops().stream().noneMatch(OrdersOfNode::leadsNowhere))
                .map(facts -> of(node, facts, draft));
    }

    private static NodeOrders of(NodeDraft node, NodeFacts facts, Draft draft) {
        PoolSpec spec = draft.snapshot().spec();
        boolean carriesMail = node.is(NodeState.CANARY, NodeState.SERVING) && node.weight() > 0;
        return new NodeOrders(
                0,
                node.name(),
                (node.weight() * 100 + LARGEST_WEIGHT - 1) / LARGEST_WEIGHT,
                carriesMail,
                keepsOnNextHopFailure(node, draft),
                waitsForAPeer(node, draft),
                draft.policy().gate().objectiveSeconds(),
                facts.template().postfix(),
                clientAddress(spec),
                relayNetworks(draft),
                handoverFrom(node, draft),
                facts.hops().stream().map(OrdersOfNode::route).toList(),
                node.handoverTo().flatMap(peer -> peer(peer, draft)),
                preflight(node, draft),
                lanes(node, draft),
                canBeSpared(node, draft));
    }

    /** A node alone cannot tell its own fault from a next hop's: only one on trial, beside others that carry mail, may go. */
    private static boolean canBeSpared(NodeDraft node, Draft draft) {
        return node.is(NodeState.CANARY) && draft.serving().stream().anyMatch(other -> other.weight() > 0);
    }

    /** Only what serves beside nodes on trial is divided, so that each lane gets as much mail as the smallest of them. */
    private static int lanes(NodeDraft node, Draft draft) {
        int smallest = draft.in(NodeState.CANARY).stream()
                .mapToInt(NodeDraft::weight)
                .filter(weight -> weight > 0)
                .min()
                .orElse(0);
        return node.is(NodeState.SERVING) ? Lanes.of(node.weight(), smallest) : 1;
    }

    /**
     * A filter's next hop is the platform's own: its refusal is never the recipient's fault, on trial or later. A
     * transport's next hop is the world: there the setting belongs to the trial alone.
     */
    private static boolean keepsOnNextHopFailure(NodeDraft node, Draft draft) {
        return draft.snapshot().pool().kind() == PoolKind.FILTER_POOL || !node.is(NodeState.SERVING);
    }

    private static boolean leaves(NodeDraft node) {
        return node.is(NodeState.QUARANTINED, NodeState.DRAINING);
    }

    private static boolean leadsNowhere(HopFacts hop) {
        return hop.ownTier() && hop.endpoints().isEmpty();
    }

    private static HopRoute route(HopFacts hop) {
        return new HopRoute(
                hop.name(),
                leadsNowhere(hop) ? List.of(NOWHERE) : hop.endpoints(),
                hop.recipientDomains(),
                hop.ownTier());
    }

    /**
     * Mail on hold does not expire. It is held for a peer; where none will ever come, or none came within the time of a
     * drain, it is better tried by the node than kept for good.
     */
    private static boolean waitsForAPeer(NodeDraft node, Draft draft) {
        return node.is(NodeState.QUARANTINED)
                && node.handoverTo().isEmpty()
                && handsOver(draft)
                && draft.wantedNodes() > 0
                && !LeavingHandler.late(node, draft);
    }

    private static boolean handsOver(Draft draft) {
        Drain drain = draft.snapshot().spec().drain();
        return drain.policy() == DrainPolicy.HAND_OVER || drain.afterTimeout() == AfterTimeout.HAND_OVER;
    }

    private static ClientAddress clientAddress(PoolSpec spec) {
        return spec.trafficRouter()
                .map(Traffic::haProxy)
                .map(HaProxyRouter::proxyProtocol)
                .filter(protocol -> protocol == ProxyProtocol.V2)
                .map(protocol -> ClientAddress.PROXY_PROTOCOL)
                .orElse(ClientAddress.CONNECTION);
    }

    /** Exactly the declared networks and the addresses of the nodes that are declared by their pool; never a range. */
    static List<String> relayNetworks(Draft draft) {
        PoolSpec spec = draft.snapshot().spec();
        Stream<String> declared = spec.relayRules().map(RelayAccess::networks).orElse(spec.acceptFrom()).stream();
        return Stream.concat(declared, draft.snapshot().relaySources().stream())
                .distinct()
                .sorted()
                .toList();
    }

    private static List<String> handoverFrom(NodeDraft node, Draft draft) {
        if (!node.is(NodeState.SERVING, NodeState.CANARY) || !handsOver(draft)) {
            return List.of();
        }
        return draft.in(NodeState.CANARY, NodeState.SERVING, NodeState.QUARANTINED, NodeState.DRAINING).stream()
                .filter(peer -> peer != node)
                .flatMap(peer -> peer.address().stream())
                .map(address -> address + (address.indexOf(':') >= 0 ? "/128" : "/32"))
                .sorted()
                .toList();
    }

    private static Optional<Peer> peer(String name, Draft draft) {
        return draft.node(name)
                .flatMap(NodeDraft::facts)
                .flatMap(facts ->
                        facts.address().map(address -> new Peer(name, new Endpoint(address, facts.handoverPort()))));
    }

    private static Optional<PreflightOrder> preflight(NodeDraft node, Draft draft) {
        if (!node.is(NodeState.PREFLIGHT)) {
            return Optional.empty();
        }
        Preflight settings = draft.policy().preflight();
        return node.preflightId()
                .map(id -> new PreflightOrder(id, sender(settings), recipient(settings), settings.timeoutSeconds()));
    }

    private static String sender(Preflight settings) {
        return settings.sender() == null || settings.sender().equals("<>") ? "" : settings.sender();
    }

    private static String recipient(Preflight settings) {
        return settings.recipient() == null ? FOREIGN_RECIPIENT : settings.recipient();
    }
}
