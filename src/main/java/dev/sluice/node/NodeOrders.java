package dev.sluice.node;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The whole desired state of one node, as the operator last decided it. Orders are declarative: sending the same orders
 * twice changes nothing, and an agent that restarts goes on with the last ones it accepted.
 *
 * @param leaderEpoch the fencing number of the operator that gives the orders; an agent refuses a smaller one than it
 *     has seen
 * @param node the name of the MailNode that the orders are for; an agent refuses another's
 * @param weightPercent the share of its configured weight that the edge shall give the node, 0 to 100; 0 takes it out
 * @param acceptNew whether new sessions are welcome; false answers {@code drain} to the edge and 421 to the next
 *     recipient of sessions that stay open
 * @param keepOnNextHopFailure whether a refusal that is the node's or next hop's fault keeps the message queued
 *     instead of bouncing it ({@code smtp_delivery_status_filter})
 * @param holdQueue whether the queue is frozen ({@code postsuper -h}), the only state in which mail does not expire
 * @param objectiveSeconds within this time after arrival a recipient is to be delivered, else it counts as failed; 1 to
 *     86400
 * @param settings Postfix parameters of the pool's template, name to value
 * @param clientAddress how the node learns who its client is
 * @param relayNetworks who may relay through the node: exact {@code mynetworks}, in CIDR notation
 * @param handoverFrom addresses that may hand their queue over to this node, in CIDR notation
 * @param nextHops where mail goes, in order; the one without domains takes the rest
 * @param handoverTo the peer that takes this node's queue, empty while the node delivers on its own
 * @param preflight the probes to run, empty for none
 * @param lanes into how many lanes the node divides its mail before it counts units, 1 to 100, so that a lane of each node
 *     gets the same share of the pool's mail; absent means 1
 * @param canBeSpared whether others carry the pool's mail, so that a node that nobody looks after may take itself out when
 *     nothing gets through
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record NodeOrders(
        long leaderEpoch,
        String node,
        int weightPercent,
        boolean acceptNew,
        boolean keepOnNextHopFailure,
        boolean holdQueue,
        int objectiveSeconds,
        Map<String, String> settings,
        ClientAddress clientAddress,
        List<String> relayNetworks,
        List<String> handoverFrom,
        List<HopRoute> nextHops,
        Optional<Peer> handoverTo,
        Optional<PreflightOrder> preflight,
        int lanes,
        boolean canBeSpared) {
    /** What is not given becomes its default. */
    public NodeOrders {
        lanes = lanes == 0 ? 1 : lanes;
    }

    /** The same orders of another leader. */
    public NodeOrders withLeaderEpoch(long epoch) {
        return new NodeOrders(
                epoch,
                node,
                weightPercent,
                acceptNew,
                keepOnNextHopFailure,
                holdQueue,
                objectiveSeconds,
                settings,
                clientAddress,
                relayNetworks,
                handoverFrom,
                nextHops,
                handoverTo,
                preflight,
                lanes,
                canBeSpared);
    }

    /** How a node learns who its client is. */
    public enum ClientAddress {
        /** From the connection itself. */
        CONNECTION,
        /** From a PROXY protocol header, which the edge sends before the session. */
        PROXY_PROTOCOL
    }

    /**
     * One next hop as the node has to use it.
     *
     * @param name the next hop's name in the pool; the stratum of its outcomes
     * @param endpoints every address that mail for this hop may go to, all of equal right: each node begins at another one, chosen
     *     by its name, and goes round in this order; empty means delivery by MX
     * @param recipientDomains the domains that are routed here; empty makes this the default route
     * @param ownTier whether the hop is a tier of the platform itself, so that a refusal is never the recipient's fault
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record HopRoute(String name, List<Endpoint> endpoints, List<String> recipientDomains, boolean ownTier) {}

    /**
     * An SMTP address.
     *
     * @param host an IP address or a host name
     * @param port 1 to 65535
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Endpoint(String host, int port) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    /**
     * A node that takes over a queue.
     *
     * @param node its name
     * @param endpoint its handover listener
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record Peer(String node, Endpoint endpoint) {}

    /**
     * Probes to run before the node may carry mail.
     *
     * @param id names this run; a new id runs the probes again
     * @param sender the envelope sender of the probes
     * @param recipient the envelope recipient of the probes when a hop routes no domain of its own
     * @param timeoutSeconds the longest that one probe may take, 1 to 300
     */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public record PreflightOrder(String id, String sender, String recipient, int timeoutSeconds) {}
}
