package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Namespaces of this machine: needs root, iproute2, nftables and Python for a listener. */
class NetworkIT {
    private final Network network = Network.open();
    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void removeEverything() {
        processes.forEach(Process::destroyForcibly);
        network.close();
    }

    @Test
    void namespacesReachEachOtherButNothingOutside() throws Exception {
        NetworkNamespace server = network.attach("server", network.address(1, 1));
        NetworkNamespace client = network.attach("client", network.address(1, 2));
        listen(server);

        assertThat(connect(client, server.address())).isEqualTo("connected");
        assertThat(connect(client, "198.51.100.1")).contains("unreachable");
    }

    @Test
    void rejectedTrafficFailsAtOnceAndDroppedTrafficTimesOutUntilThePathIsMended() throws Exception {
        NetworkNamespace server = network.attach("server", network.address(1, 1));
        NetworkNamespace bad = network.attach("bad", network.address(1, 2));
        NetworkNamespace good = network.attach("good", network.address(1, 3));
        listen(server);

        try (NetworkFault fault = server.blockFrom(bad, NetworkNamespace.Block.REJECT)) {
            assertThat(fault).isNotNull();
            assertThat(connect(bad, server.address())).contains("refused");
            assertThat(connect(good, server.address())).isEqualTo("connected");
        }
        try (NetworkFault fault = server.blockFrom(bad, NetworkNamespace.Block.DROP)) {
            assertThat(fault).isNotNull();
            assertThat(connect(bad, server.address())).contains("timed out");
        }
        try (NetworkFault fault = good.cutOff()) {
            assertThat(fault).isNotNull();
            assertThat(connect(good, server.address())).contains("timed out");
        }
        assertThat(connect(bad, server.address())).isEqualTo("connected");
        assertThat(connect(good, server.address())).isEqualTo("connected");
    }

    @Test
    void thisMachineReachesANamespaceUntilItIsClosedAndThenNothingOfItIsLeft() throws Exception {
        NetworkNamespace server = network.attach("server", network.address(1, 1));
        Process listener = listen(server);

        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.address(), 2525), 2000);
        }
        server.close();

        assertThat(listener.waitFor(1, TimeUnit.MINUTES)).isTrue();
        assertThat(Path.of("/run/netns", server.systemName())).doesNotExist();
        assertThatThrownBy(() -> {
                    try (Socket socket = new Socket()) {
                        socket.connect(new InetSocketAddress(server.address(), 2525), 300);
                    }
                })
                .isInstanceOfAny(SocketTimeoutException.class, ConnectException.class, IOException.class);
    }

    @Test
    void twoNetworksAreOpenAtOnceWithoutTouchingEachOther() {
        try (Network second = Network.open()) {
            assertThat(second.bridge()).isNotEqualTo(network.bridge());
            assertThat(second.cidr()).isNotEqualTo(network.cidr());
            network.attach("mine", network.address(1, 1));
            second.attach("mine", second.address(1, 1));
        }
        assertThat(Path.of("/run/netns", network.bridge() + "-mine")).exists();
    }

    @Test
    void whatAKilledRunLeftIsRemovedByTheNext() throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process run = new ProcessBuilder(
                        java.toString(), "-cp", System.getProperty("java.class.path"), LeavingRun.class.getName())
                .redirectErrorStream(true)
                .start();
        processes.add(run);
        String bridge = run.inputReader()
                .lines()
                .filter(line -> line.startsWith("sluice"))
                .findFirst()
                .orElseThrow();
        run.destroyForcibly().waitFor();
        assertThat(Path.of("/run/netns", bridge + "-left")).exists();
        List<Long> left = SystemCommand.run("ip", "netns", "pids", bridge + "-left")
                .lines()
                .map(Long::valueOf)
                .toList();
        assertThat(left).isNotEmpty();

        Network.open().close();

        assertThat(Path.of("/run/netns", bridge + "-left")).doesNotExist();
        assertThat(Path.of("/sys/class/net", bridge)).doesNotExist();
        Awaitility.await()
                .untilAsserted(() -> assertThat(left)
                        .allMatch(pid -> ProcessHandle.of(pid)
                                .filter(ProcessHandle::isAlive)
                                .isEmpty()));
    }

    /** A run that is killed before it can tidy up. */
    static final class LeavingRun {
        private LeavingRun() {}

        public static void main(String[] arguments) throws Exception {
            Network network = Network.open();
            NetworkNamespace left = network.attach("left", network.address(1, 1));
            new ProcessBuilder(left.inside(List.of("sleep", "600"))).start();
            System.out.println(network.bridge());
            Thread.sleep(600_000);
        }
    }

    private Process listen(NetworkNamespace where) throws IOException {
        Process listener = new ProcessBuilder(where.inside(List.of(
                        "python3",
                        "-c",
                        "import socket\n"
                                + "s=socket.create_server(('" + where.address() + "',2525))\n"
                                + "print('up',flush=True)\n"
                                + "while True: s.accept()[0].close()")))
                .start();
        processes.add(listener);
        assertThat(listener.inputReader().readLine()).isEqualTo("up");
        return listener;
    }

    private static String connect(NetworkNamespace from, String to) {
        return SystemCommand.attempt(
                        "",
                        from.inside(List.of(
                                "python3",
                                "-c",
                                "import socket\n"
                                        + "try:\n socket.create_connection(('" + to
                                        + "',2525),0.7); print('connected')\n"
                                        + "except Exception as e: print(e)")))
                .output()
                .strip();
    }

    static {
        assertThat(Files.isExecutable(Path.of("/usr/bin/python3"))
                        || SystemCommand.attempt("", List.of("python3", "-V")).code() == 0)
                .as("python3 for listeners")
                .isTrue();
    }
}
