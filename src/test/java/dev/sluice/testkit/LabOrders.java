package dev.sluice.testkit;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.Peer;
import dev.sluice.node.NodeOrders.PreflightOrder;
import dev.sluice.testkit.PostfixLab.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Orders for a node of the lab: it serves, keeps what its next hop refuses and tries again every second. Each test says
 * only what is different.
 */
public final class LabOrders {
    /** The name of the only next hop. */
    public static final String HOP = "transport";

    private final String node;
    private final Map<String, String> settings =
            new TreeMap<>(Map.of("queue_run_delay", "1s", "minimal_backoff_time", "1s", "maximal_backoff_time", "2s"));
    private long leaderEpoch = 7;
    private int weightPercent = 100;
    private boolean acceptNew = true;
    private boolean canBeSpared;
    private List<String> relayNetworks = List.of();
    private List<String> handoverFrom = List.of();
    private List<Endpoint> endpoints = List.of();
    private List<String> domains = List.of();
    private boolean ownTier = true;
    private Optional<PreflightOrder> preflight = Optional.empty();
    private Optional<Peer> handoverTo = Optional.empty();

    private LabOrders(String node) {
        this.node = node;
    }

    /** Orders for this node, which may be relayed through by the load client and delivers to this sink. */
    public static LabOrders of(PostfixLab lab, Node node, String sinkHost, RecordingSink sink) {
        LabOrders orders = new LabOrders(node.name());
        orders.relayNetworks = List.of(lab.loadNetwork());
        orders.endpoints = List.of(new Endpoint(sinkHost, sink.port()));
        return orders;
    }

    public LabOrders leaderEpoch(long epoch) {
        leaderEpoch = epoch;
        return this;
    }

    public LabOrders setting(String name, String value) {
        settings.put(name, value);
        return this;
    }

    public LabOrders weight(int percent) {
        weightPercent = percent;
        return this;
    }

    /** New mail is not welcome. */
    public LabOrders closed() {
        acceptNew = false;
        return this;
    }

    /** Others carry the pool's mail too. */
    public LabOrders canBeSpared() {
        canBeSpared = true;
        return this;
    }

    public LabOrders relayFor(String... networks) {
        relayNetworks = List.of(networks);
        return this;
    }

    public LabOrders handoverFrom(String... networks) {
        handoverFrom = List.of(networks);
        return this;
    }

    /** The hop has no endpoints: mail for these domains goes to strangers by MX. */
    public LabOrders byMailExchanger(String... recipientDomains) {
        endpoints = List.of();
        domains = List.of(recipientDomains);
        ownTier = false;
        return this;
    }

    public LabOrders preflight(String id) {
        preflight = Optional.of(new PreflightOrder(id, "probe@ex.test", "probe@c.test", 5));
        return this;
    }

    /** What waits goes to this peer. */
    public LabOrders handoverTo(Node peer) {
        handoverTo = Optional.of(new Peer(peer.name(), new Endpoint(peer.address(), 2526)));
        return this;
    }

    public NodeOrders build() {
        return new NodeOrders(
                leaderEpoch,
                node,
                weightPercent,
                acceptNew,
                true,
                false,
                60,
                Map.copyOf(settings),
                ClientAddress.CONNECTION,
                relayNetworks,
                handoverFrom,
                List.of(new HopRoute(HOP, endpoints, domains, ownTier)),
                handoverTo,
                preflight,
                1,
                canBeSpared);
    }
}
