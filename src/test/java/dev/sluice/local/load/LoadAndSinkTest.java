package dev.sluice.local.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoadAndSinkTest {
    @TempDir
    private Path directory;

    @Test
    void everyNumberedMessageIsFoundAgainAtTheSink() throws Exception {
        int port = freePort();
        try (SinkServer sink = new SinkServer(
                        InetAddress.getLoopbackAddress(),
                        port,
                        Journal.create(directory.resolve("sink")),
                        InstantSource.system());
                LoadGenerator load = load(port)) {
            load.start(200);
            await().until(() ->
                    Journal.read(directory.resolve("load"), Offered.class).size() >= 100);
            load.stop();

            Conservation books = books();
            assertThat(books.accepted()).isGreaterThanOrEqualTo(100).isEqualTo(books.delivered());
            assertThat(books.lost()).isEmpty();
            assertThat(books.duplicated()).isEmpty();
        }
    }

    @Test
    void aMessageIsOfferedAgainUntilSomebodyTakesIt() throws Exception {
        ServerSocket hangsUp = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        int port = hangsUp.getLocalPort();
        try (LoadGenerator load = load(port)) {
            load.start(20);
            hangsUp.accept().close();
            hangsUp.accept().close();
            hangsUp.close();
            try (SinkServer sink = new SinkServer(
                    InetAddress.getLoopbackAddress(),
                    port,
                    Journal.create(directory.resolve("sink")),
                    InstantSource.system())) {
                load.stop();

                assertThat(books().accepted()).isPositive();
                assertThat(books().lost()).isEmpty();
                assertThat(Journal.read(directory.resolve("load"), Offered.class))
                        .anyMatch(message -> message.attempts() > 1);
            }
        }
    }

    private Conservation books() {
        return Conservation.of(
                Journal.read(directory.resolve("load"), Offered.class),
                Journal.read(directory.resolve("sink"), Received.class));
    }

    private LoadGenerator load(int port) {
        return new LoadGenerator(
                "127.0.0.1",
                port,
                List.of("east.test", "west.test"),
                1,
                Duration.ofSeconds(20),
                Journal.create(directory.resolve("load")),
                InstantSource.system());
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
