package dev.sluice.agent;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers Postfix's policy questions (SMTPD_POLICY_README) on a socket file; the answer does not depend on the question. */
final class PolicyServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyServer.class);
    private static final int LARGEST_QUESTION = 64 * 1024;

    private final ServerSocketChannel listener;
    private final Path socket;
    private final Supplier<String> action;

    PolicyServer(Path socket, Supplier<String> action) throws IOException {
        this.socket = socket;
        this.action = action;
        Files.deleteIfExists(socket);
        listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        listener.bind(UnixDomainSocketAddress.of(socket));
        // Postfix's SMTP server asks as an unprivileged user; the answer tells nothing that a client is not told.
        Files.setPosixFilePermissions(socket, PosixFilePermissions.fromString("rw-rw-rw-"));
        DaemonThreads.start("policy", this::serve);
    }

    private void serve() {
        while (listener.isOpen()) {
            try {
                SocketChannel connection = listener.accept();
                DaemonThreads.start("policy-connection", () -> answer(connection));
            } catch (AsynchronousCloseException e) {
                return;
            } catch (IOException e) {
                LOG.warn("policy socket: {}", e.getMessage());
            }
        }
    }

    private void answer(SocketChannel connection) {
        try (connection;
                BufferedReader reader = new BufferedReader(Channels.newReader(connection, StandardCharsets.UTF_8))) {
            int length = 0;
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                length += line.length();
                if (length > LARGEST_QUESTION) {
                    return;
                }
                if (line.isEmpty()) {
                    length = 0;
                    ByteBuffer answer = StandardCharsets.UTF_8.encode("action=" + action.get() + "\n\n");
                    while (answer.hasRemaining()) {
                        connection.write(answer);
                    }
                }
            }
        } catch (ClosedChannelException e) {
            LOG.trace("policy connection closed");
        } catch (IOException e) {
            LOG.debug("policy connection: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
        Files.deleteIfExists(socket);
    }
}
