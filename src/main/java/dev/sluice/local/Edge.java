package dev.sluice.local;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * Where mail from outside arrives: a real HAProxy in a network namespace of its own, with empty places for nodes. Who
 * fills the places speaks HAProxy's runtime API with it. It comes up with every place in maintenance, so that a restart
 * that forgot everything sends mail to nobody.
 */
public final class Edge implements AutoCloseable {
    private static final int RUNTIME_PORT = 9999;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final NetworkNamespace namespace;
    private final List<Backend> backends;
    private final Path configuration;
    private final Path state;
    private final Path log;
    private Process process;

    private Edge(NetworkNamespace namespace, List<Backend> backends, Path directory) {
        this.namespace = namespace;
        this.backends = List.copyOf(backends);
        this.configuration = directory.resolve("haproxy.cfg");
        this.state = directory.resolve("haproxy.state");
        this.log = directory.resolve("haproxy.log");
    }

    /**
     * The places for one pool's nodes.
     *
     * @param name of HAProxy's backend
     * @param listenPort where mail for this pool arrives
     * @param places how many nodes fit, 1 to 1000; they are called {@code node1}, {@code node2} and so on
     * @param proxyProtocol how the nodes learn the client's address
     * @param agentCheckPort where each node tells its weight, as a percentage; empty when weights are set from outside
     */
    public record Backend(
            String name, int listenPort, int places, ProxyProtocol proxyProtocol, OptionalInt agentCheckPort) {
        /** One whose nodes get the PROXY protocol and whose weights are set from outside. */
        public static Backend of(String name, int listenPort, int places) {
            return new Backend(name, listenPort, places, ProxyProtocol.V2, OptionalInt.empty());
        }
    }

    /** Whether a connection to a node begins with the client's address. */
    public enum ProxyProtocol {
        /** The binary form, version 2. */
        V2,
        /** Not at all: the node sees the edge. */
        NONE
    }

    /** Whether HAProxy is installed. */
    public static boolean available() {
        return Files.isExecutable(Path.of("/usr/sbin/haproxy"));
    }

    /** Starts one at the network's edge address. */
    public static Edge start(Network network, List<Backend> backends) {
        if (!available()) {
            throw new LocalRuntimeException("the edge needs HAProxy; apt-get install haproxy");
        }
        NetworkNamespace namespace = network.attach("edge", network.edgeAddress());
        try {
            Path directory = Files.createDirectories(network.stateDirectory().resolve("edge"));
            Edge edge = new Edge(namespace, backends, directory);
            edge.launch();
            return edge;
        } catch (IOException e) {
            namespace.close();
            throw new LocalRuntimeException("cannot start the edge: " + e.getMessage(), e);
        } catch (LocalRuntimeException e) {
            namespace.close();
            throw e;
        }
    }

    /** The address that mail is sent to. */
    public String address() {
        return namespace.address();
    }

    /** Host and port of the runtime API; reachable from this network alone. */
    public String runtimeApi() {
        return namespace.address() + ":" + RUNTIME_PORT;
    }

    /** Where it is on the network, for faults. */
    public NetworkNamespace network() {
        return namespace;
    }

    /** HAProxy's version, such as {@code HAProxy 2.6.12}. */
    public static String version() {
        String first = SystemCommand.run("haproxy", "-v").lines().findFirst().orElse("");
        return first.replaceFirst("^HAProxy version (\\d+(?:\\.\\d+)*).*", "HAProxy $1");
    }

    /**
     * Says one command to the runtime API.
     *
     * @return the answer
     */
    public String ask(String command) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(namespace.address(), RUNTIME_PORT), 2000);
            socket.setSoTimeout(5000);
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new LocalRuntimeException(
                    "the edge does not answer at " + runtimeApi() + ": " + e.getMessage() + " (its log: " + log + ")",
                    e);
        }
    }

    /**
     * Puts a node into a place and lets it serve, as a person without Sluice would.
     *
     * @param weight 0 to 256, relative to the other places
     */
    public void place(String backend, int place, String address, int port, int weight) {
        String server = backend + "/node" + place;
        String answer = ask("set server " + server + " addr " + address + " port " + port);
        if (!answer.contains("changed") && !answer.contains("no need")) {
            throw new LocalRuntimeException(
                    "the edge refuses " + address + ":" + port + " in " + server + ": " + answer);
        }
        String rest = ask("set server " + server + " weight " + weight) + ask("set server " + server + " state ready");
        if (!rest.isBlank()) {
            throw new LocalRuntimeException("the edge refuses to let " + server + " serve: " + rest);
        }
    }

    /**
     * Reads its configuration again without losing a connection or what was set at run time. HAProxy's own state file
     * keeps weights and states but not addresses: those go into the configuration.
     */
    public void reload() {
        try {
            String saved = ask("show servers state");
            Files.writeString(state, saved + "\n");
            Files.writeString(configuration, render(addresses(saved)));
            SystemCommand.run("kill", "-USR2", Long.toString(process.pid()));
            awaitAnswer();
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot reload the edge: " + e.getMessage(), e);
        }
    }

    /** Kills it, as a failure would; every connection breaks. */
    public void kill() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
        try {
            process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Starts it again after {@link #kill()}: all places are empty and in maintenance. */
    public void restart() {
        kill();
        try {
            launch();
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot start the edge again: " + e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        kill();
        namespace.close();
    }

    private void launch() throws IOException {
        Files.deleteIfExists(state);
        Files.createFile(state);
        Files.writeString(configuration, render(Map.of()));
        process = new ProcessBuilder(
                        namespace.inside(List.of("/usr/sbin/haproxy", "-W", "-db", "-f", configuration.toString())))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        awaitAnswer();
    }

    private void awaitAnswer() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                ask("show version");
                return;
            } catch (LocalRuntimeException e) {
                if (!process.isAlive() || System.nanoTime() > deadline) {
                    throw e;
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(50);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted while waiting for the edge", e);
        }
    }

    /**
     * Shares are drawn at random: a weight that changes counts from the next connection on (HAProxy's configuration manual,
     * "balance random"). Round robin plans ahead, the further the larger the weights are; seen: a node whose weight went
     * from 28 to 256 beside two others of 256 got no mail for 4,000 connections.
     */
    private String render(Map<String, String> addresses) {
        StringBuilder text = new StringBuilder("""
                global
                    maxconn 4000
                    stats socket ipv4@%1$s:%2$d level admin
                    stats maxconn 100
                    stats timeout 30s
                    server-state-file %3$s
                defaults
                    mode tcp
                    timeout connect 5s
                    timeout client 10m
                    timeout server 10m
                    load-server-state-from-file global
                """.formatted(namespace.address(), RUNTIME_PORT, state));
        for (Backend backend : backends) {
            text.append("""
                    frontend %1$s_in
                        bind %2$s:%3$d
                        default_backend %1$s
                    backend %1$s
                        balance random(1)
                        option redispatch
                        retries 2
                        option smtpchk EHLO edge.sluice.invalid
                        default-server check inter 1s fall 2 rise 1%4$s%5$s
                    """.formatted(
                            backend.name(),
                            namespace.address(),
                            backend.listenPort(),
                            backend.proxyProtocol() == ProxyProtocol.V2 ? " check-send-proxy send-proxy-v2" : "",
                            backend.agentCheckPort().isPresent()
                                    ? " weight 100 agent-check agent-inter 1s agent-port "
                                            + backend.agentCheckPort().getAsInt()
                                    : ""));
            for (int place = 1; place <= backend.places(); place++) {
                String server = "node" + place;
                text.append("    server %s %s disabled%n"
                        .formatted(server, addresses.getOrDefault(backend.name() + "/" + server, "0.0.0.0:25")));
            }
        }
        return text.toString();
    }

    /** Address and port of each server, from HAProxy's own table: columns as its management guide names them. */
    private static Map<String, String> addresses(String serversState) {
        Map<String, String> addresses = new HashMap<>();
        for (String line : serversState.lines().toList()) {
            String[] columns = line.split(" ", -1);
            if (columns.length > 18 && !line.startsWith("#")) {
                addresses.put(columns[1] + "/" + columns[3], columns[4] + ":" + columns[18]);
            }
        }
        return addresses;
    }
}
