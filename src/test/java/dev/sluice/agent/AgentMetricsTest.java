package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.HandoverProgress;
import dev.sluice.node.NodeReport.HopQueue;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.MtaStatus;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.OrdersStatus;
import dev.sluice.node.NodeReport.QueueSummary;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.testkit.MetricsTable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an agent's {@code /metrics} shows of a node that has seen everything. */
class AgentMetricsTest {
    private record Certificate(Instant end) {}

    private record Relay(long timesOpen) {}

    private static final Instant CERTIFICATE_END = Instant.parse("2026-12-24T18:00:00Z");

    /** Method references to these are made anew, as an agent's are; nobody but the metrics holds them. */
    private final Certificate certificate = new Certificate(CERTIFICATE_END);

    private final Relay relay = new Relay(2);
    private final ExecutorService threads = Executors.newSingleThreadExecutor();
    private NodeReport report = report(3);
    private StatusServer server;

    @BeforeEach
    void anAgentAnswers() throws IOException {
        server = new StatusServer(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                () -> Optional.of(report),
                () -> Map.of("deferred|west|policy", 5L),
                new AgentMetrics("edge-1", "mail", report, certificate::end, relay::timesOpen),
                threads);
    }

    @AfterEach
    void end() {
        server.close();
        threads.shutdownNow();
    }

    @Test
    void theyAreTheDocumentedOnes() throws IOException, InterruptedException {
        assertThat(MetricsTable.exposed(page())).isEqualTo(MetricsTable.documented("Agent"));
    }

    @Test
    void theyOutliveAGarbageCollection() throws IOException, InterruptedException {
        System.gc();

        assertThat(page())
                .contains("sluice_relay_open_total{namespace=\"mail\",node=\"edge-1\"} 2.0")
                .contains("sluice_certificate_expiry_timestamp_seconds{namespace=\"mail\",node=\"edge-1\"} %s"
                        .formatted((double) CERTIFICATE_END.getEpochSecond()));
    }

    @Test
    void eachUnitIsCountedByItsFirstOutcomeOverAllStrataOfANextHop() throws IOException, InterruptedException {
        assertThat(page())
                .contains(sample("delivered", "none", 110))
                .contains(sample("late", "none", 4))
                .contains(sample("failed", "node", 3))
                .contains(sample("failed", "recipient", 2));

        report = report(30);

        assertThat(page()).contains(sample("failed", "node", 30));
    }

    private static String sample(String outcome, String fault, int count) {
        return "sluice_first_outcomes_total{fault=\"%s\",namespace=\"mail\",nexthop=\"west\",node=\"edge-1\",outcome=\"%s\"} %d.0"
                .formatted(fault, outcome, count);
    }

    @Test
    void whatTheLedgerLacksAndWhenTheCertificateEndsIsSaid() throws IOException, InterruptedException {
        assertThat(page())
                .contains("sluice_recipients_unaccounted{namespace=\"mail\",node=\"edge-1\"} 7.0")
                .containsPattern("sluice_certificate_expiry_timestamp_seconds\\{[^}]*} 1\\.7981352E9");
    }

    private String page() throws IOException, InterruptedException {
        return HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/metrics"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private static NodeReport report(long failures) {
        return new NodeReport(
                "edge-1",
                "epoch",
                Instant.EPOCH,
                new MtaStatus(MtaPhase.RUNNING, "Postfix 3.7.11", ""),
                new OrdersStatus(1, "", OrdersPhase.APPLIED, ""),
                List.of(
                        stratum("west/a", 100, Map.of(Fault.NODE, failures), 4),
                        stratum("west/b", 10, Map.of(Fault.RECIPIENT, 2L), 0)),
                new Ledger(100, 120, 0, 100, 2, 0, 0, 11, 7, 0, 0),
                new QueueSummary(
                        1, 2, 8, 0, 60, List.of(new HopQueue("west", 11, 60, Optional.empty(), List.of())), 1L << 30),
                Optional.empty(),
                Optional.of(new HandoverProgress("edge-2", 11, false)),
                2,
                Optional.empty());
    }

    private static StratumCounters stratum(String name, long good, Map<Fault, Long> bad, long late) {
        return new StratumCounters(
                name,
                "west",
                good,
                bad,
                late,
                0,
                good,
                late,
                0,
                List.of(),
                new RecipientCounters(good, 0, late),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
