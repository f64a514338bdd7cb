package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.postfix.LogLine.Delivery;
import dev.sluice.postfix.Relay;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which next hop and stratum a recipient belongs to, and which relays are peers instead. */
final class Routes {
    private static final HopRoute NOWHERE = new HopRoute("none", List.of(), List.of(), false);

    private final Map<String, HopRoute> byDomain = new HashMap<>();
    private final HopRoute rest;
    private final Set<String> peers;
    private final Set<String> ownAddresses;
    private final boolean contentFilter;

    private Routes(List<HopRoute> routes, Set<String> peers, Set<String> ownAddresses, boolean contentFilter) {
        HopRoute fallback = NOWHERE;
        for (HopRoute route : routes) {
            if (route.recipientDomains().isEmpty() && fallback.equals(NOWHERE)) {
                fallback = route;
            }
            route.recipientDomains().forEach(domain -> byDomain.putIfAbsent(domain.toLowerCase(Locale.ROOT), route));
        }
        this.rest = fallback;
        this.peers = peers;
        this.ownAddresses = ownAddresses;
        this.contentFilter = contentFilter;
    }

    /** Before any orders. */
    static Routes none() {
        return new Routes(List.of(), Set.of(), Set.of(), false);
    }

    /**
     * As ordered.
     *
     * @param formerPeers handover listeners of earlier orders, whose log lines may still come
     */
    static Routes of(NodeOrders orders, Set<String> formerPeers, Set<String> ownAddresses) {
        Set<String> peers = new HashSet<>(formerPeers);
        orders.handoverTo().ifPresent(peer -> peers.add(peer.endpoint().toString()));
        return new Routes(
                orders.nextHops(), peers, ownAddresses, orders.settings().containsKey("content_filter"));
    }

    /** Every handover listener known so far, as {@code host:port}. */
    Set<String> peers() {
        return Set.copyOf(peers);
    }

    /** The hop of a recipient: by its domain, else by the nearest parent that is routed with all its subdomains. */
    HopRoute hop(String recipient) {
        String domain = domain(recipient);
        HopRoute route = byDomain.get(domain);
        for (int dot = domain.indexOf('.'); route == null && dot >= 0; dot = domain.indexOf('.', dot + 1)) {
            route = byDomain.get(domain.substring(dot));
        }
        return route == null ? rest : route;
    }

    /** The stratum of a recipient whose address is known. */
    Stratum stratum(String recipient) {
        HopRoute hop = hop(recipient);
        boolean byMx = hop.endpoints().isEmpty();
        String name = byMx ? hop.name() + "/" + MailProvider.of(domain(recipient)) : hop.name();
        return new Stratum(name, hop.name(), hop.ownTier());
    }

    /** The stratum of a recipient of whom nothing is known. */
    Stratum defaultStratum() {
        return stratum("");
    }

    /** Whether the attempt went, or tried to go, to a peer. */
    boolean toPeer(Delivery delivery) {
        return isPeer(delivery.relay())
                || Relay.mentionedIn(delivery.text()).filter(this::isPeer).isPresent();
    }

    private boolean isPeer(Relay relay) {
        return peers.contains(new Endpoint(relay.host(), relay.port()).toString())
                || peers.contains(new Endpoint(relay.address(), relay.port()).toString());
    }

    /** Whether the attempt went to the node's own content filter, which hands the message in again. */
    boolean toContentFilter(Delivery delivery) {
        return contentFilter && isOwn(delivery.relay().address());
    }

    /** Whether the client is the node's own content filter. */
    boolean fromContentFilter(String clientAddress) {
        return contentFilter && isOwn(clientAddress);
    }

    private boolean isOwn(String address) {
        return address.startsWith("127.") || address.equals("::1") || ownAddresses.contains(address);
    }

    private static String domain(String recipient) {
        return Optional.of(recipient.substring(recipient.lastIndexOf('@') + 1))
                .map(domain -> domain.toLowerCase(Locale.ROOT))
                .orElse("");
    }

    /** The class within which nodes are compared. */
    record Stratum(String name, String hop, boolean ownTier) {}
}
