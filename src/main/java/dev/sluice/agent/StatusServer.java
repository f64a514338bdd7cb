package dev.sluice.agent;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;

/** Plain HTTP for the kubelet and Prometheus: nothing that tells of a message or changes anything. */
final class StatusServer implements AutoCloseable {
    private final HttpServer server;
    private final Supplier<Optional<NodeReport>> report;
    private final AgentMetrics metrics;
    private final Supplier<Map<String, Long>> attempts;

    StatusServer(
            InetSocketAddress address,
            Supplier<Optional<NodeReport>> report,
            Supplier<Map<String, Long>> attempts,
            AgentMetrics metrics,
            ExecutorService executor)
            throws IOException {
        this.report = report;
        this.attempts = attempts;
        this.metrics = metrics;
        server = HttpServer.create(address, 0);
        server.createContext("/healthz", exchange -> answer(exchange, 200, "ok\n"));
        server.createContext("/readyz", this::ready);
        server.createContext("/metrics", this::metrics);
        server.setExecutor(executor);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Ready is a node that can be ordered and whose mail server has not failed; whether it may carry mail is decided elsewhere. */
    private void ready(HttpExchange exchange) throws IOException {
        Optional<NodeReport> made = report.get();
        if (made.isEmpty()) {
            answer(exchange, 503, "the books are being brought up to date\n");
            return;
        }
        NodeReport.MtaStatus mta = made.get().mta();
        boolean ready = mta.phase() == MtaPhase.RUNNING;
        answer(exchange, ready ? 200 : 503, mta.phase() + (mta.reason().isEmpty() ? "" : ": " + mta.reason()) + "\n");
    }

    private void metrics(HttpExchange exchange) throws IOException {
        Optional<NodeReport> made = report.get();
        if (made.isEmpty()) {
            answer(exchange, 503, "the books are being brought up to date\n");
        } else {
            answer(exchange, 200, metrics.scrape(made.get(), attempts.get()));
        }
    }

    private static void answer(HttpExchange exchange, int status, String text) throws IOException {
        try (exchange) {
            byte[] body = text.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "text/plain; version=0.0.4; charset=utf-8");
            exchange.sendResponseHeaders(status, body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
