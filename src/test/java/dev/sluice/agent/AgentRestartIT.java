package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeReport;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import dev.sluice.testkit.SmtpClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a restart or a new log file must not change: the books. */
class AgentRestartIT {
    private static final Pattern QUEUE_ID = Pattern.compile("postfix/cleanup\\[\\d+]: ([0-9A-Za-z]+): message-id=");

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

    private Node running(PostfixLab.NodePlan plan) throws Exception {
        Node node = plan.start();
        node.awaitAgent();
        node.order(orders(node).build());
        node.awaitOrdersInForce();
        return node;
    }

    private CompletableFuture<Void> traffic(Node node, int messages) {
        return CompletableFuture.runAsync(() -> {
            try {
                lab.send(node, messages, "traffic");
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    private static List<Path> logs(Node node) throws IOException {
        try (Stream<Path> files = Files.list(node.mailLog().getParent())) {
            return files.sorted().toList();
        }
    }

    @Test
    void countsStayExactWhileTheLogIsBegunAnewUnderTraffic() throws Exception {
        Node node = running(lab.prepare("n1").with("--largest-log-bytes", "65536"));

        for (int batch = 1; batch <= 4; batch++) {
            lab.send(node, 400, "batch" + batch + "-");
        }

        NodeReport report = node.await("all is delivered", now -> now.ledger().delivered() == 1600);
        node.await(
                "the log was begun anew more than once",
                now -> Files.exists(node.mailLog().resolveSibling("mail.log.2")));
        assertThat(report.ledger().accepted()).isEqualTo(1600);
        assertThat(report.ledger().messages()).isEqualTo(1600);
        assertThat(report.strata().get(0).recipients().good()).isEqualTo(1600);
        assertThat(report.ledger().unaccounted()).isZero();
        assertThat(sink.received()).doesNotHaveDuplicates().hasSize(1600);
        assertThat(logs(node)).hasSizeLessThanOrEqualTo(4);
    }

    @Test
    void ordersOfANewerOperatorKeepTheirNameOverARestart() throws Exception {
        Node node = running(lab.prepare("n1"));
        node.killAgent();
        Path kept = node.stateDirectory().resolve("orders.json");
        ObjectNode newer = (ObjectNode) NodeJson.mapper().readTree(Files.readString(kept));
        newer.put("mood", "calm");
        Files.writeString(kept, newer.toString());

        node.startAgent();

        NodeReport report = node.awaitOrdersInForce();
        assertThat(report.orders().digest()).isEqualTo(NodeJson.digest(newer));
    }

    @Test
    void aLineThatIsHalfWrittenWhenTheAgentDiesIsReadOnceAndWhole() throws Exception {
        Node node = running(lab.prepare("n1"));
        sink.answerRecipientsWith("450 4.3.0 later");
        node.order(orders(node)
                .setting("minimal_backoff_time", "1h")
                .setting("maximal_backoff_time", "1h")
                .build());
        node.awaitOrdersInForce();
        lab.send(node, 1);
        NodeReport before = node.await(
                "it is deferred",
                now -> now.queue().deferred() == 1
                        && now.strata().stream()
                                .anyMatch(stratum -> stratum.lastReply().isPresent()));
        Matcher id = QUEUE_ID.matcher(Files.readString(node.mailLog()));
        assertThat(id.find()).isTrue();
        String line = Files.readAllLines(node.mailLog()).stream()
                .filter(one -> one.contains(id.group(1)) && one.contains("status=deferred"))
                .findFirst()
                .orElseThrow()
                .replace("450 4.3.0 later", "450 4.7.1 greylisted, second reply");
        int middle = line.indexOf("status=") + 9;

        Files.writeString(node.mailLog(), line.substring(0, middle), StandardOpenOption.APPEND);
        node.await(
                "the agent has seen the half and written its books",
                now -> now.takenTime().isAfter(before.takenTime().plusSeconds(6)));
        node.killAgent();
        Files.writeString(node.mailLog(), line.substring(middle) + "\n", StandardOpenOption.APPEND);
        node.startAgent();

        node.await(
                "the whole line was read",
                now -> now.strata().stream()
                        .anyMatch(stratum -> stratum.lastReply().orElse("").contains("second reply")));
        assertThat(node.metric("sluice_delivery_attempts_total", "class=\"greylist\""))
                .isEqualTo(1);
        assertThat(node.report().strata().get(0).bad().values().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .isEqualTo(1);
        assertThat(node.report().ledger().unaccounted()).isZero();
    }

    @Test
    void aPostfixThatIsKilledIsStartedAgainAndTheBooksStayExact() throws Exception {
        Node node = running(lab.prepare("n1"));
        sink.answerRecipientsWith("450 4.3.0 later");
        lab.send(node, 100);
        node.await("all is deferred", now -> now.queue().deferred() == 100);
        ProcessHandle former = node.postfix();

        try (SmtpClient idle = SmtpClient.connect(node.address(), 25)) {
            former.destroyForcibly();
            assertThat(former.onExit().get(1, TimeUnit.MINUTES).isAlive()).isFalse();

            Awaitility.await("another Postfix runs")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .until(() -> node.postfix().pid() != former.pid());
            node.awaitOrdersInForce();
            assertThat(idle.greeting()).startsWith("220");
        }
        sink.answerRecipientsWith("250 2.1.5 Ok");
        awaitAcceptance(node);
        lab.send(node, 50, "after");
        NodeReport report = node.await(
                "all is delivered",
                now -> now.ledger().delivered() == 151 && now.queue().total() == 0);
        assertThat(report.ledger().accepted()).isEqualTo(151);
        assertThat(report.ledger().unaccounted()).isZero();
        assertThat(sink.received()).doesNotHaveDuplicates().hasSize(151);
    }

    @Test
    void aPostfixThatIsKilledInTheMidstOfTrafficLosesNoMailAndCountsNothingTwice() throws Exception {
        Node node = running(lab.prepare("n1"));
        CompletableFuture<Void> sending = traffic(node, 2_000);
        node.await("mail flows", now -> now.ledger().delivered() > 100);

        node.postfix().destroyForcibly();

        sending.handle((done, failure) -> "the load client gives up when its server dies")
                .get(2, TimeUnit.MINUTES);
        node.awaitOrdersInForce();
        awaitAcceptance(node);
        lab.send(node, 50, "after");
        NodeReport report = node.await(
                "the queue is empty and what is missing has been noticed",
                now -> now.queue().total() == 0 && now.ledger().queued() == 0 && received("after") == 50);
        // Lines that were under way to the log die with Postfix. What they told is missing, and said to be missing; it
        // is never made up, and nothing that was accepted is.
        NodeReport.Ledger ledger = report.ledger();
        assertThat(ledger.accepted()).isEqualTo(ledger.delivered() + ledger.unaccounted());
        assertThat(ledger.unaccounted()).isLessThan(20);
        assertThat(ledger.bounced() + ledger.expired() + ledger.handedOver()).isZero();
        assertThat(ledger.delivered()).isLessThanOrEqualTo(received(""));
        NodeReport.RecipientCounters first = report.strata().get(0).recipients();
        assertThat(first.good()).as("delivered in time").isLessThanOrEqualTo(ledger.delivered());
        assertThat(first.good() + first.bad() + first.late())
                .as("each has one first outcome, and what waited for Postfix's return may be late")
                .isBetween(ledger.delivered(), ledger.accepted());
    }

    /** Sessions that a dead server left half open are reset one by one; ends with one message accepted. */
    private void awaitAcceptance(Node node) {
        Awaitility.await("it takes mail again")
                .atMost(Duration.ofMinutes(2))
                .ignoreExceptions()
                .until(() -> {
                    lab.send(node, 1, "again");
                    return true;
                });
    }

    /** How many recipients with this word in their names got mail, each once. */
    private long received(String word) {
        return sink.received().stream()
                .filter(recipient -> recipient.contains(word))
                .distinct()
                .count();
    }

    @Test
    void anAgentThatIsKilledWhileMailFlowsGoesOnUnderItsOrders() throws Exception {
        Node node = running(lab.prepare("n1").with("--drain-grace-seconds", "0"));
        String epoch = node.report().counterEpoch();
        CompletableFuture<Void> sending = traffic(node, 1_500);
        node.await("mail flows", now -> now.ledger().delivered() > 100);

        node.killAgent();
        node.startAgent();
        sending.get(2, TimeUnit.MINUTES);

        NodeReport report = node.await("all is delivered", now -> now.ledger().delivered() == 1_500);
        assertThat(report.counterEpoch()).isEqualTo(epoch);
        assertThat(report.ledger().accepted()).isEqualTo(1_500);
        assertThat(report.ledger().unaccounted()).isZero();
        assertThat(report.strata().get(0).recipients().good()).isEqualTo(1_500);
        assertThat(report.strata().get(0).bad()).isEmpty();
        assertThat(report.strata().get(0).recipients().late()).isZero();
        assertThat(sink.received()).doesNotHaveDuplicates().hasSize(1_500);
        assertThat(node.awaitOrdersInForce().orders().leaderEpoch()).isEqualTo(7);

        // What was forbidden stays forbidden without anybody's asking again.
        node.order(orders(node).relayFor(lab.hostAddress() + "/32").closed().build());
        node.awaitOrdersInForce();
        node.killAgent();
        node.startAgent();
        node.awaitAgent();
        assertThat(node.agentCheck()).isEqualTo("up drain");
        try (SmtpClient client = SmtpClient.connect(node.address(), 25)) {
            assertThat(client.send("closed@c.test", 100)).startsWith("421 4.3.2");
        }
    }

    @Test
    void booksThatAreLostBeginANewEpoch() throws Exception {
        Node node = running(lab.prepare("n1"));
        lab.send(node, 10);
        NodeReport before = node.await("all is delivered", now -> now.ledger().delivered() == 10);
        node.killAgent();
        Files.writeString(node.stateDirectory().resolve("ledger.json"), "{\"position\":{\"ino");

        node.startAgent();

        NodeReport after = node.awaitAgent();
        assertThat(after.counterEpoch()).isNotEqualTo(before.counterEpoch());
        assertThat(node.stateDirectory().resolve("ledger.json.unreadable")).exists();
        node.await("the log was read again", now -> now.ledger().delivered() == 10);
        lab.send(node, 10, "after");
        NodeReport report = node.await("mail flows", now -> now.ledger().delivered() == 20);
        assertThat(report.ledger().unaccounted()).isZero();
    }
}
