package dev.sluice.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.internal.SSLUtils;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;

/**
 * The only way of one program to an API server, so that a test can do to this program what a network, a busy server or a
 * crash does: refuse its requests, keep them waiting, answer them with an error, carry them out and lose the answer. Who
 * goes through needs no credentials: the door has those of the cluster's administrator.
 */
public final class ApiServerDoor implements AutoCloseable {
    static {
        // Without it each small answer waits for the delayed acknowledgement of the one before.
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");
    /** Headers that belong to one connection, or that the library sets itself. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "transfer-encoding",
            "host",
            "upgrade",
            "expect",
            "keep-alive",
            "date",
            "http2-settings");

    private static final int BUFFER = 16 * 1024;

    /** What becomes of a request. */
    public sealed interface Fate {
        /** It is carried out and answered. */
        Fate PASS = new Pass(() -> {});
        /** It is carried out; the connection breaks before the answer comes. */
        Fate LOSE_THE_ANSWER = new Lose(() -> {});
        /** The connection breaks before anything is carried out. */
        Fate BREAK = new Break();
        /** It is never carried out and never answered, until the door is opened again or closed. */
        Fate STALL = new Stall();

        /**
         * It is carried out and answered.
         *
         * @param then what happens right after the answer
         */
        record Pass(Runnable then) implements Fate {}

        /**
         * It is carried out and not answered.
         *
         * @param then what happens right after the connection broke
         */
        record Lose(Runnable then) implements Fate {}

        /** See {@link #BREAK}. */
        record Break() implements Fate {}

        /** See {@link #STALL}. */
        record Stall() implements Fate {}

        /**
         * It is not carried out.
         *
         * @param status the answer's code
         * @param headers the answer's headers
         */
        record Answer(int status, Map<String, String> headers) implements Fate {}
    }

    /**
     * A request at the door.
     *
     * @param method its verb, such as {@code PATCH}
     * @param path path and query
     */
    public record Request(String method, String path) {
        /** Whether it asks for a change; asking what oneself may do is none. */
        public boolean isWrite() {
            return !READS.contains(method) && !path.contains("/selfsubject");
        }

        /** Whether it asks to be told of changes from now on. */
        public boolean isWatch() {
            return path.contains("watch=true");
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private final Config beyond;
    private final URI target;
    private final HttpClient client;
    private final HttpServer server;
    private final ExecutorService porters = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "api-server-door");
        thread.setDaemon(true);
        return thread;
    });
    private final Set<Passage> open = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> knocks = new ConcurrentHashMap<>();
    private final Map<String, Integer> expired = new ConcurrentHashMap<>();
    private volatile Function<Request, Fate> rule = request -> Fate.PASS;
    private volatile CountDownLatch release = new CountDownLatch(1);

    private ApiServerDoor(Config beyond, Function<Request, Fate> rule) {
        this.beyond = beyond;
        this.rule = rule;
        this.target = URI.create(beyond.getMasterUrl());
        try {
            client = HttpClient.newBuilder()
                    .sslContext(SSLUtils.sslContext(beyond))
                    .version(HttpClient.Version.HTTP_1_1)
                    .executor(porters)
                    .build();
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the cluster's credentials cannot be used", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.createContext("/", this::knock);
        server.setExecutor(porters);
        server.start();
    }

    /** An open door before a cluster. */
    public static ApiServerDoor before(Config cluster) {
        return new ApiServerDoor(cluster, request -> Fate.PASS);
    }

    /** A door with a rule from the first request on. */
    public static ApiServerDoor before(Config cluster, Function<Request, Fate> rule) {
        return new ApiServerDoor(cluster, rule);
    }

    /** From now on the rule says what becomes of each request; what was stalled is let go with a broken connection. */
    public void rule(Function<Request, Fate> another) {
        rule = another;
        CountDownLatch before = release;
        release = new CountDownLatch(1);
        before.countDown();
    }

    /** Breaks every connection that is open: watches, and requests under way. */
    public void breakConnections() {
        open.forEach(Passage::close);
    }

    /** How many requests there were for a path that ends so, whatever became of them. */
    public int requests(String end) {
        return count(knocks, end);
    }

    /** How many watches of a path that ends so were told that the version to go on from is too old (410). */
    public int expiredWatches(String end) {
        return count(expired, end);
    }

    private static int count(Map<String, Integer> counted, String end) {
        return counted.entrySet().stream()
                .filter(path -> path.getKey().endsWith(end))
                .mapToInt(Map.Entry::getValue)
                .sum();
    }

    /** The address that a program is to be given instead of the API server's. */
    public String address() {
        return "http://" + server.getAddress().getHostString() + ":"
                + server.getAddress().getPort();
    }

    /** How a client of a namespace goes through this door. */
    public Config clientConfig(String namespace) {
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(address())
                .withNamespace(namespace)
                .withRequestTimeout(beyond.getRequestTimeout())
                .withOnlyHttpWatches(true)
                .build();
    }

    /** The same for a program that reads a kubeconfig file. */
    public String kubeConfigYaml(String namespace) {
        return """
                apiVersion: v1
                kind: Config
                current-context: door
                clusters: [{name: door, cluster: {server: "%s"}}]
                contexts: [{name: door, context: {cluster: door, user: door, namespace: "%s"}}]
                users: [{name: door, user: {}}]
                """.formatted(address(), namespace);
    }

    private void knock(HttpExchange exchange) throws IOException {
        Passage passage = new Passage(exchange);
        open.add(passage);
        try {
            if ("websocket".equalsIgnoreCase(exchange.getRequestHeaders().getFirst("Upgrade"))) {
                // The client falls back to a watch over plain HTTP; an error it would repeat for half a minute.
                exchange.sendResponseHeaders(200, -1);
                return;
            }
            byte[] body = exchange.getRequestBody().readAllBytes();
            Request request = new Request(
                    exchange.getRequestMethod(), exchange.getRequestURI().toString());
            knocks.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
            Fate fate = rule.apply(request);
            if (fate instanceof Fate.Pass pass) {
                HttpResponse<InputStream> response = forward(exchange, body);
                passage.answer(response, request.isWatch() ? expiry(exchange, response) : response.body());
                pass.then().run();
            } else if (fate instanceof Fate.Lose lose) {
                try (InputStream lost = forward(exchange, body).body()) {
                    lost.readAllBytes();
                }
                passage.close();
                lose.then().run();
            } else if (fate instanceof Fate.Answer answer) {
                answer.headers().forEach(exchange.getResponseHeaders()::set);
                exchange.sendResponseHeaders(answer.status(), -1);
            } else if (fate instanceof Fate.Stall) {
                release.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            open.remove(passage);
            passage.close();
        }
    }

    /** A watch ends with 410 as a whole, or with an event that says so. */
    private InputStream expiry(HttpExchange exchange, HttpResponse<InputStream> response) {
        Runnable count = () -> expired.merge(exchange.getRequestURI().getPath(), 1, Integer::sum);
        if (response.statusCode() == HttpURLConnection.HTTP_GONE) {
            count.run();
        }
        return new WordAlarm(response.body(), "\"code\":" + HttpURLConnection.HTTP_GONE, count);
    }

    private HttpResponse<InputStream> forward(HttpExchange exchange, byte[] body)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create(target.resolve("/").toString().replaceAll("/$", "") + exchange.getRequestURI()))
                .method(exchange.getRequestMethod(), HttpRequest.BodyPublishers.ofByteArray(body));
        exchange.getRequestHeaders().forEach((name, values) -> {
            if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> request.header(name, value));
            }
        });
        return client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
    }

    /** Refuses everything from now on and breaks what is open. */
    @Override
    public void close() {
        rule(request -> Fate.BREAK);
        server.stop(0);
        breakConnections();
        porters.shutdownNow();
    }

    /** One request on its way. */
    private static final class Passage {
        private final HttpExchange exchange;
        private volatile InputStream answer = InputStream.nullInputStream();
        private volatile boolean closed;

        Passage(HttpExchange exchange) {
            this.exchange = exchange;
        }

        void answer(HttpResponse<InputStream> response, InputStream body) throws IOException {
            answer = body;
            if (closed) {
                close();
                return;
            }
            response.headers().map().forEach((name, values) -> {
                if (!OF_THE_CONNECTION.contains(name.toLowerCase(Locale.ROOT))) {
                    exchange.getResponseHeaders().put(name, values);
                }
            });
            try (InputStream from = answer) {
                long length =
                        response.headers().firstValueAsLong("content-length").orElse(0);
                boolean empty = response.statusCode() == 204;
                exchange.sendResponseHeaders(response.statusCode(), empty ? -1 : length);
                if (empty) {
                    return;
                }
                OutputStream to = exchange.getResponseBody();
                byte[] buffer = new byte[BUFFER];
                for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                    to.write(buffer, 0, read);
                    to.flush();
                }
                to.close();
            }
        }

        void close() {
            closed = true;
            try {
                answer.close();
            } catch (IOException e) {
                // It is gone already.
            }
            exchange.close();
        }
    }

    /** Lets text through and tells when a word comes, also in two parts. */
    private static final class WordAlarm extends FilterInputStream {
        private final String word;
        private final Runnable alarm;
        private String before = "";

        WordAlarm(InputStream text, String word, Runnable alarm) {
            super(text);
            this.word = word;
            this.alarm = alarm;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int read = super.read(buffer, offset, length);
            if (read > 0) {
                String seen = before + new String(buffer, offset, read, StandardCharsets.ISO_8859_1);
                int at = seen.indexOf(word);
                if (at >= 0) {
                    alarm.run();
                }
                String rest = at < 0 ? seen : seen.substring(at + word.length());
                before = rest.substring(Math.max(0, rest.length() - word.length() + 1));
            }
            return read;
        }
    }

    /** What a busy API server says. */
    public static Fate tooManyRequests(int retryAfterSeconds) {
        return new Fate.Answer(429, Map.of("Retry-After", String.valueOf(retryAfterSeconds)));
    }
}
