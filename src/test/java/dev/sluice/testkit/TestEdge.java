package dev.sluice.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.awaitility.Awaitility;

/** A real HAProxy with places for nodes, on a free port of loopback, seen from outside of the program under test. */
public final class TestEdge implements AutoCloseable {
    /** The name of its backend. */
    public static final String BACKEND = "filters";

    private static final int LIMIT_MILLIS = 5_000;
    private static final int ADDRESS = 4;
    private static final int ADMIN_STATE = 6;
    private static final int WEIGHT = 7;
    /** Forced maintenance or drain: bits of {@code srv_admin_state} in HAProxy's management guide. */
    private static final int MAINTENANCE = 0x01;

    private static final int DRAIN = 0x08;

    private final int port;
    private final int places;
    private final Path directory;
    private Process process;

    /** Starts one with eight places, with its files in this directory. */
    public TestEdge(Path directory) throws IOException {
        this(directory, 8);
    }

    /** Starts one with so many places. */
    public TestEdge(Path directory, int places) throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        this.directory = directory;
        this.places = places;
        start();
    }

    /** Starts it again on the same port, with every place empty. */
    public void start() throws IOException {
        Path configuration = directory.resolve("haproxy.cfg");
        Files.writeString(configuration, """
                global
                    stats socket ipv4@127.0.0.1:%d level admin
                defaults
                    mode tcp
                    timeout connect 1s
                    timeout client 10s
                    timeout server 10s
                backend %s
                    server-template node 1-%d 0.0.0.0:25 disabled weight 100
                """.formatted(port, BACKEND, places));
        process = new ProcessBuilder("haproxy", "-db", "-f", configuration.toString())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("haproxy.log").toFile())
                .start();
        Awaitility.await("HAProxy answers")
                .atMost(Duration.ofMinutes(1))
                .ignoreExceptions()
                .until(() -> weights().isEmpty());
    }

    /** Ends it, as a crash does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Where its runtime API is. */
    public String runtimeAddress() {
        return "127.0.0.1:" + port;
    }

    /** The weight of each node that has a place, by address; 0 drains. */
    public Map<String, Integer> weights() throws IOException {
        Map<String, Integer> weights = new TreeMap<>();
        ask("show servers state " + BACKEND)
                .lines()
                .filter(line -> line.contains(" " + BACKEND + " "))
                .map(line -> line.split(" "))
                .filter(server -> (Integer.parseInt(server[ADMIN_STATE]) & MAINTENANCE) == 0)
                .forEach(server -> weights.put(
                        server[ADDRESS],
                        (Integer.parseInt(server[ADMIN_STATE]) & DRAIN) == 0 ? Integer.parseInt(server[WEIGHT]) : 0));
        return weights;
    }

    private String ask(String command) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), LIMIT_MILLIS);
            socket.setSoTimeout(LIMIT_MILLIS);
            socket.getOutputStream().write((command + "\n").getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
