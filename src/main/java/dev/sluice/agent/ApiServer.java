package dev.sluice.agent;

import com.fasterxml.jackson.core.JacksonException;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsExchange;
import com.sun.net.httpserver.HttpsParameters;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.node.MessageFates;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeIdentity;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeReport;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's door: orders in, reports out, nothing to anybody else. */
final class ApiServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ApiServer.class);
    private static final int LARGEST_ORDERS = 1024 * 1024;
    private static final int UNAUTHORIZED = 401;

    /** What is answered. */
    private record Answer(int status, String type, String body) {
        private static Answer line(int status, String text) {
            return new Answer(status, "text/plain; charset=utf-8", text + "\n");
        }
    }

    private final HttpsServer server;
    private final MutualTls tls;
    private final OrdersDesk desk;
    private final Runnable asked;
    private final Supplier<Optional<NodeReport>> report;
    private final Fates fates;

    /** What became of messages. */
    interface Fates {
        /** Tells it as of now. */
        MessageFates tell() throws IOException;
    }

    /**
     * Answers from now on.
     *
     * @param asked told of each call of an operator, before it is answered
     */
    ApiServer(
            InetSocketAddress address,
            MutualTls tls,
            OrdersDesk desk,
            Runnable asked,
            Supplier<Optional<NodeReport>> report,
            Fates fates,
            ExecutorService executor)
            throws IOException {
        this.tls = tls;
        this.desk = desk;
        this.asked = asked;
        this.report = report;
        this.fates = fates;
        server = HttpsServer.create(address, 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls.context()) {
            @Override
            public void configure(HttpsParameters parameters) {
                SSLParameters ssl = getSSLContext().getDefaultSSLParameters();
                ssl.setProtocols(new String[] {MutualTls.PROTOCOL});
                // Wanted, not needed: a caller without one is told so by HTTP.
                ssl.setWantClientAuth(true);
                parameters.setSSLParameters(ssl);
            }
        });
        server.createContext("/", this::handle);
        server.setExecutor(executor);
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer;
            try {
                Optional<Answer> refusal = refusal((HttpsExchange) exchange);
                if (refusal.isEmpty()) {
                    asked.run();
                }
                answer = refusal.isPresent() ? refusal.get() : route(exchange);
            } catch (RuntimeException e) {
                LOG.error("a request broke", e);
                answer = Answer.line(500, "the agent failed on this request: " + e);
            }
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            if (answer.status() == UNAUTHORIZED) {
                // Who comes again with another certificate needs another connection.
                exchange.getResponseHeaders().set("Connection", "close");
            }
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            try (OutputStream out = exchange.getResponseBody()) {
                out.write(body);
            }
        }
    }

    /** The chain was verified when the session began; here it is asked whether it still holds, and whose it is. */
    private Optional<Answer> refusal(HttpsExchange exchange) {
        try {
            Certificate[] chain = exchange.getSSLSession().getPeerCertificates();
            if (!tls.trusts(chain)) {
                return Optional.of(Answer.line(
                        UNAUTHORIZED, "the client certificate is not, or no longer, of the authority that is trusted"));
            }
            X509Certificate certificate = (X509Certificate) chain[0];
            return NodeIdentity.carries(certificate, NodeIdentity.OPERATOR)
                    ? Optional.empty()
                    : Optional.of(Answer.line(403, "only " + NodeIdentity.OPERATOR + " may ask or order"));
        } catch (SSLPeerUnverifiedException e) {
            return Optional.of(
                    Answer.line(UNAUTHORIZED, "a client certificate of " + NodeIdentity.OPERATOR + " is needed"));
        }
    }

    private Answer route(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String method = exchange.getRequestMethod();
        return switch (path) {
            case "/v1/orders" -> method.equals("PUT") ? orders(exchange) : onlyBy(exchange, "PUT");
            case "/v1/report" -> method.equals("GET") ? report() : onlyBy(exchange, "GET");
            case "/v1/messages" ->
                method.equals("GET")
                        ? new Answer(200, "application/json", NodeJson.mapper().writeValueAsString(fates.tell()))
                        : onlyBy(exchange, "GET");
            case "/v1/healthz" -> method.equals("GET") ? Answer.line(200, "ok") : onlyBy(exchange, "GET");
            default -> Answer.line(404, "there is /v1/orders, /v1/report, /v1/messages and /v1/healthz");
        };
    }

    private static Answer onlyBy(HttpExchange exchange, String method) {
        exchange.getResponseHeaders().set("Allow", method);
        return Answer.line(405, "only " + method + " is answered here");
    }

    private Answer report() throws IOException {
        Optional<NodeReport> made = report.get();
        return made.isEmpty()
                ? Answer.line(503, "the books are being brought up to date")
                : new Answer(200, "application/json", NodeJson.mapper().writeValueAsString(made.get()));
    }

    private Answer orders(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_ORDERS + 1);
        if (body.length > LARGEST_ORDERS) {
            return Answer.line(413, "orders may be " + LARGEST_ORDERS + " bytes long at most");
        }
        ReceivedOrders orders;
        try {
            orders = NodeJson.mapper().readValue(body, ReceivedOrders.class);
        } catch (JacksonException e) {
            return Answer.line(400, "these are no orders: " + e.getOriginalMessage());
        }
        Optional<String> mistake = OrdersCheck.mistake(orders.orders());
        if (mistake.isPresent()) {
            return Answer.line(400, mistake.get());
        }
        OrdersDesk.Answer answer = desk.accept(orders);
        if (answer instanceof OrdersDesk.Answer.Conflict conflict) {
            return Answer.line(409, conflict.reason());
        }
        if (answer instanceof OrdersDesk.Answer.NotKept notKept) {
            return Answer.line(507, notKept.reason());
        }
        return Answer.line(200, orders.digest());
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
