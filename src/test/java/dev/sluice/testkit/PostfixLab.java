package dev.sluice.testkit;

import dev.sluice.local.Network;
import dev.sluice.local.NetworkNamespace;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MessageFates;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.postfix.PostfixControl;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.awaitility.Awaitility;

/** Real Postfix nodes with their agents, each in a network namespace of its own. Needs root and Postfix. */
public final class PostfixLab implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Network network = Network.open();
    private final Path directory;
    private final CertificateAuthority authority =
            CertificateAuthority.create("lab", Duration.ofDays(1), InstantSource.system());
    private final List<Node> nodes = new ArrayList<>();
    private final NetworkNamespace load;

    public PostfixLab() throws IOException {
        // In memory, so that a slow disk is not what is measured; Postfix's processes, which work as another user,
        // reach it.
        directory = Files.createDirectories(network.stateDirectory().resolve("lab"));
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

    /** Another address of this machine, for a next hop that a fault shall reach and nothing else. */
    public String sinkAddress() throws IOException, InterruptedException {
        String address = network.sinkAddress(1);
        run(List.of("ip", "addr", "replace", address + "/16", "dev", network.bridge()));
        return address;
    }

    /** Starts an agent; it starts Postfix when it is ordered to. */
    public Node node(String name) throws IOException, GeneralSecurityException, InterruptedException {
        return prepare(name).start();
    }

    /** Begins a node that differs from the others. */
    public NodePlan prepare(String name) {
        return new NodePlan(name);
    }

    /** How one node differs from the others. */
    public final class NodePlan {
        private final String name;
        private final List<String> options = new ArrayList<>();
        private int volumeMegabytes;
        private String nameServer = "";

        private NodePlan(String name) {
            this.name = name;
        }

        /** Queue and state lie on one volume of this size, as in a pod. */
        public NodePlan onVolumeOf(int megabytes) {
            volumeMegabytes = megabytes;
            return this;
        }

        /** A further option of {@code sluice agent}. */
        public NodePlan with(String option, String value) {
            options.addAll(List.of(option, value));
            return this;
        }

        /** Names are asked of this server and of no other. */
        public NodePlan asking(String server) {
            nameServer = server;
            return this;
        }

        /** Starts the agent. */
        public Node start() throws IOException, GeneralSecurityException, InterruptedException {
            Node node = new Node(name, network.attach(name, network.allocateNodeAddress()), List.copyOf(options));
            nodes.add(node);
            if (volumeMegabytes > 0) {
                Files.createDirectories(node.volume());
                run(List.of(
                        "mount",
                        "-t",
                        "tmpfs",
                        "-o",
                        "mode=0755,size=" + volumeMegabytes + "m",
                        "sluice-lab",
                        node.volume().toString()));
            }
            if (!nameServer.isEmpty()) {
                // ip-netns(8) binds the files of this directory over those of /etc.
                Path etc = Files.createDirectories(Path.of("/etc/netns", node.namespace.systemName()));
                Files.writeString(etc.resolve("resolv.conf"), "nameserver " + nameServer + "\n");
                node.ownEtc = Optional.of(etc);
            }
            node.startAgent();
            return node;
        }
    }

    /** Sends numbered messages, each to a recipient of its own; returns when all were accepted. */
    public void send(Node node, int messages) throws IOException, InterruptedException {
        send(node, messages, "u");
    }

    /** The same, with a word in the recipients' names by which this sending differs from others. */
    public void send(Node node, int messages, String word) throws IOException, InterruptedException {
        run(load.inside(List.of(
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
                word + "@c.test",
                node.address() + ":25")));
    }

    private static void run(List<String> command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(output);
        }
    }

    @Override
    public void close() throws IOException {
        for (Node node : nodes) {
            if (node.agent != null) {
                node.agent.destroyForcibly();
            }
            if (node.ownEtc.isPresent()) {
                Files.deleteIfExists(node.ownEtc.get().resolve("resolv.conf"));
                Files.deleteIfExists(node.ownEtc.get());
            }
        }
        network.close();
    }

    /** One node. */
    public final class Node {
        private final String name;
        private final NetworkNamespace namespace;
        private final Path home;
        private final List<String> options;
        private Optional<Path> ownEtc = Optional.empty();
        private Process agent;
        private final NodeClient client;

        private Node(String name, NetworkNamespace namespace, List<String> options)
                throws IOException, GeneralSecurityException {
            this.name = name;
            this.namespace = namespace;
            this.options = options;
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

        /** The network namespace that it lives in, for faults. */
        public NetworkNamespace namespace() {
            return namespace;
        }

        /** What lies on the node's volume. */
        public Path volume() {
            return home.resolve("volume");
        }

        public Path queueDirectory() {
            return volume().resolve("spool");
        }

        public Path stateDirectory() {
            return volume().resolve("state");
        }

        public Path tlsDirectory() {
            return home.resolve("tls");
        }

        public Path mailLog() {
            return stateDirectory().resolve("log/mail.log");
        }

        /** The process that runs the node's Postfix. */
        public ProcessHandle postfix() throws IOException {
            String pid = Files.readString(queueDirectory().resolve("pid/master.pid"));
            return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        }

        /** Whether the node's Postfix is alive. */
        public boolean postfixRuns() {
            return new PostfixControl(home.resolve("etc"), queueDirectory())
                    .masterProcess()
                    .isPresent();
        }

        /** What HAProxy is told. */
        public String agentCheck() throws IOException {
            try (Socket socket = new Socket(InetAddress.getAllByName(address())[0], 9102)) {
                return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
            }
        }

        /** The sum of a metric's samples whose labels hold this text. */
        public double metric(String metric, String label) throws IOException {
            String page;
            try (InputStream body =
                    URI.create("http://" + address() + ":9100/metrics").toURL().openStream()) {
                page = new String(body.readAllBytes(), StandardCharsets.UTF_8);
            }
            return page.lines()
                    .filter(line -> line.startsWith(metric + "{") && line.contains(label))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                    .sum();
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
            command.addAll(List.of("--queue-directory", queueDirectory().toString()));
            command.addAll(List.of("--state-directory", stateDirectory().toString()));
            command.addAll(List.of("--tls-directory", tlsDirectory().toString()));
            command.addAll(options);
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
            agent.waitFor(1, TimeUnit.MINUTES);
        }

        /** Tells the agent to stop; its exit status. */
        public int stopAgent() throws InterruptedException {
            agent.destroy();
            return agent.waitFor(2, TimeUnit.MINUTES) ? agent.exitValue() : -1;
        }

        public void order(NodeOrders orders) throws NodeCallFailure {
            client.order(apiAddress(), orders);
        }

        /** What the node says that became of its messages. */
        public MessageFates messages() throws NodeCallFailure {
            return client.messages(apiAddress());
        }

        public NodeReport report() throws NodeCallFailure {
            return client.report(apiAddress());
        }

        /** Waits until the agent answers. */
        public NodeReport awaitAgent() {
            return await("the agent answers", report -> true);
        }

        /** Waits until Postfix runs as the last orders say. */
        public NodeReport awaitOrdersInForce() {
            return await(
                    "orders are in force",
                    report -> report.mta().phase() == MtaPhase.RUNNING
                            && report.orders().phase() == OrdersPhase.APPLIED);
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
