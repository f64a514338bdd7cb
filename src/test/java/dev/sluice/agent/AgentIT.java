package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sluice.node.Fault;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeCallFailure.Refused;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.Peer;
import dev.sluice.node.NodeOrders.PreflightOrder;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Agents with real Postfix instances; each test has a network of its own. */
class AgentIT {
    private static final String REFUSAL = "554 5.7.1 Relay access denied";

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

    private NodeOrders orders(Node node, Map<String, String> settings, boolean hold, Optional<Peer> handoverTo) {
        HopRoute hop =
                new HopRoute("transport", List.of(new Endpoint(lab.hostAddress(), sink.port())), List.of(), true);
        return new NodeOrders(
                7,
                node.name(),
                40,
                true,
                true,
                hold,
                30,
                settings,
                ClientAddress.CONNECTION,
                List.of(lab.loadNetwork()),
                List.of("10.0.0.0/8"),
                List.of(hop),
                handoverTo,
                Optional.of(new PreflightOrder("first", "probe@ex.test", "probe@c.test", 5)),
                1,
                false);
    }

    private NodeOrders orders(Node node) {
        return orders(node, Map.of(), false, Optional.empty());
    }

    private static boolean applied(NodeReport report) {
        return report.mta().phase() == MtaPhase.RUNNING && report.orders().phase() == OrdersPhase.APPLIED;
    }

    private Node running(String name) throws Exception {
        Node node = lab.node(name);
        node.await("the agent answers", report -> report.mta().phase() == MtaPhase.STARTING);
        node.order(orders(node));
        node.await("Postfix runs", AgentIT::applied);
        return node;
    }

    @Test
    void provesItselfAndDelivers() throws Exception {
        Node node = running("n1");
        NodeReport proven = node.await(
                "preflight has ended",
                report -> report.preflight().filter(PreflightReport::finished).isPresent());
        assertThat(proven.preflight()).hasValueSatisfying(run -> {
            assertThat(run.probes()).hasSize(3);
            assertThat(run.passed()).as(run.probes().toString()).isTrue();
        });

        lab.send(node, 50);

        NodeReport report = node.await("all is delivered", now -> now.ledger().delivered() == 50);
        // One sender to one destination: a unit, or two when it was sent across the end of five minutes.
        assertThat(report.strata().get(0).recipients().good()).isEqualTo(50);
        assertThat(report.strata().get(0).good()).isBetween(1L, 2L);
        assertThat(report.ledger().unaccounted()).isZero();
        assertThat(sink.received()).doesNotHaveDuplicates().hasSize(50);
        assertThat(node.stopAgent()).isZero();
    }

    @Test
    void keepsWhatItsNextHopRefusesHandsItOverAndLosesNothing() throws Exception {
        Node bad = running("bad");
        Node good = running("good");
        sink.answerRecipientsWith(REFUSAL);
        lab.send(bad, 500);
        NodeReport refused =
                bad.await("every message was refused", now -> now.queue().deferred() == 500);
        assertThat(refused.ledger().bounced()).isZero();
        assertThat(refused.strata().get(0).bad().get(Fault.NEXT_HOP)).isBetween(1L, 2L);
        assertThat(refused.strata().get(0).recipients().bad()).isGreaterThanOrEqualTo(3);
        assertThat(refused.strata().get(0).lastReply())
                .hasValueSatisfying(reply -> assertThat(reply).contains("Relay access denied"));

        sink.answerRecipientsWith("250 2.1.5 Ok");
        Peer peer = new Peer("good", new Endpoint(good.address(), 2526));
        bad.order(orders(bad, Map.of(), false, Optional.of(peer)));

        NodeReport empty = bad.await(
                "the handover has ended",
                now -> now.handover().filter(way -> way.finished()).isPresent());
        assertThat(empty.queue().total()).isZero();
        assertThat(empty.ledger().handedOver() + empty.ledger().delivered()).isEqualTo(500);
        assertThat(empty.ledger().unaccounted()).isZero();
        NodeReport received = good.await(
                "the peer delivered it",
                now -> now.ledger().delivered() == empty.ledger().handedOver());
        assertThat(received.ledger().receivedByHandover())
                .isEqualTo(empty.ledger().handedOver());
        assertThat(received.strata())
                .allSatisfy(stratum -> assertThat(stratum.good()).isZero());
        assertThat(sink.received()).doesNotHaveDuplicates().hasSize(500);
    }

    @Test
    void mailOnHoldDoesNotExpire() throws Exception {
        Node node = running("n1");
        sink.answerRecipientsWith("450 4.3.0 later");
        lab.send(node, 20);
        node.await("all is deferred", now -> now.queue().deferred() == 20);
        node.order(orders(
                node,
                Map.of("maximal_queue_lifetime", "1s", "bounce_queue_lifetime", "1s", "queue_run_delay", "1s"),
                true,
                Optional.empty()));
        NodeReport held = node.await("all is frozen", now -> now.queue().held() == 20 && applied(now));
        node.await(
                "the lifetime is long over",
                now -> now.takenTime().isAfter(held.takenTime().plusSeconds(6)));
        assertThat(node.report().ledger().expired()).isZero();

        sink.answerRecipientsWith("250 2.1.5 Ok");
        node.order(orders(node));

        NodeReport report = node.await("all is delivered", now -> now.ledger().delivered() == 20);
        assertThat(report.ledger().unaccounted()).isZero();
        assertThat(sink.received()).doesNotHaveDuplicates().hasSize(20);
    }

    @Test
    void doesNotComeUpWithASettingThatPostfixDoesNotKnow() throws Exception {
        Node node = lab.node("n1");
        node.await("the agent answers", report -> report.mta().phase() == MtaPhase.STARTING);

        node.order(orders(node, Map.of("smtp_conect_timeout", "5s"), false, Optional.empty()));

        NodeReport report = node.await("it gives up", now -> now.mta().phase() == MtaPhase.FAILED);
        assertThat(report.mta().reason()).contains("smtp_conect_timeout");
        assertThat(report.orders().phase()).isEqualTo(OrdersPhase.FAILED);
    }

    @Test
    void anAgentThatIsKilledGoesOnWithExactBooks() throws Exception {
        Node node = running("n1");
        lab.send(node, 100);
        node.await("all is delivered", now -> now.ledger().delivered() == 100);
        String epoch = node.report().counterEpoch();
        node.killAgent();
        lab.send(node, 100);

        node.startAgent();

        NodeReport report =
                node.await("the books are complete", now -> now.ledger().delivered() == 200);
        assertThat(report.counterEpoch()).isEqualTo(epoch);
        assertThat(report.ledger().accepted()).isEqualTo(200);
        assertThat(report.ledger().unaccounted()).isZero();
        assertThat(report.strata().get(0).recipients().good()).isEqualTo(200);
    }

    @Test
    void obeysOnlyTheOperatorAndOnlyTheNewestLeader() throws Exception {
        Node node = running("n1");
        IssuedCertificate other = lab.authority().issueNode("n2", "mail", Duration.ofHours(1));
        NodeClient neighbour = new NodeClient(
                new MutualTls(
                        other.certificatePem(),
                        other.keyPem(),
                        lab.authority().own().certificatePem()),
                Duration.ofSeconds(10));
        NodeOrders current = orders(node);

        assertThat(statusWithoutCertificate(node)).isEqualTo(401);
        assertThatThrownBy(() -> neighbour.order(node.apiAddress(), current))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(403));
        NodeOrders older = NodeJson.mapper()
                .convertValue(
                        NodeJson.mapper()
                                .convertValue(current, ObjectNode.class)
                                .put("leaderEpoch", 6),
                        NodeOrders.class);
        assertThatThrownBy(() -> node.order(older))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(409));
        assertThat(node.report().orders().leaderEpoch()).isEqualTo(7);
    }

    private int statusWithoutCertificate(Node node) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        byte[] authority = lab.authority().own().certificatePem().getBytes(StandardCharsets.US_ASCII);
        trusted.setCertificateEntry(
                "lab",
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(authority)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLSv1.3");
        context.init(null, trust.getTrustManagers(), null);
        HttpsURLConnection connection = (HttpsURLConnection) URI.create("https://" + node.address() + ":9443/v1/orders")
                .toURL()
                .openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setHostnameVerifier((host, session) -> true);
        connection.setRequestMethod("PUT");
        connection.setDoOutput(true);
        connection.getOutputStream().write("{}".getBytes(StandardCharsets.US_ASCII));
        return connection.getResponseCode();
    }
}
