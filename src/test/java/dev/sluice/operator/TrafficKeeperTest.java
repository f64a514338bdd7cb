package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.FilterPool;
import dev.sluice.api.Pool;
import dev.sluice.plan.Effect;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** An edge is compared again and again for as long as its pool is there, and left alone from then on. */
class TrafficKeeperTest {
    private static final Duration INTERVAL = Duration.ofMillis(20);
    private static final Duration QUIET = INTERVAL.multipliedBy(25);

    private final AtomicBoolean poolIsThere = new AtomicBoolean(true);
    private final AtomicInteger calls = new AtomicInteger();
    private final KubernetesClient client = new KubernetesClientBuilder().build();
    private ServerSocket edge;
    private TrafficKeeper keeper;

    @BeforeEach
    void anEdgeThatAnswers() throws IOException {
        edge = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread answering = new Thread(this::answer, "edge");
        answering.setDaemon(true);
        answering.start();
        keeper = new TrafficKeeper(
                new OnePool(), new Apply(client), () -> true, pool -> {}, INTERVAL, Duration.ofSeconds(1));
        keeper.start();
    }

    @AfterEach
    void close() throws IOException {
        keeper.close();
        edge.close();
        client.close();
    }

    private void answer() {
        while (!edge.isClosed()) {
            try (Socket call = edge.accept()) {
                calls.incrementAndGet();
                call.getOutputStream().write("\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            } catch (SocketException e) {
                return;
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    private final class OnePool implements TrafficKeeper.Edges {
        @Override
        public Optional<Pool> pool(PoolKey pool) {
            return poolIsThere.get() ? Optional.of(declared()) : Optional.empty();
        }

        @Override
        public Optional<EndpointSlice> endpointSlice(ObjectKey slice) {
            return Optional.empty();
        }
    }

    private FilterPool declared() {
        return new KubernetesSerialization().unmarshal("""
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge, namespace: mail}
                spec:
                  replicas: 1
                  template: {image: "mail:1"}
                  nextHops: [{name: partner, addresses: [{host: 192.0.2.25}]}]
                  traffic: {haProxy: {runtimeAddresses: ["127.0.0.1:%d"], backend: filters}}
                """.formatted(edge.getLocalPort()), FilterPool.class);
    }

    private void wanted() {
        keeper.want(declared(), new Effect.Route(List.of(new Effect.Route.Server("edge-1", "192.0.2.1", 25, 256))));
    }

    private ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(20));
    }

    private void theEdgeIsLeftAlone() {
        soon().pollInterval(QUIET).until(() -> {
            int before = calls.get();
            Thread.sleep(QUIET.toMillis());
            return calls.get() == before;
        });
    }

    @Test
    void anEdgeIsComparedAgainAndAgain() {
        wanted();

        soon().until(() -> calls.get() > 5);
    }

    @Test
    void theEdgeOfAPoolThatIsGoneIsLeftAlone() {
        wanted();
        soon().until(() -> calls.get() > 2);

        poolIsThere.set(false);

        theEdgeIsLeftAlone();
        poolIsThere.set(true);
        int before = calls.get();
        Awaitility.await().pollDelay(QUIET).until(() -> true);
        assertThat(calls.get())
                .as("a pool of the same name that comes later is another")
                .isEqualTo(before);
    }

    @Test
    void theEdgeOfAPoolThatWasForgottenIsLeftAlone() {
        wanted();
        soon().until(() -> calls.get() > 2);

        keeper.forget(PoolKey.of(declared()));

        theEdgeIsLeftAlone();
    }
}
