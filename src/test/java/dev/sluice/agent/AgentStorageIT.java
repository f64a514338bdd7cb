package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.node.NodeCallFailure.Refused;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeReport;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import dev.sluice.testkit.SmtpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A node whose volume is full: queue, books, orders and log lie on the same one, as in a pod. */
class AgentStorageIT {
    private static final int VOLUME_MEGABYTES = 56;
    private static final int MESSAGE_BYTES = 900_000;

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
        return LabOrders.of(lab, node, lab.hostAddress(), sink)
                .relayFor(lab.loadNetwork(), lab.hostAddress() + "/32")
                .setting("message_size_limit", "1000000");
    }

    private Node running() throws Exception {
        Node node = lab.prepare("n1").onVolumeOf(VOLUME_MEGABYTES).start();
        node.awaitAgent();
        node.order(orders(node).build());
        node.awaitOrdersInForce();
        return node;
    }

    /** Somebody else's file takes all the space that is left. */
    private static Path fill(Node node) throws IOException {
        Path ballast = node.volume().resolve("ballast");
        byte[] megabyte = new byte[1024 * 1024];
        try (OutputStream out = Files.newOutputStream(ballast)) {
            for (int size = megabyte.length; size > 0; size /= 2) {
                writeUntilFull(out, megabyte, size);
            }
        }
        return ballast;
    }

    private static void writeUntilFull(OutputStream out, byte[] bytes, int size) {
        try {
            for (int written = 0; written < 1024; written++) {
                out.write(bytes, 0, size);
            }
        } catch (IOException e) {
            // Nothing of this size fits any more.
            return;
        }
    }

    /** The books and orders. The journal of messages is none of them: it grows by lines, of which the last may be cut off. */
    private static List<Path> stateFiles(Node node) throws IOException {
        try (Stream<Path> files = Files.list(node.stateDirectory())) {
            return files.filter(file -> file.getFileName().toString().contains(".json"))
                    .filter(file -> !file.getFileName().toString().endsWith(".jsonl"))
                    .toList();
        }
    }

    @Test
    void aQueueThatFillsItsVolumeRefusesNewMailAndLosesNothing() throws Exception {
        Node node = running();
        sink.answerRecipientsWith("450 4.3.0 later");
        List<String> accepted = new ArrayList<>();
        String answer = "";
        try (SmtpClient client = SmtpClient.connect(node.address(), 25)) {
            for (int number = 1; answer.isEmpty() || answer.startsWith("250"); number++) {
                answer = client.send("big" + number + "@c.test", MESSAGE_BYTES);
                if (answer.startsWith("250")) {
                    accepted.add("big" + number + "@c.test");
                }
            }
        }

        assertThat(answer).startsWith("452 4.3.1").contains("Insufficient system storage");
        assertThat(accepted).hasSizeGreaterThan(5);
        NodeReport full = node.await(
                "the report says it",
                report -> report.queue().total() == accepted.size()
                        && report.ledger().queued() == accepted.size());
        assertThat(full.queue().freeBytes())
                .isPositive()
                .isLessThan((long) VOLUME_MEGABYTES * 1024 * 1024 - (long) accepted.size() * MESSAGE_BYTES);
        assertThat(full.ledger().unaccounted()).isZero();

        sink.answerRecipientsWith("250 2.1.5 Ok");
        NodeReport flowing = node.await(
                "all that was accepted is delivered", now -> now.ledger().delivered() == accepted.size());
        assertThat(flowing.ledger().unaccounted()).isZero();
        assertThat(sink.received()).containsExactlyInAnyOrderElementsOf(accepted);
        node.await(
                "there is room again",
                now -> now.queue().freeBytes()
                        > full.queue().freeBytes() + (long) (accepted.size() - 1) * MESSAGE_BYTES);
        try (SmtpClient client = SmtpClient.connect(node.address(), 25)) {
            assertThat(client.send("after@c.test", MESSAGE_BYTES)).startsWith("250");
        }
        node.await("mail flows", now -> now.ledger().delivered() == accepted.size() + 1);
    }

    @Test
    void ordersThatCannotBeWrittenDownAreRefusedAndTheFormerStayInForce() throws Exception {
        Node node = running();
        lab.send(node, 20);
        node.await("all is delivered", now -> now.ledger().delivered() == 20);
        String former = node.report().orders().digest();
        Path ballast = fill(node);

        assertThatThrownBy(() -> node.order(orders(node)
                        .setting("smtpd_banner", "$myhostname ESMTP " + "x".repeat(20_000))
                        .build()))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.status()).isEqualTo(507);
                    assertThat(refused.getMessage()).contains("cannot be written down", "No space left on device");
                });
        NodeReport full = node.report();
        assertThat(full.orders().digest()).isEqualTo(former);
        assertThat(full.queue().freeBytes()).isLessThan(4096);
        node.await(
                "the books were due to be written several times",
                now -> now.takenTime().isAfter(full.takenTime().plusSeconds(6)));
        for (Path file : stateFiles(node)) {
            assertThat(file.getFileName().toString()).endsWith(".json");
            assertThat(NodeJson.mapper().readTree(file.toFile()).isObject())
                    .as(file.toString())
                    .isTrue();
        }

        node.killAgent();
        node.startAgent();
        NodeReport again = node.awaitOrdersInForce();
        assertThat(again.orders().digest()).isEqualTo(former);
        assertThat(again.ledger().delivered()).isEqualTo(20);

        Files.delete(ballast);
        node.order(orders(node).setting("smtpd_banner", "$myhostname ESMTP").build());
        node.awaitOrdersInForce();
        lab.send(node, 20, "after");
        NodeReport report = node.await("mail flows", now -> now.ledger().delivered() == 40);
        assertThat(report.ledger().accepted()).isEqualTo(40);
        assertThat(report.ledger().unaccounted()).isZero();
    }
}
