package dev.sluice.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ProxyProtocol;
import dev.sluice.api.Traffic;
import dev.sluice.api.WeightSource;
import dev.sluice.testkit.TestEdge;
import dev.sluice.traffic.Router.Server;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
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

    private TestEdge haProxy;
    private HaProxyRuntime edge;

    @BeforeEach
    void begin() throws IOException {
        haProxy = new TestEdge(directory, 3);
        edge = new HaProxyRuntime(haProxy.runtimeAddress(), PATIENCE);
    }

    @AfterEach
    void end() {
        haProxy.close();
    }

    private Router router(WeightSource weights) {
        return new HaProxyRouter(
                new Traffic.HaProxyRouter(
                        List.of(haProxy.runtimeAddress()), TestEdge.BACKEND, ProxyProtocol.V2, weights),
                PATIENCE);
    }

    private Map<String, HaProxyServer> byAddress() throws IOException {
        return edge.servers(TestEdge.BACKEND).stream()
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
        haProxy.kill();
        haProxy.start();
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
                        List.of(haProxy.runtimeAddress()), "nowhere", ProxyProtocol.V2, WeightSource.RUNTIME_SOCKET),
                PATIENCE);
        assertThat(elsewhere.route(List.of(OLD)).orElseThrow()).contains("no backend nowhere");

        haProxy.kill();
        assertThat(router(WeightSource.RUNTIME_SOCKET).route(List.of(OLD)).orElseThrow())
                .contains("HAProxy at " + haProxy.runtimeAddress())
                .doesNotContain("\n");
    }
}
