package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.api.model.coordination.v1.LeaseBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** No write of a leader is sent when its lease is no longer young. */
class LeaseGuardTest {
    private static final Duration TRUSTED = Duration.ofSeconds(13);

    private final AtomicLong time = new AtomicLong(Duration.ofHours(1).toNanos());
    private final AtomicInteger answer = new AtomicInteger(201);
    private final List<String> arrived = new CopyOnWriteArrayList<>();
    private final LeaseGuard guard = new LeaseGuard("sluice-operator", TRUSTED, time::get);
    private HttpServer server;
    private KubernetesClient client;

    @BeforeEach
    void begin() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            arrived.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath());
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(answer.get(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        client = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
                        .withMasterUrl("http://127.0.0.1:" + server.getAddress().getPort())
                        .withNamespace("here")
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", guard))
                .build();
    }

    @AfterEach
    void end() {
        client.close();
        server.stop(0);
    }

    private void pass(Duration duration) {
        time.addAndGet(duration.toNanos());
    }

    private void renew() {
        client.resource(new LeaseBuilder()
                        .withNewMetadata()
                        .withName("sluice-operator")
                        .endMetadata()
                        .build())
                .create();
    }

    private ConfigMap write() {
        return client.resource(new ConfigMapBuilder()
                        .withNewMetadata()
                        .withName("something")
                        .endMetadata()
                        .build())
                .create();
    }

    @Test
    void whoDoesNotLeadNeedsNoLease() {
        pass(TRUSTED.multipliedBy(10));

        write();

        assertThat(arrived).containsExactly("POST /api/v1/namespaces/here/configmaps");
    }

    @Test
    void aLeaderWritesWhileItsLeaseIsYoungAndNotAfterwards() {
        guard.leads();
        renew();
        pass(TRUSTED.minusMillis(1));
        write();
        pass(Duration.ofMillis(1));

        assertThatThrownBy(this::write)
                .isInstanceOf(KubernetesClientException.class)
                .hasMessageContaining("POST /api/v1/namespaces/here/configmaps is not sent")
                .hasMessageContaining("the lease was not renewed in time");
        assertThat(guard.mayAct()).isFalse();
        assertThat(arrived).hasSize(2);
    }

    @Test
    void aRenewalThatIsRefusedIsNone() {
        guard.leads();
        renew();
        pass(TRUSTED.minusSeconds(1));
        answer.set(409);
        assertThatThrownBy(this::renew).isInstanceOf(KubernetesClientException.class);
        pass(Duration.ofSeconds(1));

        assertThat(guard.mayAct()).isFalse();
    }

    @Test
    void aLeaderWhoseLeaseRanOutStillReadsAndMayRenew() {
        guard.leads();
        pass(TRUSTED);

        client.resources(Lease.class).withName("sluice-operator").get();
        renew();
        write();

        assertThat(arrived).hasSize(3);
    }
}
