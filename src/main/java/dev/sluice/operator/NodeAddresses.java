package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.node.NodeAddress;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where nodes are: a Pod at the address that the cluster gave it, a machine where its name points to. Names are looked up
 * by the poller's threads and remembered for a while, so that no reconciler waits for them.
 */
final class NodeAddresses {
    private static final Logger LOG = LoggerFactory.getLogger(NodeAddresses.class);
    private static final Duration GOOD_FOR = Duration.ofMinutes(1);
    private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

    private final ClusterView view;
    private final InstantSource clock;
    private final Map<String, Lookup> lookups = new ConcurrentHashMap<>();

    private record Lookup(Optional<String> address, Instant time) {}

    NodeAddresses(ClusterView view, InstantSource clock) {
        this.view = view;
        this.clock = clock;
    }

    /** The node's own IP address, as far as it is known without waiting. */
    Optional<String> of(MailNode node) {
        if (node.getSpec().external() != null) {
            String host = node.getSpec().external().host();
            return isLiteral(host)
                    ? Optional.of(host)
                    : Optional.ofNullable(lookups.get(host)).flatMap(Lookup::address);
        }
        return view.pod(ObjectKey.of(node)).flatMap(NodeAddresses::of);
    }

    /** The address of a Pod that has not ended. */
    static Optional<String> of(Pod pod) {
        return Optional.ofNullable(pod.getStatus())
                .filter(status -> status.getPhase() == null || !ENDED.contains(status.getPhase()))
                .map(PodStatus::getPodIP)
                .filter(address -> !address.isEmpty());
    }

    /** Whom the poller has to ask. Looks names up and may wait for that. */
    List<NodeAddress> toAsk() {
        return view.mailNodes()
                .peek(this::lookUp)
                .flatMap(node -> of(node).map(address -> agent(node, address)).stream())
                .toList();
    }

    /** The agent of a node at an address. */
    static NodeAddress agent(MailNode node, String address) {
        return new NodeAddress(
                node.getMetadata().getName(),
                node.getMetadata().getNamespace(),
                address,
                node.getSpec().external() == null
                        ? NodeAddress.DEFAULT_PORT
                        : node.getSpec().external().agentPort());
    }

    private void lookUp(MailNode node) {
        if (node.getSpec().external() == null
                || isLiteral(node.getSpec().external().host())) {
            return;
        }
        String host = node.getSpec().external().host();
        Lookup last = lookups.get(host);
        if (last != null && last.time().plus(GOOD_FOR).isAfter(clock.instant())) {
            return;
        }
        try {
            lookups.put(host, new Lookup(Optional.of(InetAddress.getByName(host).getHostAddress()), clock.instant()));
        } catch (UnknownHostException e) {
            LOG.debug("{} has no address", host);
            lookups.put(host, new Lookup(last == null ? Optional.empty() : last.address(), clock.instant()));
        }
    }

    static boolean isLiteral(String host) {
        return host.indexOf(':') >= 0 || host.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    }

    /** Exactly this address, in CIDR notation. */
    static String exactly(String address) {
        return address + (address.indexOf(':') >= 0 ? "/128" : "/32");
    }
}
