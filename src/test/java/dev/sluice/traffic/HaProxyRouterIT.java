package dev.sluice.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ProxyProtocol;
import dev.sluice.api.Traffic;
import dev.sluice.api.WeightSource;
import dev.sluice.traffic.Router.Server;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The router against a real HAProxy on loopback. */
class HaProxyRouterIT {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private static final Server OLD = new Server("old", "127.0.0.11", 2525, 256);
    private static final Server NEW = new Server("new", "127.0.0.12", 2525, 13);

    @TempDir
    private Path directory;

    private int port;
    private Process haProxy;
    private HaProxyRuntime edge;

    @BeforeEach
    void begin() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        start();
        edge = new HaProxyRuntime("127.0.0.1:" + port, PATIENCE);
    }

    @AfterEach
    void end() {
        haProxy.destroyForcibly();
    }

    private void start() throws IOException {
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(configuration, """
                global
                    stats socket ipv4@127.0.0.1:%d level admin
                defaults
                    mode tcp
                    timeout connect 1s
                    timeout client 10s
                    timeout server 10s
                backend filters
                    server-template node 1-3 0.0.0.0:25 disabled weight 100
                """.formatted(port));
        haProxy = new ProcessBuilder("haproxy", "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
        Awaitility.await("HAProxy answers")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> new HaProxyRuntime("127.0.0.1:" + port, PATIENCE)
                                .servers("filters")
                                .size()
                        == 3);
    }

    private Router router(WeightSource weights) {
        return new HaProxyRouter(
                new Traffic.HaProxyRouter(List.of("127.0.0.1:" + port), "filters", ProxyProtocol.V2, weights),
                PATIENCE);
    }

    private Map<String, HaProxyServer> byAddress() throws IOException {
        return edge.servers("filters").stream()
                .filter(server -> !server.maintenance())
                .collect(Collectors.toMap(HaProxyServer::address, Function.identity()));
    }

    @Test
    void eachNodeGetsASlotAndItsWeight() throws IOException {
        assertThat(router(WeightSource.RUNTIME_SOCKET).route(List.of(OLD, NEW))).isEmpty();

        assertThat(byAddress()).containsOnlyKeys("127.0.0.11", "127.0.0.12");
        assertThat(byAddress().get("127.0.0.11").weight()).isEqualTo(256);
        assertThat(byAddress().get("127.0.0.12").weight()).isEqualTo(13);
        assertThat(byAddress().values()).noneMatch(HaProxyServer::draining);
    }

    @Test
    void aNodeWithoutWeightDrainsInItsSlotUntilItIsReleased() throws IOException {
        Router router = router(WeightSource.RUNTIME_SOCKET);
        router.route(List.of(OLD, NEW));
        String slot = byAddress().get("127.0.0.12").name();

        assertThat(router.route(List.of(OLD, new Server("new", "127.0.0.12", 2525, 0))))
                .isEmpty();
        assertThat(byAddress().get("127.0.0.12").draining()).isTrue();
        assertThat(byAddress().get("127.0.0.12").name()).isEqualTo(slot);

        assertThat(router.route(List.of(OLD))).isEmpty();
        assertThat(byAddress()).containsOnlyKeys("127.0.0.11");
    }

    @Test
    void aDrainedNodeThatIsWantedAgainGetsMailAgain() throws IOException {
        Router router = router(WeightSource.RUNTIME_SOCKET);
        router.route(List.of(OLD, new Server("new", "127.0.0.12", 2525, 0)));

        assertThat(router.route(List.of(OLD, NEW))).isEmpty();

        assertThat(byAddress().get("127.0.0.12").draining()).isFalse();
        assertThat(byAddress().get("127.0.0.12").weight()).isEqualTo(13);
    }

    @Test
    void anEdgeThatForgotEverythingIsCorrected() throws IOException, InterruptedException {
        Router router = router(WeightSource.RUNTIME_SOCKET);
        router.route(List.of(OLD, NEW));
        haProxy.destroyForcibly().waitFor();
        start();
        assertThat(byAddress()).isEmpty();

        assertThat(router.route(List.of(OLD, NEW))).isEmpty();

        assertThat(byAddress().get("127.0.0.12").weight()).isEqualTo(13);
    }

    @Test
    void theWeightIsLeftToTheAgentsWhereTheyOwnIt() throws IOException {
        assertThat(router(WeightSource.AGENT_CHECK).route(List.of(OLD, NEW))).isEmpty();

        assertThat(byAddress()).containsOnlyKeys("127.0.0.11", "127.0.0.12");
        assertThat(byAddress().get("127.0.0.12").weight()).isEqualTo(100);
    }

    @Test
    void tooFewSlotsAndAnUnknownBackendAndASilentEdgeAreSaidInOneLine() throws InterruptedException {
        List<Server> four =
                List.of(OLD, NEW, new Server("c", "127.0.0.13", 2525, 1), new Server("d", "127.0.0.14", 2525, 1));
        assertThat(router(WeightSource.RUNTIME_SOCKET).route(four).orElseThrow())
                .contains("has 3 servers in backend filters, 4 are needed", "server-template");

        Router elsewhere = new HaProxyRouter(
                new Traffic.HaProxyRouter(
                        List.of("127.0.0.1:" + port), "nowhere", ProxyProtocol.V2, WeightSource.RUNTIME_SOCKET),
                PATIENCE);
        assertThat(elsewhere.route(List.of(OLD)).orElseThrow()).contains("no backend nowhere");

        haProxy.destroyForcibly().waitFor();
        assertThat(router(WeightSource.RUNTIME_SOCKET).route(List.of(OLD)).orElseThrow())
                .contains("HAProxy at 127.0.0.1:" + port)
                .doesNotContain("\n");
    }
}
