package dev.sluice.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.node.Fault;
import dev.sluice.node.MessageFates;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.MessageFates.RecipientFate;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.HandoverProgress;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.MtaStatus;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.OrdersStatus;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import dev.sluice.node.NodeReport.QueueSummary;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLParameters;

/**
 * The agent of a node whose mail is only counted: real HTTPS with mutual TLS, orders accepted at once, mail that a
 * scenario sends it delivered or put off as the scenario says.
 */
final class FakeAgent implements AutoCloseable {
    private final String node;
    private final String epoch = UUID.randomUUID().toString();
    private final HttpsServer server;
    private Optional<NodeOrders> orders = Optional.empty();
    private final List<NodeOrders> obeyed = new java.util.ArrayList<>();
    private int ordersTaken;
    private long accepted;
    private long delivered;
    private long failed;
    private long handedOver;
    private String reply = "";
    private final List<MessageFate> taken = new java.util.ArrayList<>();
    private Optional<String> refusal = Optional.empty();
    private boolean failing;
    private boolean silent;
    private boolean proven;
    private long beforePreflight;
    private boolean gone;
    private Optional<String> tookItselfOut = Optional.empty();

    FakeAgent(String node, String address, MutualTls identity) {
        this.node = node;
        try {
            server = HttpsServer.create(new InetSocketAddress(address, 9443), 0);
        } catch (IOException e) {
            throw new IllegalStateException(address + ":9443 cannot be had", e);
        }
        server.setHttpsConfigurator(new HttpsConfigurator(identity.context()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setNeedClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.createContext("/v1/orders", this::takeOrders);
        server.createContext("/v1/report", exchange -> answer(exchange, 200, write(report())));
        server.createContext("/v1/messages", exchange -> answer(exchange, 200, write(fates())));
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "fake-agent-" + node);
            thread.setDaemon(true);
            return thread;
        }));
        server.start();
    }

    String node() {
        return node;
    }

    /** Every next hop refuses this node from now on. */
    synchronized void refusedWith(Optional<String> text) {
        refusal = text;
    }

    /** Mail that comes from now on cannot be delivered. */
    synchronized void failsToDeliver(boolean yes) {
        failing = yes;
    }

    /** It takes no mail by its own decision, as {@code SelfClosure} makes it. */
    synchronized void takesItselfOut(String why) {
        tookItselfOut = Optional.of(why);
    }

    /** The agent's answers get lost from now on. */
    synchronized void silent(boolean yes) {
        silent = yes;
    }

    synchronized Optional<NodeOrders> orders() {
        return orders;
    }

    /** All orders that it took, in order. */
    synchronized List<NodeOrders> obeyed() {
        return List.copyOf(obeyed);
    }

    synchronized int ordersTaken() {
        return ordersTaken;
    }

    synchronized long accepted() {
        return accepted;
    }

    /** Mail that came in before the node had ever been probed. */
    synchronized long beforePreflight() {
        return beforePreflight;
    }

    /** What a peer took. */
    synchronized long handedOver() {
        return handedOver;
    }

    /** Whether the Pod is gone, and with it whatever was still queued. */
    synchronized boolean isGone() {
        return gone;
    }

    synchronized long queued() {
        return accepted - delivered - handedOver;
    }

    /** Mail comes in, one recipient each, if the node takes any. */
    synchronized void receive(long messages) {
        if (orders.filter(NodeOrders::acceptNew).isEmpty() || tookItselfOut.isPresent()) {
            return;
        }
        accepted += messages;
        beforePreflight += proven ? 0 : messages;
        if (failing) {
            failed += messages;
            reply = "454 4.7.1 Relay access denied";
        } else {
            delivered += messages;
        }
    }

    /** What waits is delivered after all. */
    synchronized void deliverQueue() {
        delivered = accepted - handedOver;
    }

    private void takeOrders(HttpExchange exchange) throws IOException {
        NodeOrders given = NodeJson.mapper().readValue(exchange.getRequestBody().readAllBytes(), NodeOrders.class);
        synchronized (this) {
            if (orders.filter(known -> known.leaderEpoch() > given.leaderEpoch())
                    .isPresent()) {
                answer(exchange, 409, "orders of an older leader");
                return;
            }
            orders = Optional.of(given);
            obeyed.add(given);
            proven |= given.preflight().isPresent() && refusal.isEmpty();
            ordersTaken++;
            if (given.handoverTo().isPresent()) {
                handedOver = accepted - delivered;
            }
        }
        answer(exchange, 200, "");
    }

    private synchronized NodeReport report() {
        long queued = queued();
        Instant now = Instant.now();
        return new NodeReport(
                node,
                epoch,
                now,
                new MtaStatus(MtaPhase.RUNNING, "Postfix 3.7.11", ""),
                orders.map(given ->
                                new OrdersStatus(given.leaderEpoch(), NodeJson.digest(given), OrdersPhase.APPLIED, ""))
                        .orElse(new OrdersStatus(0, "", OrdersPhase.NONE, "")),
                accepted == 0
                        ? List.of()
                        : List.of(new StratumCounters(
                                "partner",
                                "partner",
                                accepted - failed,
                                failed == 0 ? Map.of() : Map.of(Fault.NODE, failed),
                                0,
                                failed,
                                accepted - failed,
                                failed,
                                0,
                                List.of(),
                                new RecipientCounters(accepted - failed, failed, 0),
                                failed == 0 ? Optional.empty() : Optional.of(now),
                                failed == 0 ? Optional.empty() : Optional.of(now),
                                Optional.of(now),
                                Optional.of(reply).filter(text -> !text.isEmpty()))),
                new Ledger(accepted, accepted, 0, delivered, 0, 0, handedOver, queued, 0, 0, 0),
                new QueueSummary(0, 0, queued, 0, 0, List.of(), 1L << 30),
                orders.flatMap(NodeOrders::preflight).map(this::preflight),
                orders.flatMap(NodeOrders::handoverTo)
                        .map(peer -> new HandoverProgress(peer.node(), queued, queued == 0)),
                0,
                tookItselfOut);
    }

    /** So many messages of a peer's queue came in, under names of their own, and were delivered. */
    synchronized void tookOver(long messages) {
        for (long number = 0; number < messages; number++) {
            taken.add(message("P" + number, number, true, Outcome.DELIVERED, ""));
        }
    }

    private MessageFate message(String id, long number, boolean byHandover, Outcome outcome, String onPeer) {
        return new MessageFate(
                id,
                Instant.now(),
                byHandover,
                "sender@example.com",
                List.of(new RecipientFate(
                        "recipient%d@example.net".formatted(number),
                        "partner",
                        outcome,
                        failed > 0 ? 1 : 0,
                        Instant.now(),
                        failed > 0 ? reply : "",
                        onPeer)));
    }

    /** Each message has a recipient of its own; the first ones that came are the first that were delivered. */
    private synchronized MessageFates fates() {
        List<MessageFate> messages = new java.util.ArrayList<>(taken);
        for (long number = Math.max(0, accepted - 500); number < accepted; number++) {
            Outcome outcome = number < delivered
                    ? Outcome.DELIVERED
                    : number < delivered + handedOver ? Outcome.HANDED_OVER : Outcome.QUEUED;
            messages.add(
                    message("Q" + number, number, false, outcome, outcome == Outcome.HANDED_OVER ? "P" + number : ""));
        }
        return new MessageFates(node, epoch, Math.max(0, accepted - 500), messages);
    }

    private PreflightReport preflight(NodeOrders.PreflightOrder order) {
        return new PreflightReport(
                order.id(),
                true,
                orders.orElseThrow().nextHops().stream()
                        .flatMap(hop -> hop.endpoints().stream()
                                .map(endpoint -> new Probe(
                                        hop.name(),
                                        endpoint.toString(),
                                        "smtp-recipient",
                                        refusal.isEmpty(),
                                        "rcpt",
                                        refusal.orElse("250 2.1.5 Ok"),
                                        3)))
                        .toList());
    }

    private static String write(Object value) throws IOException {
        return NodeJson.mapper().writeValueAsString(value);
    }

    private void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            synchronized (this) {
                if (silent) {
                    return;
                }
            }
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        synchronized (this) {
            gone = true;
        }
        server.stop(0);
    }
}
