package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.NetworkFault;
import dev.sluice.local.NetworkNamespace.Block;
import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.NameServer;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Next hops that are not there, and those that only the name service knows. */
class AgentNextHopIT {
    /** What a node waits for a connection to its own tier, and what the agent may take to say so. */
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(4);

    private static final Duration NOTICE = Duration.ofSeconds(10);
    private static final int SMTP = 25;

    private PostfixLab lab;
    private String sinkAddress;

    @BeforeEach
    void open() throws Exception {
        lab = new PostfixLab();
        sinkAddress = lab.sinkAddress();
    }

    @AfterEach
    void close() throws IOException {
        lab.close();
    }

    private static Probe probe(NodeReport report) {
        return report.preflight().orElseThrow().probes().stream()
                .filter(probe -> probe.nextHop().equals(LabOrders.HOP))
                .findFirst()
                .orElseThrow();
    }

    private static boolean preflightEnded(NodeReport report, String id) {
        return report.preflight()
                .filter(PreflightReport::finished)
                .filter(run -> run.id().equals(id))
                .isPresent();
    }

    @Test
    void aHopThatDropsPacketsShowsAsAPathFailureAndMailFlowsWhenItIsBack() throws Exception {
        try (RecordingSink sink = new RecordingSink(sinkAddress)) {
            Node node = lab.node("n1");
            node.awaitAgent();
            node.order(LabOrders.of(lab, node, sinkAddress, sink).build());
            node.awaitOrdersInForce();
            NetworkFault fault = node.namespace().blockFrom(sinkAddress, Block.DROP);
            Instant sent = Instant.now();
            lab.send(node, 10);
            NodeReport failing = node.await(
                    "the failures are seen",
                    now -> now.strata().stream().anyMatch(stratum -> stratum.pathFailures() > 0));
            StratumCounters stratum = failing.strata().get(0);
            assertThat(stratum.firstFailureTime().orElseThrow())
                    .isBetween(sent, sent.plus(CONNECT_LIMIT).plus(NOTICE));
            assertThat(stratum.lastReply().orElseThrow()).contains("Connection timed out");
            assertThat(stratum.bad()).containsOnlyKeys(Fault.NEXT_HOP);
            assertThat(stratum.good()).isZero();
            assertThat(failing.ledger().bounced()).isZero();

            fault.close();
            NodeReport report =
                    node.await("all is delivered", now -> now.ledger().delivered() == 10);
            assertThat(report.ledger().unaccounted()).isZero();
            assertThat(report.strata().get(0).lastDeliveredTime().orElseThrow()).isAfter(sent);
            assertThat(sink.received()).doesNotHaveDuplicates().hasSize(10);
        }
    }

    @Test
    void mailForStrangersGoesToTheExchangerThatAnswers() throws Exception {
        try (NameServer names = new NameServer(lab.hostAddress());
                RecordingSink sink = new RecordingSink(sinkAddress, SMTP)) {
            names.exchangers("c.test", "gone.c.test", "mx.c.test")
                    .address("gone.c.test", lab.hostAddress())
                    .address("mx.c.test", sinkAddress);
            Node node = lab.prepare("n1").asking(lab.hostAddress()).start();
            node.awaitAgent();
            node.order(LabOrders.of(lab, node, sinkAddress, sink)
                    .byMailExchanger()
                    .preflight("first")
                    .build());

            NodeReport proven = node.await("preflight has ended", now -> preflightEnded(now, "first"));
            assertThat(probe(proven).kind()).isEqualTo("mail-exchanger");
            assertThat(probe(proven).endpoint()).isEqualTo("mx.c.test:25");
            assertThat(proven.preflight().orElseThrow().passed())
                    .as(proven.preflight().toString())
                    .isTrue();
            lab.send(node, 5);
            NodeReport report =
                    node.await("all is delivered", now -> now.ledger().delivered() == 5);
            assertThat(report.ledger().unaccounted()).isZero();
            assertThat(sink.received()).hasSize(5);
        }
    }

    @Test
    void preflightFailsWithoutAnExchangerThatAnswersAndSaysWhy() throws Exception {
        try (NameServer names = new NameServer(lab.hostAddress());
                RecordingSink sink = new RecordingSink(sinkAddress, SMTP)) {
            Node node = lab.prepare("n1").asking(lab.hostAddress()).start();
            node.awaitAgent();
            LabOrders orders = LabOrders.of(lab, node, sinkAddress, sink).byMailExchanger();

            assertThat(failure(node, orders.preflight("no such domain"), "no such domain"))
                    .containsIgnoringCase("name service");

            names.exchangers("c.test", "");
            assertThat(failure(node, orders.preflight("takes no mail"), "takes no mail"))
                    .contains("takes no mail");

            names.exchangers("c.test", "gone.c.test").address("gone.c.test", lab.hostAddress());
            assertThat(failure(node, orders.preflight("refuses"), "refuses")).contains("refused");

            names.exchangers("c.test", "mx.c.test");
            assertThat(failure(node, orders.preflight("without address"), "without address"))
                    .contains("unknown host mx.c.test");

            names.exchangers("c.test", "other.c.test").address("other.c.test", sinkAddress);
            node.order(orders.preflight("mended").build());
            assertThat(node.await("preflight has ended", now -> preflightEnded(now, "mended"))
                            .preflight()
                            .orElseThrow()
                            .passed())
                    .isTrue();
        }
    }

    private static String failure(Node node, LabOrders orders, String id) throws Exception {
        node.order(orders.build());
        NodeReport report = node.await("preflight has ended", now -> preflightEnded(now, id));
        assertThat(report.preflight().orElseThrow().passed()).isFalse();
        assertThat(probe(report).passed()).isFalse();
        return probe(report).reply();
    }
}
