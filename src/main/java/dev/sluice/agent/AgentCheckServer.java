package dev.sluice.agent;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * HAProxy's agent-check: tells each caller the state that the edge shall have, again and again, since a balancer that
 * reloads forgets what it was told.
 */
final class AgentCheckServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AgentCheckServer.class);
    private static final int BACKLOG = 64;

    private final ServerSocket listener;
    private final Supplier<String> state;
    private final ExecutorService executor;

    AgentCheckServer(InetAddress address, int port, Supplier<String> state, ExecutorService executor)
            throws IOException {
        this.state = state;
        this.executor = executor;
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(address, port), BACKLOG);
        DaemonThreads.start("agent-check", this::serve);
    }

    int port() {
        return listener.getLocalPort();
    }

    private void serve() {
        while (!listener.isClosed()) {
            try {
                Socket caller = listener.accept();
                executor.execute(() -> answer(caller));
            } catch (IOException e) {
                if (!listener.isClosed()) {
                    LOG.warn("agent-check: {}", e.getMessage());
                }
            }
        }
    }

    private void answer(Socket caller) {
        try (caller) {
            caller.setSoTimeout(1_000);
            caller.getOutputStream().write((state.get() + "\n").getBytes(StandardCharsets.US_ASCII));
        } catch (IOException e) {
            LOG.debug("agent-check caller: {}", e.getMessage());
        }
    }

    @Override
    public void close() throws IOException {
        listener.close();
    }
}
