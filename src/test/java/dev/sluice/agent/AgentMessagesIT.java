package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.MessageFates.RecipientFate;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import dev.sluice.testkit.SmtpClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a node with a real Postfix says of each message, over its API. */
class AgentMessagesIT {
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

    private String here() {
        return lab.hostAddress() + "/32";
    }

    private LabOrders orders(Node node) {
        return LabOrders.of(lab, node, lab.hostAddress(), sink).relayFor(here());
    }

    private Node running(String name, List<String> peers) throws Exception {
        Node node = lab.node(name);
        node.awaitAgent();
        node.order(orders(node).handoverFrom(peers.toArray(String[]::new)).build());
        node.awaitOrdersInForce();
        return node;
    }

    private static void send(Node node, String recipient) throws IOException {
        try (SmtpClient client = SmtpClient.connect(node.address(), 25)) {
            assertThat(client.send(recipient, 100)).startsWith("250");
        }
    }

    /** What became of the message to this recipient; a notice of a bounce goes to another. */
    private static MessageFate fateOf(Node node, String recipient, Outcome outcome) {
        return Awaitility.await(recipient + " is " + outcome)
                .atMost(Duration.ofMinutes(1))
                .until(
                        () -> to(node, recipient),
                        fate -> fate.map(AgentMessagesIT::only)
                                .filter(known -> known.outcome() == outcome)
                                .isPresent())
                .orElseThrow();
    }

    private static Optional<MessageFate> to(Node node, String recipient) throws NodeCallFailure {
        return node.messages().messages().stream()
                .filter(message -> only(message).address().equals(recipient))
                .reduce((earlier, later) -> later);
    }

    private static RecipientFate only(MessageFate message) {
        assertThat(message.recipients()).hasSize(1);
        return message.recipients().get(0);
    }

    @Test
    void tellsOfEachMessageWhatBecameOfIt() throws Exception {
        Instant began = Instant.now().minusSeconds(1);
        Node good = running("good", List.of("10.0.0.0/8"));
        Node bad = running("bad", List.of());

        send(bad, "well@c.test");
        MessageFate delivered = fateOf(bad, "well@c.test", Outcome.DELIVERED);
        assertThat(delivered.arrivedTime()).isBetween(began, Instant.now());
        assertThat(delivered.byHandover()).isFalse();
        assertThat(only(delivered).nextHop()).isEqualTo(LabOrders.HOP);
        assertThat(only(delivered).deferrals()).isZero();
        assertThat(only(delivered).reply()).isEmpty();

        sink.answerRecipientsWith("550 5.1.1 <nobody@c.test> User unknown");
        send(bad, "nobody@c.test");
        MessageFate bounced = fateOf(bad, "nobody@c.test", Outcome.BOUNCED);
        assertThat(only(bounced).reply()).contains("550 5.1.1", "User unknown").doesNotContain("nobody@c.test");

        sink.answerRecipientsWith("451 4.3.0 not now");
        send(bad, "later@c.test");
        MessageFate queued = fateOf(bad, "later@c.test", Outcome.QUEUED);
        Awaitility.await("it was put off")
                .atMost(Duration.ofMinutes(1))
                .until(() -> to(bad, "later@c.test")
                        .filter(fate -> only(fate).deferrals() > 0)
                        .isPresent());

        // What has left is on disk; what waits is in the books.
        bad.killAgent();
        bad.startAgent();
        bad.awaitOrdersInForce();
        assertThat(fateOf(bad, "well@c.test", Outcome.DELIVERED)).isEqualTo(delivered);
        assertThat(fateOf(bad, "later@c.test", Outcome.QUEUED).queueId()).isEqualTo(queued.queueId());

        bad.order(orders(bad)
                .setting("minimal_backoff_time", "600s")
                .closed()
                .handoverTo(good)
                .build());
        Awaitility.await("it has left")
                .atMost(Duration.ofMinutes(1))
                .until(() -> to(bad, "later@c.test")
                        .filter(fate -> only(fate).outcome() != Outcome.QUEUED)
                        .isPresent());
        MessageFate gone = to(bad, "later@c.test").orElseThrow();
        assertThat(gone.queueId()).isEqualTo(queued.queueId());
        assertThat(only(gone).outcome()).isEqualTo(Outcome.HANDED_OVER);
        sink.answerRecipientsWith("250 2.1.5 Ok");
        MessageFate taken = fateOf(good, "later@c.test", Outcome.DELIVERED);
        assertThat(taken.byHandover()).isTrue();
        assertThat(taken.queueId()).isEqualTo(only(gone).peerQueueId());
        assertThat(good.messages().node()).isEqualTo("good");
    }
}
