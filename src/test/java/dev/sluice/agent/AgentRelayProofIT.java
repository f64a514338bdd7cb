package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.postfix.PostfixControl;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import dev.sluice.testkit.SmtpClient;
import java.io.IOException;
import java.net.ConnectException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That a stranger is refused is proven after each change of whom a node relays for; an open relay does not stay. */
class AgentRelayProofIT {
    private static final int SMTP = 25;

    private PostfixLab lab;
    private RecordingSink sink;

    @BeforeEach
    void open() throws IOException {
        lab = new PostfixLab();
        sink = new RecordingSink(lab.hostAddress());
    }

    @AfterEach
    void close() throws IOException {
        sink.close();
        lab.close();
    }

    private LabOrders orders(Node node) {
        return LabOrders.of(lab, node, lab.hostAddress(), sink);
    }

    /** As an address that no orders declare. */
    private static String offer(Node node) throws IOException {
        try (SmtpClient client = SmtpClient.connect(node.address(), SMTP)) {
            return client.send("somebody@elsewhere.test", 100);
        }
    }

    private Node inForce() throws Exception {
        Node node = lab.node("t1");
        node.awaitAgent();
        node.order(orders(node).build());
        node.awaitOrdersInForce();
        return node;
    }

    private static Path mainCf(Node node) {
        return node.home().resolve("etc/main.cf");
    }

    /** As a person would who edits the file and reloads. */
    private static void byHand(Node node, String... lines) throws IOException {
        Files.writeString(mainCf(node), Files.readString(mainCf(node)) + String.join("\n", lines) + "\n");
        new PostfixControl(node.home().resolve("etc"), node.queueDirectory()).reload();
    }

    private static long refusalsOfOutsiders(Node node) throws IOException {
        try (Stream<String> lines = Files.lines(node.mailLog())) {
            return lines.filter(line -> line.contains("inspection/smtpd"))
                    .filter(line -> line.contains("554 5.7.1 <postmaster@relay-probe.invalid>: Relay access denied"))
                    .count();
        }
    }

    private static NodeReport awaitClosed(Node node) {
        return node.await(
                "the node has closed itself", report -> report.tookItselfOut().isPresent());
    }

    @Test
    void afterEachChangeAStrangerIsRefusedByEveryTransportNode() throws Exception {
        List<Node> transports = List.of(lab.node("t1"), lab.node("t2"));
        transports.forEach(Node::awaitAgent);
        Map<String, List<String>> changes = new LinkedHashMap<>();
        changes.put("the first filter node", List.of("10.20.200.1/32"));
        changes.put("another one joins", List.of("10.20.200.1/32", "10.20.200.2/32"));
        changes.put("its address changes", List.of("10.20.200.1/32", "10.20.200.3/32"));
        changes.put("the first one leaves", List.of("10.20.200.3/32"));
        changes.put("it is tried again", List.of("10.20.200.1/32", "10.20.200.3/32"));
        changes.put("a network is declared besides", List.of("10.20.200.1/32", "192.0.2.0/24", "198.51.100.0/24"));
        changes.put("nobody is left", List.of());
        changes.put("the load's own network", List.of(lab.loadNetwork()));

        for (Map.Entry<String, List<String>> change : changes.entrySet()) {
            for (Node transport : transports) {
                long before = Files.exists(transport.mailLog()) ? refusalsOfOutsiders(transport) : 0;

                transport.order(orders(transport)
                        .relayFor(change.getValue().toArray(String[]::new))
                        .build());
                transport.awaitOrdersInForce();

                assertThat(refusalsOfOutsiders(transport))
                        .as("%s has proven it itself: %s", transport.name(), change.getKey())
                        .isGreaterThan(before);
                assertThat(offer(transport))
                        .as("%s to an address outside: %s", transport.name(), change.getKey())
                        .startsWith("554 5.7.1")
                        .contains("Relay access denied");
                assertThat(transport.report().tookItselfOut()).isEmpty();
            }
        }
        for (Node transport : transports) {
            lab.send(transport, 3, transport.name());
            NodeReport report = transport.await(
                    "who may relay still does", now -> now.ledger().delivered() == 3);
            assertThat(report.ledger().accepted()).as("probes are no messages").isEqualTo(3);
            assertThat(transport.metric("sluice_relay_open_total", "")).isZero();
        }
    }

    @Test
    void networksThatWereOpenedByHandAreSeenToldAndTakenBack() throws Exception {
        Node node = lab.node("t1");
        node.awaitAgent();
        node.order(orders(node).weight(40).build());
        node.awaitOrdersInForce();
        String ours = Files.readString(mainCf(node));

        byHand(node, "mynetworks = 0.0.0.0/0");

        NodeReport closed = awaitClosed(node);
        assertThat(closed.tookItselfOut().orElseThrow())
                .startsWith("open relay: a stranger was not refused: 127.0.0.1 at port 25: 250")
                .hasLineCount(1);
        assertThat(closed.mta().phase()).isEqualTo(MtaPhase.FAILED);
        assertThat(node.agentCheck()).isEqualTo("up drain");

        NodeReport mended = node.awaitOrdersInForce();
        assertThat(mended.tookItselfOut()).isEmpty();
        assertThat(Files.readString(mainCf(node))).isEqualTo(ours);
        assertThat(offer(node)).startsWith("554 5.7.1");
        assertThat(node.agentCheck()).isEqualTo("up ready 40%");
        assertThat(node.metric("sluice_relay_open_total", "")).isEqualTo(1);
    }

    @Test
    void whatIsPermittedAtOneListenerAloneIsSeenToo() throws Exception {
        Node node = inForce();
        Path masterCf = node.home().resolve("etc/master.cf");
        String ours = Files.readString(masterCf);

        Files.writeString(masterCf, ours.replaceFirst("(?m)^.*:25 inet .* smtpd$", "$0\n  -o mynetworks=0.0.0.0/0"));
        byHand(node);

        assertThat(Files.readString(masterCf)).isNotEqualTo(ours);
        assertThat(awaitClosed(node).tookItselfOut().orElseThrow())
                .startsWith("open relay: a stranger was not refused: 127.0.0.1 at port 25: 250");
        node.awaitOrdersInForce();
        assertThat(Files.readString(masterCf)).isEqualTo(ours);
        assertThat(offer(node)).startsWith("554 5.7.1");
        assertThat(sink.received()).isEmpty();
    }

    @Test
    void aTemplateThatIsResponsibleForEveryDomainKeepsTheNodeClosed() throws Exception {
        Node node = lab.node("t1");
        node.awaitAgent();

        node.order(orders(node).setting("relay_domains", "static:all").build());

        NodeReport refused =
                node.await("the orders are refused", report -> report.orders().phase() == OrdersPhase.FAILED);
        assertThat(refused.orders().reason()).startsWith("open relay: ").hasLineCount(1);
        assertThat(refused.mta().phase()).isEqualTo(MtaPhase.FAILED);
        assertThat(offer(node)).startsWith("421 4.3.2");

        node.order(orders(node).weight(40).build());
        node.awaitOrdersInForce();
        assertThat(offer(node)).startsWith("554 5.7.1");
        assertThat(node.agentCheck()).isEqualTo("up ready 40%");
        assertThat(sink.received()).isEmpty();
    }

    @Test
    void aServerThatIsOpenedAgainAndAgainIsStopped() throws Exception {
        Node node = inForce();

        CompletableFuture<Void> somebody = CompletableFuture.runAsync(() -> {
            while (node.postfixRuns()) {
                try {
                    if (!Files.readString(mainCf(node)).contains("0.0.0.0/0")) {
                        byHand(node, "mynetworks = 0.0.0.0/0", "smtpd_recipient_restrictions = permit_mynetworks");
                    }
                    Thread.sleep(100);
                } catch (IOException e) {
                    // Between two versions of the file, or in the middle of the stop.
                } catch (InterruptedException e) {
                    return;
                }
            }
        });

        Awaitility.await("the server is stopped").atMost(Duration.ofMinutes(2)).until(() -> !node.postfixRuns());
        somebody.join();
        assertThatThrownBy(() -> offer(node)).isInstanceOf(ConnectException.class);
        NodeReport report = node.report();
        assertThat(report.mta().phase()).isEqualTo(MtaPhase.FAILED);
        assertThat(report.mta().reason()).startsWith("open relay: ");

        node.order(orders(node).weight(40).build());
        node.awaitOrdersInForce();
        assertThat(offer(node)).as("new orders, its own files").startsWith("554 5.7.1");
    }
}
