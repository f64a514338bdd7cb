package dev.sluice.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;

/**
 * The operator's side of the contract. Connects by address, trusts by certificate: an answer counts only when it comes
 * from the node that was asked. Safe for use by several threads.
 */
public final class NodeClient {
    private static final int LARGEST_ANSWER = 4 * 1024 * 1024;
    private static final int LONGEST_REASON = 500;

    private final HttpClient http;
    private final Duration limit;

    /**
     * Begins a client.
     *
     * @param identity the operator's certificate and the authority that the agents' come from
     * @param limit the longest that one call may take in all
     */
    public NodeClient(MutualTls identity, Duration limit) {
        this.limit = limit;
        this.http = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(limit)
                .sslContext(identity.context())
                .build();
    }

    /**
     * Asks a node how it is.
     *
     * @throws NodeCallFailure when there is no answer that can be believed
     */
    public NodeReport report(NodeAddress address) throws NodeCallFailure {
        String body = call(address, request(address, "/v1/report").GET().build());
        try {
            NodeReport report = NodeJson.mapper().readValue(body, NodeReport.class);
            if (report == null || !address.node().equals(report.node())) {
                throw new NodeCallFailure.Nonsense(
                        "a report of " + (report == null ? "nobody" : report.node()) + " where " + address.node()
                                + "'s was asked for",
                        null);
            }
            if (report.counterEpoch() == null
                    || report.takenTime() == null
                    || report.mta() == null
                    || report.orders() == null
                    || report.strata() == null
                    || report.ledger() == null
                    || report.queue() == null) {
                throw new NodeCallFailure.Nonsense("the report lacks a part", null);
            }
            return report;
        } catch (JsonProcessingException e) {
            throw new NodeCallFailure.Nonsense("the answer is no report: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Asks a node what became of its messages.
     *
     * @throws NodeCallFailure when there is no answer that can be believed
     */
    public MessageFates messages(NodeAddress address) throws NodeCallFailure {
        String body = call(address, request(address, "/v1/messages").GET().build());
        try {
            MessageFates fates = NodeJson.mapper().readValue(body, MessageFates.class);
            if (fates == null || !address.node().equals(fates.node())) {
                throw new NodeCallFailure.Nonsense(
                        "messages of another node where " + address.node() + "'s were asked for", null);
            }
            return fates;
        } catch (JsonProcessingException e) {
            throw new NodeCallFailure.Nonsense("the answer is no account of messages: " + e.getOriginalMessage(), e);
        }
    }

    /**
     * Orders a node. When this returns, the orders survive a restart of the agent; they are in force when the report
     * says so.
     *
     * @throws NodeCallFailure when the orders were not, or perhaps not, accepted
     */
    public void order(NodeAddress address, NodeOrders orders) throws NodeCallFailure {
        try {
            String body = NodeJson.mapper().writeValueAsString(orders);
            call(
                    address,
                    request(address, "/v1/orders")
                            .header("Content-Type", "application/json")
                            .PUT(HttpRequest.BodyPublishers.ofString(body))
                            .build());
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("orders cannot be written as JSON", e);
        }
    }

    private HttpRequest.Builder request(NodeAddress address, String path) {
        String host = address.host().indexOf(':') >= 0 ? "[" + address.host() + "]" : address.host();
        return HttpRequest.newBuilder(URI.create("https://" + host + ":" + address.port() + path))
                .timeout(limit);
    }

    private String call(NodeAddress address, HttpRequest request) throws NodeCallFailure {
        HttpResponse<String> response = send(address, request);
        if (response.statusCode() == HttpURLConnection.HTTP_UNAUTHORIZED) {
            // An open connection shows the certificate that it began with, which may have ended since it was renewed.
            // The
            // answer changed nothing and ended the connection.
            response = send(address, request);
        }
        if (response.statusCode() / 100 != 2) {
            throw new NodeCallFailure.Refused(response.statusCode(), oneLine(response.body()));
        }
        return response.body();
    }

    private HttpResponse<String> send(NodeAddress address, HttpRequest request) throws NodeCallFailure {
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, response -> new Bounded());
        try {
            HttpResponse<String> response = answer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
            verify(address, response);
            return response;
        } catch (ExecutionException e) {
            Throwable cause = e.getCause();
            if (cause instanceof TooLong) {
                throw new NodeCallFailure.Nonsense(cause.getMessage(), cause);
            }
            throw new NodeCallFailure.Unreachable(
                    address.node() + " at " + request.uri().getAuthority() + ": " + reason(cause), cause);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new NodeCallFailure.Unreachable(
                    address.node() + " at " + request.uri().getAuthority() + ": no answer within " + limit.toMillis()
                            + " ms",
                    e);
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new NodeCallFailure.Unreachable(address.node() + ": interrupted", e);
        }
    }

    /** An address may be another node's by now, and a pooled connection may lead to it. */
    private static void verify(NodeAddress address, HttpResponse<?> response) throws NodeCallFailure {
        try {
            SSLSession session = response.sslSession().orElseThrow(() -> new SSLPeerUnverifiedException("no TLS"));
            X509Certificate certificate = (X509Certificate) session.getPeerCertificates()[0];
            if (!NodeIdentity.carries(certificate, address.expectedName())) {
                throw new NodeCallFailure.Nonsense(
                        "who answers at " + address.host() + " is not " + address.expectedName(), null);
            }
        } catch (SSLPeerUnverifiedException e) {
            throw new NodeCallFailure.Nonsense("who answers at " + address.host() + " shows no certificate", e);
        }
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : oneLine(message);
    }

    private static String oneLine(String text) {
        String line = text.replaceAll("\\s+", " ").strip();
        return line.length() <= LONGEST_REASON ? line : line.substring(0, LONGEST_REASON);
    }

    private static final class TooLong extends IOException {
        private static final long serialVersionUID = 1L;

        private TooLong() {
            super("the answer is longer than " + LARGEST_ANSWER + " bytes");
        }
    }

    /** Collects a body up to the bound. */
    private static final class Bounded implements HttpResponse.BodySubscriber<String> {
        private final CompletableFuture<String> body = new CompletableFuture<>();
        private final ByteArrayOutputStream octets = new ByteArrayOutputStream();
        private Flow.Subscription subscription;

        @Override
        public CompletionStage<String> getBody() {
            return body;
        }

        @Override
        public void onSubscribe(Flow.Subscription given) {
            subscription = given;
            given.request(Long.MAX_VALUE);
        }

        @Override
        public void onNext(List<ByteBuffer> buffers) {
            for (ByteBuffer buffer : buffers) {
                byte[] part = new byte[buffer.remaining()];
                buffer.get(part);
                octets.writeBytes(part);
            }
            if (octets.size() > LARGEST_ANSWER) {
                subscription.cancel();
                body.completeExceptionally(new TooLong());
            }
        }

        @Override
        public void onError(Throwable failure) {
            body.completeExceptionally(failure);
        }

        @Override
        public void onComplete() {
            body.complete(octets.toString(StandardCharsets.UTF_8));
        }
    }
}
