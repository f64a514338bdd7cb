package dev.sluice.local.demo;

import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.StratumCounters;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What each node says of itself, asked once a second and remembered after the node is gone. */
final class NodeWatch implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(NodeWatch.class);
    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    private final NodeClient client;
    private final Supplier<Collection<NodeAddress>> addresses;
    private final Map<String, NodeReport> last = new HashMap<>();
    private final Map<String, String> hosts = new HashMap<>();
    private final Map<String, Instant> emptySince = new HashMap<>();
    private final Thread thread = new Thread(this::watch, "watch-nodes");
    private volatile boolean closed;

    NodeWatch(NodeClient client, Supplier<Collection<NodeAddress>> addresses) {
        this.client = client;
        this.addresses = addresses;
    }

    NodeWatch start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void watch() {
        while (!closed) {
            try {
                look();
                Thread.sleep(BETWEEN_LOOKS.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (KubernetesClientException e) {
                if (closed) {
                    return;
                }
                // The next look asks again; what was heard last still stands.
            }
        }
    }

    /** Asks every node now. */
    void look() {
        for (NodeAddress address : addresses.get()) {
            try {
                remember(address, client.report(address));
            } catch (NodeCallFailure e) {
                LOG.debug("{} does not answer; what it said last still stands", address.node(), e);
            }
        }
    }

    private synchronized void remember(NodeAddress address, NodeReport report) {
        last.put(address.node(), report);
        hosts.put(address.node(), address.host());
        if (report.queue().total() == 0) {
            emptySince.putIfAbsent(address.node(), report.takenTime());
        } else {
            emptySince.remove(address.node());
        }
    }

    synchronized Optional<NodeReport> report(String node) {
        return Optional.ofNullable(last.get(node));
    }

    synchronized List<String> hosts(Collection<String> nodes) {
        return nodes.stream().map(hosts::get).filter(Objects::nonNull).toList();
    }

    /** A sum over the books of all nodes of a pool, also of those that are gone. */
    synchronized long sum(String pool, ToLongFunction<Ledger> figure) {
        return last.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(pool + "-"))
                .mapToLong(entry -> figure.applyAsLong(entry.getValue().ledger()))
                .sum();
    }

    synchronized long sum(Collection<String> nodes, ToLongFunction<Ledger> figure) {
        return nodes.stream()
                .map(last::get)
                .filter(Objects::nonNull)
                .mapToLong(report -> figure.applyAsLong(report.ledger()))
                .sum();
    }

    /** When the first failed delivery on one of these nodes was seen. */
    synchronized Optional<Instant> firstFailure(Collection<String> nodes) {
        return nodes.stream()
                .map(last::get)
                .filter(Objects::nonNull)
                .flatMap(report -> report.strata().stream())
                .map(StratumCounters::firstFailureTime)
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    /** Since when the queues of all these nodes are empty, for good so far. */
    synchronized Optional<Instant> emptySince(Collection<String> nodes) {
        return nodes.stream().allMatch(emptySince::containsKey)
                ? nodes.stream().map(emptySince::get).max(Instant::compareTo)
                : Optional.empty();
    }

    @Override
    public void close() {
        closed = true;
        thread.interrupt();
    }
}
