package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.NodeReport;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import dev.sluice.testkit.SmtpClient;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node on trial that turns bad while no operator looks after it: a real Postfix, and nobody who asks or orders. */
class AgentAloneIT {
    private static final int SMTP = 25;
    private static final int MESSAGES = 8;

    private PostfixLab lab;
    private RecordingSink sink;
    private Node node;

    @BeforeEach
    void open() throws Exception {
        lab = new PostfixLab();
        sink = new RecordingSink(lab.hostAddress());
        node = lab.node("n1");
        node.awaitAgent();
    }

    @AfterEach
    void close() throws IOException {
        sink.close();
        lab.close();
    }

    private void order(LabOrders orders) throws Exception {
        node.order(orders.relayFor(lab.hostAddress() + "/32").weight(40).build());
        node.awaitOrdersInForce();
    }

    private LabOrders orders() {
        return LabOrders.of(lab, node, lab.hostAddress(), sink);
    }

    private String offer(String recipient) throws IOException {
        try (SmtpClient client = SmtpClient.connect(node.address(), SMTP)) {
            return client.send(recipient, 100);
        }
    }

    /** To domains of their own: a burst to one is one failure. */
    private void mailThatFails() throws IOException {
        sink.answerRecipientsWith("454 4.7.1 Relay access denied");
        for (int number = 0; number < MESSAGES; number++) {
            assertThat(offer("u@d%d.test".formatted(number))).startsWith("250");
        }
    }

    private void awaitEdge(String state) {
        Awaitility.await("the edge is told " + state)
                .atMost(Duration.ofMinutes(1))
                .pollInterval(Duration.ofMillis(500))
                .until(() -> node.agentCheck().equals(state));
    }

    @Test
    void takesItselfOutTellsTheEdgeAndClientsAndComesBackWhenMailGetsThrough() throws Exception {
        order(orders().canBeSpared());
        mailThatFails();

        awaitEdge("up drain");
        assertThat(offer("later@c.test")).startsWith("421 4.3.2");

        NodeReport report = node.report();
        assertThat(report.tookItselfOut().orElseThrow()).contains("nothing gets through", MESSAGES + " failures");
        assertThat(report.ledger().queued()).isEqualTo(MESSAGES);

        node.killAgent();
        node.startAgent();
        node.awaitAgent();
        assertThat(node.agentCheck()).as("after a restart").isEqualTo("up drain");
        assertThat(node.metric("sluice_node_closed", "")).isEqualTo(1);

        sink.answerRecipientsWith("250 2.1.5 Ok");
        awaitEdge("up ready 40%");
        assertThat(offer("again@c.test")).startsWith("250");
        node.await("nothing is lost", now -> now.ledger().delivered() == MESSAGES + 1);
    }

    @Test
    void staysWhereNobodyElseCarriesTheMail() throws Exception {
        order(orders());
        mailThatFails();

        Thread.sleep(Duration.ofSeconds(30).toMillis());

        assertThat(node.agentCheck()).isEqualTo("up ready 40%");
        assertThat(node.metric("sluice_node_closed", "")).isZero();
        assertThat(offer("later@c.test")).startsWith("250");
    }
}
