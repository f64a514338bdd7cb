package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import dev.sluice.testkit.SmtpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may give a node mail, and when. */
class AgentAdmissionIT {
    private static final int SMTP = 25;
    private static final int HANDOVER = 2526;

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

    private String here() {
        return lab.hostAddress() + "/32";
    }

    private static void give(Node node, LabOrders orders) throws Exception {
        node.order(orders.build());
        node.awaitOrdersInForce();
    }

    private static String offer(Node node, int port) throws IOException {
        try (SmtpClient client = SmtpClient.connect(node.address(), port)) {
            return client.send("somebody@c.test", 100);
        }
    }

    @Test
    void relaysForWhomItWasToldAndForNobodyElse() throws Exception {
        Node node = lab.node("n1");
        node.awaitAgent();
        give(node, orders(node));

        assertThat(offer(node, SMTP)).startsWith("554 5.7.1").contains("Relay access denied");
        assertThat(offer(node, HANDOVER)).startsWith("554 5.7.1").contains("Access denied");

        give(node, orders(node).relayFor(lab.loadNetwork(), here()));
        assertThat(offer(node, SMTP)).startsWith("250");
        assertThat(offer(node, HANDOVER)).startsWith("554 5.7.1");

        give(node, orders(node).handoverFrom(here()));
        assertThat(offer(node, SMTP)).startsWith("554 5.7.1");
        assertThat(offer(node, HANDOVER)).startsWith("250");

        NodeReport report =
                node.await("what was accepted is delivered", now -> now.ledger().delivered() == 2);
        assertThat(report.ledger().accepted()).isEqualTo(2);
        assertThat(report.ledger().receivedByHandover()).isEqualTo(1);
        assertThat(sink.received()).hasSize(2);
    }

    @Test
    void ordersThatWouldMakeAnOpenRelayAreRefusedInOneLineAndChangeNothing() throws Exception {
        Node node = lab.node("n1");
        node.awaitAgent();
        give(node, orders(node));
        String configuration = Files.readString(node.home().resolve("etc/main.cf"));

        for (String network : List.of("0.0.0.0/0", "10.0.0.0/7", "::/0", "10.20.0.1/16", "10.20.0.0/33", "everybody")) {
            node.order(orders(node).relayFor(lab.loadNetwork(), network).build());
            NodeReport report =
                    node.await("the orders are refused", now -> now.orders().phase() == OrdersPhase.FAILED);
            assertThat(report.orders().reason())
                    .startsWith("relayNetworks: ")
                    .contains(network)
                    .contains("write")
                    .hasLineCount(1);
            assertThat(report.mta().phase()).isEqualTo(MtaPhase.RUNNING);
        }
        node.order(orders(node).handoverFrom("0.0.0.0/0").build());
        NodeReport report =
                node.await("the orders are refused", now -> now.orders().phase() == OrdersPhase.FAILED);
        assertThat(report.orders().reason())
                .startsWith("handoverFrom: 0.0.0.0/0")
                .hasLineCount(1);

        assertThat(Files.readString(node.home().resolve("etc/main.cf"))).isEqualTo(configuration);
        assertThat(offer(node, SMTP)).startsWith("554 5.7.1");
        assertThat(offer(node, HANDOVER)).startsWith("554 5.7.1");
    }

    @Test
    void sessionsThatStayOpenAreSentAwayAfterTheGraceAndNewOnesToo() throws Exception {
        Node node = lab.prepare("n1").with("--drain-grace-seconds", "8").start();
        node.awaitAgent();
        give(node, orders(node).relayFor(here()).weight(40));
        assertThat(node.agentCheck()).isEqualTo("up ready 40%");

        try (SmtpClient open = SmtpClient.connect(node.address(), SMTP)) {
            assertThat(open.send("first@c.test", 100)).startsWith("250");
            give(node, orders(node).relayFor(here()).closed());
            assertThat(node.agentCheck()).isEqualTo("up drain");
            assertThat(open.send("within-the-grace@c.test", 100)).startsWith("250");

            Awaitility.await("new sessions are sent away")
                    .atMost(Duration.ofMinutes(1))
                    .pollInterval(Duration.ofMillis(200))
                    .until(() -> offer(node, SMTP).startsWith("421 4.3.2"));
            assertThat(open.send("after-the-grace@c.test", 100)).startsWith("421 4.3.2");
            assertThat(open.say("NOOP")).as("the server has left").isEmpty();
        }
        NodeReport closed = node.await(
                "what was accepted is delivered",
                now -> now.queue().total() == 0 && now.ledger().queued() == 0 && now.openSessions() == 0);
        assertThat(sink.received())
                .contains("first@c.test", "within-the-grace@c.test")
                .doesNotContain("after-the-grace@c.test");
        assertThat(closed.ledger().delivered()).isEqualTo(sink.received().size());
        assertThat(closed.ledger().unaccounted()).isZero();

        give(node, orders(node).relayFor(here()).weight(40));
        assertThat(node.agentCheck()).isEqualTo("up ready 40%");
        assertThat(offer(node, SMTP)).startsWith("250");
    }

    @Test
    void weightZeroTakesTheNodeOutAtTheEdgeAlone() throws Exception {
        Node node = lab.node("n1");
        node.awaitAgent();
        assertThat(node.agentCheck()).startsWith("down");
        give(node, orders(node).relayFor(here()).weight(0));

        assertThat(node.agentCheck()).isEqualTo("up drain");
        assertThat(offer(node, SMTP)).startsWith("250");
    }

    @Test
    void aClientThatClaimsAnotherAddressIsNotBelieved() throws Exception {
        Node node = lab.node("n1");
        node.awaitAgent();
        give(node, orders(node).relayFor("192.0.2.7/32"));

        try (SmtpClient client = SmtpClient.connect(node.address(), SMTP)) {
            assertThat(client.say("XCLIENT ADDR=192.0.2.7 NAME=[UNAVAILABLE]")).startsWith("5");
            assertThat(client.send("somebody@c.test", 100)).startsWith("554 5.7.1");
        }
    }
}
