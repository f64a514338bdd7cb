package dev.sluice.agent;

import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.StratumCounters;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;

/**
 * The report as Prometheus metrics; docs/metrics.md lists them. Labels are bounded: outcomes, faults, next hops, classes
 * of reasons, queues.
 */
final class AgentMetrics {
    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<String, Long> attempts = new ConcurrentHashMap<>();
    private final Map<FirstOutcome, Long> firstOutcomes = new ConcurrentHashMap<>();
    private final Set<String> hops = ConcurrentHashMap.newKeySet();
    private final Tags node;
    /** Micrometer holds what it asks weakly; without these two fields their metrics would end at a garbage collection. */
    private final Supplier<Instant> certificateEnd;

    private final LongSupplier timesOpenRelay;
    private volatile NodeReport latest;

    /** How the first attempt for a recipient ended: at which next hop, how, and through whose fault. */
    private record FirstOutcome(String hop, String outcome, String fault) {}

    /**
     * The metrics of one agent.
     *
     * @param first the report to begin with
     * @param certificateEnd when the certificate that the agent answers with ends
     * @param timesOpenRelay how often the node was found to relay for strangers
     */
    AgentMetrics(
            String nodeName,
            String namespace,
            NodeReport first,
            Supplier<Instant> certificateEnd,
            LongSupplier timesOpenRelay) {
        this.node = Tags.of("node", nodeName, "namespace", namespace);
        this.latest = first;
        this.certificateEnd = certificateEnd;
        this.timesOpenRelay = timesOpenRelay;
        queue("incoming", queue -> queue.incoming());
        queue("active", queue -> queue.active());
        queue("deferred", queue -> queue.deferred());
        queue("hold", queue -> queue.held());
        gauge(
                "sluice.queue.free.bytes",
                "Free space on the volume of the queue",
                report -> report.queue().freeBytes());
        gauge(
                "sluice.recipients.unaccounted",
                "Recipients that were accepted and of which nobody knows what became; anything but 0 is a fault",
                report -> report.ledger().unaccounted());
        gauge(
                "sluice.sessions.open",
                "SMTP sessions that are open on the listeners for new mail",
                report -> report.openSessions());
        gauge(
                "sluice.mta.up",
                "1 while the mail server accepts and delivers, else 0",
                report -> report.mta().phase() == NodeReport.MtaPhase.RUNNING ? 1 : 0);
        gauge(
                "sluice.node.closed",
                "1 while the node has taken itself out and answers 421 to every recipient, else 0",
                report -> report.tookItselfOut().isPresent() ? 1 : 0);
        gauge(
                "sluice.drain.remaining.messages",
                "Messages that a handover has still to move",
                report -> report.handover()
                        .map(NodeReport.HandoverProgress::remaining)
                        .orElse(0L));
        counter(
                "sluice.messages.accepted",
                "Messages accepted from clients",
                report -> report.ledger().messages());
        counter(
                "sluice.recipients.accepted",
                "Recipients accepted from clients and from peers",
                report -> report.ledger().accepted());
        counter(
                "sluice.recipients.received.handover",
                "Those of the accepted recipients that a peer handed over",
                report -> report.ledger().receivedByHandover());
        counter(
                "sluice.recipients.delivered",
                "Recipients delivered to their next hop",
                report -> report.ledger().delivered());
        counter(
                "sluice.recipients.bounced",
                "Recipients whose mail was returned at once",
                report -> report.ledger().bounced());
        counter(
                "sluice.recipients.expired",
                "Recipients whose mail was returned because the queue lifetime was over",
                report -> report.ledger().expired());
        counter(
                "sluice.recipients.handed.over",
                "Recipients given to a peer",
                report -> report.ledger().handedOver());
        counter(
                "sluice.possible.duplicates",
                "Deliveries whose confirmation was lost, so that the message may arrive twice",
                report -> report.ledger().possibleDuplicates());
        Gauge.builder(
                        "sluice.certificate.expiry.timestamp.seconds",
                        this,
                        metrics -> metrics.certificateEnd.get().getEpochSecond())
                .description("When the certificate that the agent answers with ends")
                .tags(node)
                .register(registry);
        FunctionCounter.builder("sluice.relay.open", this, metrics -> metrics.timesOpenRelay.getAsLong())
                .description(
                        "How often the node was found to relay for strangers and took itself out; anything but 0 is a fault")
                .tags(node)
                .register(registry);
    }

    synchronized String scrape(NodeReport report, Map<String, Long> counted) {
        latest = report;
        counted.forEach((key, count) -> {
            if (attempts.put(key, count) == null) {
                attempt(key);
            }
        });
        firstOutcomes(report).forEach((key, count) -> {
            if (firstOutcomes.put(key, count) == null) {
                firstOutcome(key);
            }
        });
        report.queue().hops().forEach(hop -> {
            if (hops.add(hop.nextHop())) {
                oldest(hop.nextHop());
            }
        });
        return registry.scrape();
    }

    private static Map<FirstOutcome, Long> firstOutcomes(NodeReport report) {
        Map<FirstOutcome, Long> sums = new HashMap<>();
        for (StratumCounters stratum : report.strata()) {
            sums.merge(new FirstOutcome(stratum.nextHop(), "delivered", "none"), stratum.good(), Long::sum);
            sums.merge(new FirstOutcome(stratum.nextHop(), "late", "none"), stratum.late(), Long::sum);
            stratum.bad()
                    .forEach((fault, count) ->
                            sums.merge(new FirstOutcome(stratum.nextHop(), "failed", word(fault)), count, Long::sum));
        }
        return sums;
    }

    private static String word(Fault fault) {
        return fault.name().toLowerCase(Locale.ROOT);
    }

    private void attempt(String key) {
        String[] parts = key.split("\\|", 3);
        FunctionCounter.builder("sluice.delivery.attempts", attempts, counts -> counts.getOrDefault(key, 0L))
                .description("Attempts to deliver to one recipient, by how they ended")
                .tags(node.and("outcome", parts[0], "nexthop", parts[1], "class", parts[2]))
                .register(registry);
    }

    private void firstOutcome(FirstOutcome key) {
        FunctionCounter.builder("sluice.first.outcomes", firstOutcomes, counts -> counts.getOrDefault(key, 0L))
                .description(
                        "Recipients by their first outcome: delivered in time, failed at the first attempt, or late")
                .tags(node.and("nexthop", key.hop(), "outcome", key.outcome(), "fault", key.fault()))
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

    private void gauge(String name, String description, ToDoubleFunction<NodeReport> value) {
        Gauge.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .description(description)
                .tags(node)
                .register(registry);
    }

    private void counter(String name, String description, ToDoubleFunction<NodeReport> value) {
        FunctionCounter.builder(name, this, metrics -> value.applyAsDouble(metrics.latest))
                .description(description)
                .tags(node)
                .register(registry);
    }
}
