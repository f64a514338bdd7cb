package dev.sluice.agent;

import dev.sluice.node.NodeReport;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.ToDoubleFunction;

/** The report as Prometheus metrics. Labels are bounded: outcomes, next hops, classes of reasons, queues. */
final class AgentMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Long> attempts = new ConcurrentHashMap<>();
    private final Set<String> hops = ConcurrentHashMap.newKeySet();
    private final Tags node;
    private volatile NodeReport latest;

    AgentMetrics(String nodeName, String namespace, NodeReport first) {
        this.node = Tags.of("node", nodeName, "namespace", namespace);
        this.latest = first;
        queue("incoming", queue -> queue.incoming());
        queue("active", queue -> queue.active());
        queue("deferred", queue -> queue.deferred());
        queue("hold", queue -> queue.held());
        gauge("sluice.queue.free.bytes", report -> report.queue().freeBytes());
        gauge("sluice.messages.unaccounted", report -> report.ledger().unaccounted());
        gauge("sluice.sessions.open", NodeReport::openSessions);
        gauge("sluice.mta.up", report -> report.mta().phase() == NodeReport.MtaPhase.RUNNING ? 1 : 0);
        gauge(
                "sluice.drain.remaining.messages",
                report -> report.handover()
                        .map(NodeReport.HandoverProgress::remaining)
                        .orElse(0L));
        counter("sluice.messages.accepted", report -> report.ledger().messages());
        counter("sluice.recipients.accepted", report -> report.ledger().accepted());
        counter("sluice.recipients.received.handover", report -> report.ledger().receivedByHandover());
        counter("sluice.recipients.delivered", report -> report.ledger().delivered());
        counter("sluice.recipients.bounced", report -> report.ledger().bounced());
        counter("sluice.recipients.expired", report -> report.ledger().expired());
        counter("sluice.recipients.handed.over", report -> report.ledger().handedOver());
        counter("sluice.possible.duplicates", report -> report.ledger().possibleDuplicates());
    }

    synchronized String scrape(NodeReport report, Map<String, Long> counted) {
        latest = report;
        counted.forEach((key, count) -> {
            if (attempts.put(key, count) == null) {
                attempt(key);
            }
        });
        report.queue().hops().forEach(hop -> {
            if (hops.add(hop.nextHop())) {
                oldest(hop.nextHop());
            }
        });
        return registry.scrape();
    }

    private void attempt(String key) {
        String[] parts = key.split("\\|", 3);
        FunctionCounter.builder("sluice.delivery.attempts", attempts, counts -> counts.getOrDefault(key, 0L))
                .description("Attempts to deliver to one recipient, by how they ended")
                .tags(node.and("outcome", parts[0], "nexthop", parts[1], "class", parts[2]))
                .register(registry);
    }

    private void oldest(String hop) {
        Gauge.builder("sluice.queue.oldest.age.seconds", this, metrics -> metrics.oldestSeconds(hop))
                .description("Age of the oldest message that waits for a next hop")
                .tags(node.and("nexthop", hop))
                .register(registry);
    }

    private double oldestSeconds(String name) {
        return latest.queue().hops().stream()
                .filter(hop -> hop.nextHop().equals(name))
                .mapToLong(NodeReport.HopQueue::oldestSeconds)
                .max()
                .orElse(0);
    }

    private void queue(String state, ToDoubleFunction<NodeReport.QueueSummary> count) {
        Gauge.builder("sluice.queue.messages", this, metrics -> count.applyAsDouble(metrics.latest.queue()))
                .description("Messages that wait, by queue")
                .tags(node.and("state", state))
                .register(registry);
    }

    private void gauge(String name, ToDoubleFunction<NodeReport> value) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .tags(node)
                .register(registry);
    }

    private void counter(String name, ToDoubleFunction<NodeReport> value) {
        FunctionCounter.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .tags(node)
                .register(registry);
    }
}
