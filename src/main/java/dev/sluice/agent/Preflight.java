package dev.sluice.agent;

import dev.sluice.agent.SmtpProbe.Conversation;
import dev.sluice.agent.SmtpProbe.Finding;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.PreflightOrder;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import dev.sluice.postfix.NodeFacts;
import dev.sluice.postfix.Outside;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Proves before any mail that the node reaches its next hops from its own address, answers on its own listener and
 * refuses strangers. A run is made once for each order's id.
 */
final class Preflight {
    private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);
    /** Of RFC 5737: nobody's, so nobody's network that may relay. */
    private static final String STRANGER = "192.0.2.1";

    private static final String LOOPBACK = "127.0.0.1";

    private final NodeFacts facts;
    private final ExecutorService executor;
    private PreflightReport report;

    Preflight(NodeFacts facts, ExecutorService executor) {
        this.facts = facts;
        this.executor = executor;
    }

    synchronized Optional<PreflightReport> report() {
        return Optional.ofNullable(report);
    }

    /** Begins the run that the orders ask for, unless it was made. */
    synchronized void order(NodeOrders orders) {
        if (orders.preflight().isEmpty()) {
            return;
        }
        PreflightOrder order = orders.preflight().get();
        if (report != null && report.id().equals(order.id())) {
            return;
        }
        report = new PreflightReport(order.id(), false, List.of());
        executor.execute(() -> run(orders, order));
    }

    private void run(NodeOrders orders, PreflightOrder order) {
        List<Future<Probe>> running = new ArrayList<>();
        for (Callable<Probe> probe : probes(orders, order)) {
            running.add(executor.submit(probe));
        }
        List<Probe> probes = new ArrayList<>();
        try {
            for (Future<Probe> probe : running) {
                probes.add(probe.get());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        } catch (ExecutionException e) {
            LOG.error("a probe broke", e.getCause());
            probes.add(new Probe("", "", "agent", false, "connect", String.valueOf(e.getCause()), 0));
        }
        synchronized (this) {
            if (report.id().equals(order.id())) {
                report = new PreflightReport(order.id(), true, List.copyOf(probes));
            }
        }
    }

    private List<Callable<Probe>> probes(NodeOrders orders, PreflightOrder order) {
        Duration limit = Duration.ofSeconds(Math.max(1, Math.min(300, order.timeoutSeconds())));
        String helloName = orders.settings().getOrDefault("myhostname", facts.hostName());
        List<Callable<Probe>> probes = new ArrayList<>();
        probes.add(() -> ownListener(orders, helloName, limit));
        if (facts.inspectionPort() > 0) {
            probes.add(() -> stranger(orders, limit));
        }
        for (HopRoute hop : orders.nextHops()) {
            String recipient = recipient(hop, order);
            for (Endpoint endpoint : hop.endpoints()) {
                probes.add(() -> nextHop(hop, endpoint, order.sender(), recipient, helloName, limit));
            }
            if (hop.endpoints().isEmpty()) {
                probes.add(() -> MailExchangerProbe.ask(hop.name(), recipient, ownSource(), helloName, limit));
            }
        }
        return probes;
    }

    private static String recipient(HopRoute hop, PreflightOrder order) {
        if (hop.recipientDomains().isEmpty()) {
            return order.recipient();
        }
        String local =
                order.recipient().substring(0, Math.max(0, order.recipient().lastIndexOf('@')));
        String domain = hop.recipientDomains().get(0);
        return (local.isEmpty() ? "postmaster" : local) + "@" + (domain.startsWith(".") ? "preflight" : "") + domain;
    }

    private Probe nextHop(
            HopRoute hop, Endpoint endpoint, String sender, String recipient, String helloName, Duration limit) {
        Finding finding = new SmtpProbe(ownSource(), limit)
                .ask(endpoint.host(), endpoint.port(), new Conversation("", helloName, "", sender, recipient));
        return probe(hop.name(), endpoint.toString(), "smtp-recipient", finding.accepted(), finding);
    }

    private Probe ownListener(NodeOrders orders, String helloName, Duration limit) {
        String address = facts.bindsToAnyAddress() ? LOOPBACK : facts.bindAddress();
        boolean proxied = orders.clientAddress() == ClientAddress.PROXY_PROTOCOL;
        String preamble = proxied ? SmtpProbe.proxyHeader(List.of(STRANGER, address), facts.smtpPort()) : "";
        Finding finding = new SmtpProbe(Optional.empty(), limit)
                .ask(address, facts.smtpPort(), new Conversation(preamble, helloName, "", "", ""));
        return probe("", address + ":" + facts.smtpPort(), "own-listener", finding.accepted(), finding);
    }

    /** Asks as an outside client for relay; anything but a refusal of the recipient is an open relay, or unknown. */
    private Probe stranger(NodeOrders orders, Duration limit) {
        Finding finding = new RelayProbe(facts, limit)
                .outsider(Outside.of(orders.relayNetworks()).orElse(STRANGER), orders);
        return probe(
                "", LOOPBACK + ":" + facts.inspectionPort(), "stranger-refused", RelayProbe.refuses(finding), finding);
    }

    private Optional<String> ownSource() {
        return facts.bindsToAnyAddress() ? Optional.empty() : Optional.of(facts.bindAddress());
    }

    private static Probe probe(String hop, String endpoint, String kind, boolean passed, Finding finding) {
        return new Probe(hop, endpoint, kind, passed, finding.stage(), finding.reply(), finding.milliseconds());
    }
}
