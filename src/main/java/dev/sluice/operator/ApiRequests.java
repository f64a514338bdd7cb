package dev.sluice.operator;

import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts the requests of a client to the API server by method and answer. A request that got no answer counts as
 * {@code none}: a refused connection, a broken one, one that took too long.
 */
public final class ApiRequests implements Interceptor, MeterBinder {
    private static final String NO_ANSWER = "none";

    private final Map<Kind, LongAdder> counts = new ConcurrentHashMap<>();
    private volatile MeterRegistry registry;

    private record Kind(String method, String code) {}

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        count(new Kind(request.method(), Integer.toString(response.code())));
    }

    @Override
    public void afterConnectionFailure(HttpRequest request, Throwable failure) {
        count(new Kind(request.method(), NO_ANSWER));
    }

    /** What was counted before is shown too. */
    @Override
    public synchronized void bindTo(MeterRegistry target) {
        registry = target;
        counts.forEach((kind, count) -> counter(kind).increment((double) count.sum()));
        counts.clear();
    }

    private void count(Kind kind) {
        if (registry == null && keep(kind)) {
            return;
        }
        counter(kind).increment();
    }

    private synchronized boolean keep(Kind kind) {
        if (registry != null) {
            return false;
        }
        counts.computeIfAbsent(kind, first -> new LongAdder()).increment();
        return true;
    }

    private Counter counter(Kind kind) {
        return Counter.builder("sluice.api.requests")
                .description("Requests to the API server by method and status code; none when there was no answer")
                .tag("method", kind.method())
                .tag("code", kind.code())
                .register(registry);
    }
}
