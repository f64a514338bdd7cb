package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeCallFailure.Refused;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeReport;
import dev.sluice.testkit.LabOrders;
import dev.sluice.testkit.PostfixLab;
import dev.sluice.testkit.PostfixLab.Node;
import dev.sluice.testkit.RecordingSink;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Who may order a node about. */
class AgentSecurityIT {
    private static final int API = 9443;

    private PostfixLab lab;
    private RecordingSink sink;
    private Node node;
    private NodeReport before;
    private String configuration;

    @BeforeEach
    void aRunningNode() throws Exception {
        lab = new PostfixLab();
        sink = new RecordingSink(lab.hostAddress());
        node = lab.node("n1");
        node.awaitAgent();
        node.order(orders().weight(40).build());
        before = node.awaitOrdersInForce();
        configuration = configuration();
    }

    @AfterEach
    void close() throws IOException {
        sink.close();
        lab.close();
    }

    private LabOrders orders() {
        return LabOrders.of(lab, node, lab.hostAddress(), sink);
    }

    private String configuration() throws IOException {
        return Files.readString(node.home().resolve("etc/main.cf"))
                + Files.readString(node.stateDirectory().resolve("orders.json"));
    }

    private void assertNothingHasChanged() throws Exception {
        NodeReport now = node.report();
        assertThat(now.orders()).isEqualTo(before.orders());
        assertThat(configuration()).isEqualTo(configuration);
        assertThat(node.agentCheck()).isEqualTo("up ready 40%");
    }

    private static MutualTls operatorOf(CertificateAuthority authority, CertificateAuthority trusted)
            throws GeneralSecurityException {
        IssuedCertificate operator = authority.issueOperator(Duration.ofHours(1));
        return new MutualTls(
                operator.certificatePem(), operator.keyPem(), trusted.own().certificatePem());
    }

    private static NodeClient client(MutualTls identity) {
        return new NodeClient(identity, Duration.ofSeconds(10));
    }

    private BigInteger serialInUse(MutualTls identity) throws IOException {
        try (SSLSocket socket = (SSLSocket)
                identity.context().getSocketFactory().createSocket(InetAddress.getAllByName(node.address())[0], API)) {
            socket.startHandshake();
            return ((X509Certificate) socket.getSession().getPeerCertificates()[0]).getSerialNumber();
        }
    }

    private static BigInteger serialOf(IssuedCertificate certificate) throws GeneralSecurityException {
        return ((X509Certificate) CertificateFactory.getInstance("X.509")
                        .generateCertificate(new ByteArrayInputStream(
                                certificate.certificatePem().getBytes(StandardCharsets.US_ASCII))))
                .getSerialNumber();
    }

    private void put(IssuedCertificate own, CertificateAuthority authority) throws IOException {
        Files.writeString(node.tlsDirectory().resolve("tls.crt"), own.certificatePem());
        Files.writeString(node.tlsDirectory().resolve("tls.key"), own.keyPem());
        Files.writeString(node.tlsDirectory().resolve("ca.crt"), authority.own().certificatePem());
    }

    @Test
    void ordersOfAFormerLeaderAreRefusedAndChangeNothing() throws Exception {
        assertThatThrownBy(() -> node.order(orders().leaderEpoch(6)
                        .weight(100)
                        .setting("smtpd_banner", "x")
                        .build()))
                .isInstanceOfSatisfying(Refused.class, refused -> {
                    assertThat(refused.status()).isEqualTo(409);
                    assertThat(refused.getMessage()).contains("epoch 6", "epoch 7");
                });
        assertNothingHasChanged();

        node.order(orders().leaderEpoch(8).weight(40).build());
        assertThat(node.awaitOrdersInForce().orders().leaderEpoch()).isEqualTo(8);
        node.killAgent();
        node.startAgent();
        node.awaitAgent();
        assertThatThrownBy(() -> node.order(orders().weight(100).build()))
                .as("the newest leader is remembered over a restart")
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(409));
    }

    @Test
    void whoShowsNoCertificateGets401AndWhoShowsAStrangersGetsNoConnection() throws Exception {
        String wanted =
                NodeJson.mapper().writeValueAsString(orders().weight(100).build());
        assertThat(withoutCertificate("PUT", "/v1/orders", wanted)).isEqualTo(401);
        assertThat(withoutCertificate("GET", "/v1/report", "")).isEqualTo(401);
        assertNothingHasChanged();

        CertificateAuthority stranger = CertificateAuthority.create("lab", Duration.ofDays(1), InstantSource.system());
        NodeClient pretender = client(operatorOf(stranger, lab.authority()));
        assertThatThrownBy(() ->
                        pretender.order(node.apiAddress(), orders().weight(100).build()))
                .isInstanceOf(NodeCallFailure.class);
        assertThatThrownBy(() -> pretender.report(node.apiAddress())).isInstanceOf(NodeCallFailure.class);
        assertNothingHasChanged();
    }

    @Test
    void whoseCertificateEndsIsRefusedAlsoOnAConnectionThatIsOpen() throws Exception {
        Duration life = Duration.ofSeconds(20);
        IssuedCertificate brief = lab.authority().issueOperator(life);
        String trusted = lab.authority().own().certificatePem();
        NodeClient open = client(new MutualTls(brief.certificatePem(), brief.keyPem(), trusted));
        assertThat(open.report(node.apiAddress()).orders())
                .as("while it is valid")
                .isEqualTo(before.orders());

        Awaitility.await("it has ended")
                .atMost(life.plusSeconds(40))
                .pollInterval(Duration.ofSeconds(1))
                .until(() -> refusesReport(open));

        assertThatThrownBy(
                        () -> open.order(node.apiAddress(), orders().weight(100).build()))
                .isInstanceOf(NodeCallFailure.class);
        NodeClient anew = client(new MutualTls(brief.certificatePem(), brief.keyPem(), trusted));
        assertThatThrownBy(
                        () -> anew.order(node.apiAddress(), orders().weight(100).build()))
                .as("on a connection of its own")
                .isInstanceOf(NodeCallFailure.class);
        assertNothingHasChanged();
    }

    /** By HTTP on the open connection, and by TLS on the next one. */
    private boolean refusesReport(NodeClient client) {
        try {
            client.report(node.apiAddress());
            return false;
        } catch (NodeCallFailure refused) {
            return true;
        }
    }

    @Test
    void anOperatorThatRenewsInTimeIsHeardAtEachCall() throws Exception {
        IssuedCertificate brief = lab.authority().issueOperator(Duration.ofSeconds(12));
        String trusted = lab.authority().own().certificatePem();
        MutualTls operator = new MutualTls(brief.certificatePem(), brief.keyPem(), trusted);
        Instant end = operator.certificateEnd();
        NodeClient client = client(operator);
        client.report(node.apiAddress());

        IssuedCertificate renewed = lab.authority().issueOperator(Duration.ofHours(1));
        operator.replace(renewed.certificatePem(), renewed.keyPem(), trusted);

        while (Instant.now().isBefore(end.plusSeconds(5))) {
            assertThat(client.report(node.apiAddress()).orders()).isEqualTo(before.orders());
            Thread.sleep(200);
        }
    }

    @Test
    void aNodeOrdersNobodyAndASupposedNodeIsNotBelieved() throws Exception {
        IssuedCertificate peer = lab.authority().issueNode("n2", "mail", Duration.ofHours(1));
        String trusted = lab.authority().own().certificatePem();
        NodeClient takenOver = client(new MutualTls(peer.certificatePem(), peer.keyPem(), trusted));
        assertThatThrownBy(() ->
                        takenOver.order(node.apiAddress(), orders().weight(100).build()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(403));
        assertThatThrownBy(() -> takenOver.report(node.apiAddress()))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.status()).isEqualTo(403));
        assertNothingHasChanged();

        NodeClient operator = client(operatorOf(lab.authority(), lab.authority()));
        assertThatThrownBy(() -> operator.order(
                        new NodeAddress("n2", "mail", node.address(), API),
                        orders().weight(100).build()))
                .as("the address is another node's by now")
                .isInstanceOf(NodeCallFailure.class);
    }

    @Test
    void keysAreNeverInWhatAnAgentWrites() throws Exception {
        node.order(orders().weight(100).build());
        node.awaitOrdersInForce();
        put(lab.authority().issueNode("n1", "mail", Duration.ofHours(2)), lab.authority());
        Awaitility.await("the new certificate is in use")
                .atMost(Duration.ofMinutes(1))
                .until(() -> agentLog().contains("new certificates are in use"));
        String key = Files.readString(node.tlsDirectory().resolve("tls.key"));
        Files.writeString(node.tlsDirectory().resolve("tls.key"), key.substring(0, key.length() / 2));
        Awaitility.await("the broken key was met")
                .atMost(Duration.ofMinutes(1))
                .until(() -> agentLog().contains("cannot be used"));

        List<String> secret =
                key.lines().filter(line -> !line.startsWith("-----")).toList();
        assertThat(secret).isNotEmpty();
        assertThat(agentLog()).doesNotContain(secret).doesNotContain("-----BEGIN");
        assertThat(NodeJson.mapper().writeValueAsString(node.report())).doesNotContain(secret);
        try (Stream<Path> files = Files.walk(node.stateDirectory())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1))
                        .as(file.toString())
                        .doesNotContain(secret);
            }
        }
    }

    private String agentLog() throws IOException {
        return Files.readString(node.home().resolve("agent.log"));
    }

    @Test
    void aNewCertificateIsUsedWithoutARestart() throws Exception {
        MutualTls operator = operatorOf(lab.authority(), lab.authority());
        IssuedCertificate renewed = lab.authority().issueNode("n1", "mail", Duration.ofHours(2));
        assertThat(serialInUse(operator)).isNotEqualTo(serialOf(renewed));

        put(renewed, lab.authority());

        Awaitility.await("the new one is shown")
                .atMost(Duration.ofMinutes(1))
                .until(() -> serialInUse(operatorOf(lab.authority(), lab.authority()))
                        .equals(serialOf(renewed)));
        assertThat(client(operator).report(node.apiAddress()).orders()).isEqualTo(before.orders());

        Files.writeString(node.tlsDirectory().resolve("tls.key"), "half a fi");
        NodeReport broken = node.report();
        node.await(
                "the agent has looked at the broken file",
                now -> now.takenTime().isAfter(broken.takenTime().plusSeconds(5)));
        assertThat(serialInUse(operatorOf(lab.authority(), lab.authority()))).isEqualTo(serialOf(renewed));
    }

    @Test
    void whoseAuthorityIsReplacedIsRefusedAlsoOnAConnectionThatIsOpen() throws Exception {
        NodeClient former = client(operatorOf(lab.authority(), lab.authority()));
        former.report(node.apiAddress());
        CertificateAuthority next = CertificateAuthority.create("next", Duration.ofDays(1), InstantSource.system());

        put(next.issueNode("n1", "mail", Duration.ofHours(1)), next);

        NodeClient operator = client(operatorOf(next, next));
        Awaitility.await("the new authority's operator is heard")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptionsInstanceOf(NodeCallFailure.class)
                .until(() -> operator.report(node.apiAddress()).orders().equals(before.orders()));
        assertThatThrownBy(() ->
                        former.order(node.apiAddress(), orders().weight(100).build()))
                .isInstanceOf(NodeCallFailure.class);
        assertThat(operator.report(node.apiAddress()).orders()).isEqualTo(before.orders());
    }

    private int withoutCertificate(String method, String path, String body) throws Exception {
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
        HttpsURLConnection connection = (HttpsURLConnection) URI.create("https://" + node.address() + ":" + API + path)
                .toURL()
                .openConnection();
        connection.setSSLSocketFactory(context.getSocketFactory());
        connection.setHostnameVerifier((host, session) -> true);
        connection.setRequestMethod(method);
        if (!body.isEmpty()) {
            connection.setDoOutput(true);
            connection.getOutputStream().write(body.getBytes(StandardCharsets.UTF_8));
        }
        return connection.getResponseCode();
    }
}
