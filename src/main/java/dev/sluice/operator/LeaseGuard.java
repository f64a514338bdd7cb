package dev.sluice.operator;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.http.AsyncBody;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * Keeps a leader from writing once its lease may have run out. A process that was asleep wakes with requests half made,
 * before the election's own thread has looked at the clock; each request, and each repetition of one, is weighed here
 * right before it is sent.
 */
public final class LeaseGuard implements Interceptor {
    private static final Set<String> READS = Set.of("GET", "HEAD", "OPTIONS");

    /** Lets everything pass: for an operator that works alone. */
    static final LeaseGuard NONE = new LeaseGuard("", Duration.ofNanos(Long.MAX_VALUE));

    private final String lease;
    private final long trustedNanos;
    private final LongSupplier nanoTime;
    private volatile boolean leading;
    private volatile long sent;
    private volatile long renewed;

    /**
     * A guard that lets everything pass until its operator leads.
     *
     * @param leaseName what the Lease is called
     * @param trusted how long after a renewal was sent the lease is trusted; less than its duration
     */
    public LeaseGuard(String leaseName, Duration trusted) {
        this(leaseName, trusted, System::nanoTime);
    }

    LeaseGuard(String leaseName, Duration trusted, LongSupplier nanoTime) {
        this.lease = "/leases/" + leaseName;
        this.trustedNanos = trusted.toNanos();
        this.nanoTime = nanoTime;
    }

    /** The lease is won: from now on it has to be young. */
    void leads() {
        leading = true;
    }

    /** Whether this operator may act, on the API server or elsewhere: it needs no lease, or has one that is young. */
    boolean mayAct() {
        return !leading || nanoTime.getAsLong() - renewed < trustedNanos;
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, Interceptor.RequestTags tags) {
        if (READS.contains(request.method())) {
            return;
        }
        if (isOfTheLease(request)) {
            sent = nanoTime.getAsLong();
        } else if (!mayAct()) {
            throw new KubernetesClientException(
                    "%s %s is not sent: the lease was not renewed in time, another operator may lead"
                            .formatted(request.method(), request.uri().getPath()));
        }
    }

    @Override
    public void after(HttpRequest request, HttpResponse<?> response, AsyncBody.Consumer<List<ByteBuffer>> consumer) {
        if (!READS.contains(request.method()) && isOfTheLease(request) && response.isSuccessful()) {
            renewed = sent;
        }
    }

    private boolean isOfTheLease(HttpRequest request) {
        String path = request.uri().getPath();
        return path.endsWith(lease) || path.endsWith("/leases");
    }
}
