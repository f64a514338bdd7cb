package dev.sluice.testkit;

import dev.sluice.local.Network;
import dev.sluice.local.NetworkNamespace;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Real Postfix nodes with their agents, each in a network namespace of its own. Needs root and Postfix. */
public final class PostfixLab implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Network network = Network.open();
    private final Path directory;
    private final CertificateAuthority authority =
            CertificateAuthority.create("lab", Duration.ofDays(1), InstantSource.system());
    private final List<Node> nodes = new ArrayList<>();
    private final NetworkNamespace load;

    public PostfixLab() throws IOException {
        directory = Files.createTempDirectory("sluice-lab");
        // Postfix's processes work as another user and must reach their socket.
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
        load = network.attach("load", network.loadAddress(1));
    }

    /** This machine's address in the lab. */
    public String hostAddress() {
        return network.hostAddress();
    }

    public String loadNetwork() {
        return load.address() + "/32";
    }

    public CertificateAuthority authority() {
        return authority;
    }

    /** Starts an agent; it starts Postfix when it is ordered to. */
    public Node node(String name) throws IOException, GeneralSecurityException {
        Node node = new Node(name, network.attach(name, network.allocateNodeAddress()));
        nodes.add(node);
        node.startAgent();
        return node;
    }

    /** Sends numbered messages, each to a recipient of its own; returns when all were accepted. */
    public void send(Node node, int messages) throws IOException, InterruptedException {
        run(List.of(
                "smtp-source",
                "-N",
                "-s",
                "5",
                "-m",
                Integer.toString(messages),
                "-l",
                "1024",
                "-f",
                "s@ex.test",
                "-t",
                "u@c.test",
                node.address() + ":25"));
    }

    private void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(load.inside(command))
                .redirectErrorStream(true)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    @Override
    public void close() throws IOException {
        for (Node node : nodes) {
            node.agent.destroyForcibly();
        }
        network.close();
        try (java.util.stream.Stream<Path> files = Files.walk(directory)) {
            files.sorted(java.util.Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        }
    }

    /** One node. */
    public final class Node {
        private final String name;
        private final NetworkNamespace namespace;
        private final Path home;
        private Process agent;
        private final NodeClient client;

        private Node(String name, NetworkNamespace namespace) throws IOException, GeneralSecurityException {
            this.name = name;
            this.namespace = namespace;
            this.home = directory.resolve(name);
            IssuedCertificate operator = authority.issueOperator(Duration.ofHours(1));
            String trusted = authority.own().certificatePem();
            client = new NodeClient(
                    new MutualTls(operator.certificatePem(), operator.keyPem(), trusted), Duration.ofSeconds(10));
            IssuedCertificate own = authority.issueNode(name, "mail", Duration.ofHours(1));
            Path tls = Files.createDirectories(home.resolve("tls"));
            Files.writeString(tls.resolve("tls.crt"), own.certificatePem());
            Files.writeString(tls.resolve("tls.key"), own.keyPem());
            Files.writeString(tls.resolve("ca.crt"), trusted);
        }

        public String address() {
            return namespace.address();
        }

        public String name() {
            return name;
        }

        public NodeAddress apiAddress() {
            return new NodeAddress(name, "mail", address(), NodeAddress.DEFAULT_PORT);
        }

        public Path home() {
            return home;
        }

        public void startAgent() throws IOException {
            String classPath = System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
            List<String> command = new ArrayList<>(List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx48m",
                    "-cp",
                    classPath,
                    "dev.sluice.cli.Sluice",
                    "agent"));
            command.addAll(List.of("--node", name, "--namespace", "mail", "--bind-address", address()));
            command.addAll(List.of("--config-directory", home.resolve("etc").toString()));
            command.addAll(List.of("--queue-directory", home.resolve("spool").toString()));
            command.addAll(List.of("--state-directory", home.resolve("state").toString()));
            command.addAll(List.of("--tls-directory", home.resolve("tls").toString()));
            agent = new ProcessBuilder(namespace.inside(command))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            home.resolve("agent.log").toFile()))
                    .start();
        }

        /** As a machine would that runs out of memory; Postfix goes on. */
        public void killAgent() throws InterruptedException {
            agent.descendants()
                    .filter(process -> process.info().command().orElse("").endsWith("java"))
                    .forEach(ProcessHandle::destroyForcibly);
            agent.destroyForcibly();
            agent.waitFor(10, TimeUnit.SECONDS);
        }

        /** Tells the agent to stop; its exit status. */
        public int stopAgent() throws InterruptedException {
            agent.destroy();
            return agent.waitFor(40, TimeUnit.SECONDS) ? agent.exitValue() : -1;
        }

        public void order(NodeOrders orders) throws NodeCallFailure {
            client.order(apiAddress(), orders);
        }

        public NodeReport report() throws NodeCallFailure {
            return client.report(apiAddress());
        }

        /** Waits until the agent says so. */
        public NodeReport await(String what, Predicate<NodeReport> wanted) {
            return Awaitility.await(what)
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptionsMatching(failure -> failure instanceof NodeCallFailure)
                    .until(this::report, wanted);
        }
    }
}
