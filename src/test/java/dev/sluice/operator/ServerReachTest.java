package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** An operator that starts while the API server is away waits for it; one that is turned away says so. */
@Timeout(value = 1, unit = TimeUnit.MINUTES)
class ServerReachTest {
    private static final String NOTHING = """
            {"apiVersion": "sluice.dev/v1alpha1", "kind": "FilterPoolList", "metadata": {}, "items": []}""";
    private static final String FORBIDDEN = """
            {"apiVersion": "v1", "kind": "Status", "status": "Failure", "code": 403, "message": "not for you"}""";

    private final AtomicInteger breaks = new AtomicInteger();
    private final AtomicInteger answer = new AtomicInteger(200);
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::knock);
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withNamespace("here")
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
    }

    @AfterEach
    void end() {
        client.close();
        server.stop(0);
    }

    private void knock(HttpExchange exchange) throws IOException {
        try (exchange) {
            asked.add(exchange.getRequestURI().getPath());
            if (breaks.getAndDecrement() > 0) {
                return;
            }
            byte[] body = (answer.get() == 200 ? NOTHING : FORBIDDEN).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.get(), body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Test
    void aServerThatIsAwayIsWaitedFor() {
        breaks.set(3);

        ServerReach.await(client, List.of("mail", "other"));

        assertThat(breaks).as("each failure was met").hasNegativeValue();
        assertThat(asked).hasSizeGreaterThan(3).containsOnly("/apis/sluice.dev/v1alpha1/namespaces/mail/filterpools");
    }

    @Test
    void whoLooksAfterAllNamespacesAsksForAll() {
        ServerReach.await(client, List.of());

        assertThat(asked).containsExactly("/apis/sluice.dev/v1alpha1/filterpools");
    }

    @Test
    void aServerThatTurnsTheOperatorAwayIsNotWaitedFor() {
        answer.set(403);

        assertThatThrownBy(() -> ServerReach.await(client, List.of("mail")))
                .isInstanceOfSatisfying(
                        KubernetesClientException.class,
                        refused -> assertThat(refused.getCode()).isEqualTo(403));
        assertThat(asked).hasSize(1);
    }
}
