package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Finds what is missing or out of range in orders that came as JSON. */
final class OrdersCheck {
    private static final int LONGEST_OBJECTIVE = 86_400;
    private static final int MOST_LANES = 100;

    private OrdersCheck() {}

    /** One line: what is wrong, where, what to write instead. Empty when nothing is. */
    static Optional<String> mistake(NodeOrders orders) {
        if (orders == null) {
            return Optional.of("orders: nothing was sent; send a JSON object");
        }
        Map<String, Object> parts = new LinkedHashMap<>();
        parts.put("node", orders.node());
        parts.put("settings", orders.settings());
        parts.put("clientAddress", orders.clientAddress());
        parts.put("relayNetworks", orders.relayNetworks());
        parts.put("handoverFrom", orders.handoverFrom());
        parts.put("nextHops", orders.nextHops());
        parts.put("handoverTo", orders.handoverTo());
        parts.put("preflight", orders.preflight());
        for (Map.Entry<String, Object> part : parts.entrySet()) {
            if (part.getValue() == null) {
                return Optional.of(part.getKey() + ": is missing; orders are always whole");
            }
        }
        if (orders.weightPercent() < 0 || orders.weightPercent() > 100) {
            return Optional.of("weightPercent: " + orders.weightPercent() + " is out of range; write 0 to 100");
        }
        if (orders.lanes() < 1 || orders.lanes() > MOST_LANES) {
            return Optional.of("lanes: " + orders.lanes() + " is out of range; write 1 to " + MOST_LANES);
        }
        if (orders.objectiveSeconds() < 1 || orders.objectiveSeconds() > LONGEST_OBJECTIVE) {
            return Optional.of("objectiveSeconds: " + orders.objectiveSeconds() + " is out of range; write 1 to "
                    + LONGEST_OBJECTIVE);
        }
        boolean hollow = orders.settings().containsValue(null)
                || orders.relayNetworks().contains(null)
                || orders.handoverFrom().contains(null)
                || orders.nextHops().stream().anyMatch(OrdersCheck::hollow)
                || orders.handoverTo()
                        .filter(peer ->
                                peer.endpoint() == null || peer.endpoint().host() == null)
                        .isPresent()
                || orders.preflight()
                        .filter(probe -> probe.id() == null || probe.sender() == null || probe.recipient() == null)
                        .isPresent();
        return hollow ? Optional.of("orders: a list or object holds nothing where a value belongs") : Optional.empty();
    }

    private static boolean hollow(NodeOrders.HopRoute hop) {
        return hop == null
                || hop.name() == null
                || hop.endpoints() == null
                || hop.recipientDomains() == null
                || hop.recipientDomains().contains(null)
                || hop.endpoints().stream().anyMatch(endpoint -> endpoint == null || endpoint.host() == null);
    }
}
