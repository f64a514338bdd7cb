package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Load, edge and sinks on a network of this machine; needs root and HAProxy. */
class TrafficIT {
    private static final Duration SOON = Duration.ofMinutes(1);
    private static final Duration LATE = Duration.ofSeconds(5);

    private final Network network = Network.open();

    @AfterEach
    void removeEverything() {
        network.close();
    }

    @Test
    void twoHundredMessagesASecondArriveAndTheBooksBalance() {
        Sink sink = Sink.start(network, 1, 25);
        LoadGenerator load = LoadGenerator.start(
                network, 1, LoadPlan.of(sink.address(), 25, 200, List.of("a.example", "b.example")));

        await().atMost(SOON).until(() -> sink.receipts().size() >= 1000);
        assertThat(load.finish(SOON)).isTrue();

        Conservation conservation = Conservation.of(load.events(), sink.receipts(), LATE);
        assertThat(conservation.holds()).isTrue();
        assertThat(conservation.accepted()).isEqualTo(conservation.offered()).isGreaterThanOrEqualTo(1000);
        assertThat(conservation.delivered()).isEqualTo(conservation.accepted());
        assertThat(conservation.delayed()).isEmpty();
        assertThat(sink.receipts()).extracting(Receipt::recipientDomain).contains("a.example", "b.example");
        assertThat(sink.receipts()).extracting(Receipt::client).containsOnly(network.loadAddress(1));

        List<Receipt> oneTakenAway = new ArrayList<>(sink.receipts());
        Receipt taken = oneTakenAway.remove(17);
        assertThat(Conservation.of(load.events(), oneTakenAway, LATE).lost()).containsExactly(taken.number());
        List<Receipt> oneDoubled = new ArrayList<>(sink.receipts());
        oneDoubled.add(taken);
        assertThat(Conservation.of(load.events(), oneDoubled, LATE).duplicated())
                .containsExactly(taken.number());
    }

    @Test
    void whatIsRefusedIsOfferedAgainUntilItIsTaken() {
        Sink sink = Sink.start(network, 1, 25);
        sink.refuse("a.example", "451 4.3.0 try later");
        LoadGenerator load =
                LoadGenerator.start(network, 1, LoadPlan.of(sink.address(), 25, 20, List.of("a.example", "b.example")));
        await().atMost(SOON)
                .until(() -> load.events().stream()
                        .anyMatch(event -> event.kind() == LoadEvent.Kind.REFUSED
                                && event.detail().startsWith("451 4.3.0")));
        assertThat(sink.receipts()).extracting(Receipt::recipientDomain).doesNotContain("a.example");

        sink.take("a.example");
        assertThat(load.finish(SOON)).isTrue();
        Conservation conservation = Conservation.of(load.events(), sink.receipts(), LATE);
        assertThat(conservation.delivered()).isEqualTo(conservation.offered());
        assertThat(conservation.refusals()).isPositive();
    }

    @Test
    void aSinkThatGoesDownComesBackAndNothingIsLost() {
        Sink sink = Sink.start(network, 1, 25);
        LoadGenerator load = LoadGenerator.start(
                network,
                1,
                LoadPlan.of(sink.address(), 25, 50, List.of("a.example")).withMessagesPerConnection(5));
        await().atMost(SOON).until(() -> sink.receipts().size() > 20);
        sink.down();
        await().atMost(SOON)
                .until(() -> load.events().stream().anyMatch(event -> event.kind() == LoadEvent.Kind.REFUSED));

        sink.up();
        assertThat(load.finish(SOON)).isTrue();
        Conservation conservation = Conservation.of(load.events(), sink.receipts(), LATE);
        assertThat(conservation.lost()).isEmpty();
        assertThat(conservation.duplicated()).isEmpty();
        assertThat(conservation.delivered()).isEqualTo(conservation.offered());
    }

    @Test
    void theEdgeSharesByWeightKeepsItsPlacesOverAReloadAndForgetsThemWhenItIsKilled() {
        Sink first = Sink.start(network, 1, 25);
        Sink second = Sink.start(network, 2, 25);
        Edge edge = Edge.start(
                network, List.of(new Edge.Backend("inbound", 25, 4, Edge.ProxyProtocol.NONE, OptionalInt.empty())));
        edge.place("inbound", 1, first.address(), 25, 90);
        edge.place("inbound", 2, second.address(), 25, 10);
        LoadGenerator load =
                LoadGenerator.start(network, 1, LoadPlan.of(edge.address(), 25, 100, List.of("a.example")));
        await().atMost(SOON)
                .until(() -> first.receipts().size() + second.receipts().size() >= 300);
        assertThat(second.receipts().size()).isBetween(20, 60);

        edge.reload();
        int before = first.receipts().size();
        await().atMost(SOON).until(() -> first.receipts().size() > before + 100);
        assertThat(edge.ask("show servers state"))
                .contains("node1 " + first.address() + " ")
                .contains("node2 " + second.address() + " ");
        assertThat(edge.ask("get weight inbound/node2")).startsWith("10 ");
        assertThat(load.finish(SOON)).isTrue();
        List<Receipt> all = new ArrayList<>(first.receipts());
        all.addAll(second.receipts());
        Conservation conservation = Conservation.of(load.events(), all, LATE);
        assertThat(conservation.holds()).isTrue();
        assertThat(conservation.refusals()).isZero();

        edge.restart();
        assertThat(edge.ask("show stat").lines().filter(line -> line.startsWith("inbound,node")))
                .hasSize(4)
                .allMatch(line -> line.contains(",MAINT,"));
    }

    @Test
    void theEdgeTakesANodeOutThatDoesNotAnswer() throws Exception {
        Sink first = Sink.start(network, 1, 25);
        Sink second = Sink.start(network, 2, 25);
        Edge edge = Edge.start(
                network, List.of(new Edge.Backend("inbound", 25, 2, Edge.ProxyProtocol.NONE, OptionalInt.empty())));
        edge.place("inbound", 1, first.address(), 25, 50);
        edge.place("inbound", 2, second.address(), 25, 50);

        try (NetworkFault fault = second.network().blockFrom(edge.network(), NetworkNamespace.Block.REJECT)) {
            assertThat(fault).isNotNull();
            await().atMost(SOON)
                    .until(() -> edge.ask("show stat")
                            .lines()
                            .anyMatch(line -> line.startsWith("inbound,node2") && line.contains(",DOWN,")));
        }
        await().atMost(SOON)
                .until(() -> edge.ask("show stat")
                        .lines()
                        .anyMatch(line -> line.startsWith("inbound,node2") && line.contains(",UP,")));
    }
}
