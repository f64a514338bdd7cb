package dev.sluice.notify;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A receiver on this machine that answers as a test says and keeps what it got. */
public final class TestReceiver implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "test-receiver");
        thread.setDaemon(true);
        return thread;
    });
    private final List<Got> got = new CopyOnWriteArrayList<>();
    private final Deque<Answer> answers = new ArrayDeque<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private Answer usual = Answer.ACCEPTED;

    /** What it got. */
    public record Got(String path, Headers headers, String body) {}

    /** How it answers. */
    public record Answer(int status, Map<String, String> headers, Manner manner) {
        /** Like a receiver that is well. */
        public static final Answer ACCEPTED = new Answer(200, Map.of(), Manner.AT_ONCE);
        /** Takes the call and says nothing. */
        public static final Answer NEVER = new Answer(200, Map.of(), Manner.NEVER);
        /** Says that it answers, and then never ends. */
        public static final Answer TRICKLE = new Answer(200, Map.of(), Manner.TRICKLE);

        /** A status and nothing else. */
        public static Answer status(int status) {
            return new Answer(status, Map.of(), Manner.AT_ONCE);
        }
    }

    /** How long an answer takes. */
    public enum Manner {
        AT_ONCE,
        NEVER,
        TRICKLE
    }

    public TestReceiver() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::take);
        server.start();
    }

    public URI address() {
        return URI.create(
                "http://127.0.0.1:%d/hook/s3cret".formatted(server.getAddress().getPort()));
    }

    public List<Got> got() {
        return got;
    }

    public synchronized TestReceiver answers(Answer always) {
        usual = always;
        return this;
    }

    public synchronized TestReceiver answersFirst(Answer... first) {
        answers.addAll(List.of(first));
        return this;
    }

    private synchronized Answer next() {
        return answers.isEmpty() ? usual : answers.removeFirst();
    }

    private void take(HttpExchange exchange) throws IOException {
        got.add(new Got(
                exchange.getRequestURI().getPath(),
                exchange.getRequestHeaders(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
        Answer answer = next();
        try (exchange) {
            if (answer.manner() == Manner.NEVER) {
                closed.await();
            }
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            if (answer.manner() == Manner.TRICKLE) {
                exchange.sendResponseHeaders(answer.status(), 0);
                exchange.getResponseBody().write('.');
                exchange.getResponseBody().flush();
                closed.await();
            }
            exchange.sendResponseHeaders(answer.status(), -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
