package dev.sluice.operator;

import dev.sluice.api.Pool;
import dev.sluice.api.Traffic;
import dev.sluice.plan.Effect;
import dev.sluice.traffic.EndpointSliceRouter;
import dev.sluice.traffic.HaProxyRouter;
import dev.sluice.traffic.Router;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the edges as they were wanted last, on threads of its own: at once when something changes, and again regularly,
 * since an edge that is reloaded forgets. An edge that does not answer holds up nobody but itself.
 */
final class TrafficKeeper implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TrafficKeeper.class);

    private final Edges view;
    private final Apply apply;
    private final BooleanSupplier mayAct;
    private final Consumer<PoolKey> news;
    private final Duration interval;
    private final Duration limit;
    private final Map<PoolKey, Kept> pools = new ConcurrentHashMap<>();
    private final ExecutorService calls = Executors.newCachedThreadPool(daemon("traffic"));
    private final ScheduledExecutorService clockwork =
            Executors.newSingleThreadScheduledExecutor(daemon("traffic-clock"));
    private volatile Future<?> rounds = CompletableFuture.completedFuture(null);

    /** What it has to see of the cluster. */
    interface Edges {
        /** A pool that is there. */
        Optional<Pool> pool(PoolKey pool);

        /** A slice that Sluice has written. */
        Optional<EndpointSlice> endpointSlice(ObjectKey slice);
    }

    /**
     * A keeper that does nothing until it is started.
     *
     * @param mayAct whether edges may be changed now: most of them cannot tell an old leader from a new one
     * @param news told of a pool whose edge began or ceased to be as wanted
     * @param interval between two comparisons with the same edge
     * @param limit the longest that one answer of an edge may take
     */
    TrafficKeeper(
            Edges view,
            Apply apply,
            BooleanSupplier mayAct,
            Consumer<PoolKey> news,
            Duration interval,
            Duration limit) {
        this.view = view;
        this.apply = apply;
        this.mayAct = mayAct;
        this.news = news;
        this.interval = interval;
        this.limit = limit;
    }

    private static java.util.concurrent.ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }

    void start() {
        rounds = clockwork.scheduleWithFixedDelay(
                () -> pools.keySet().forEach(this::look),
                interval.toMillis(),
                interval.toMillis(),
                TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        rounds.cancel(false);
        clockwork.shutdownNow();
        calls.shutdownNow();
    }

    /** From now on the pool's edge is to look like this. */
    void want(Pool pool, Effect.Route route) {
        PoolKey key = PoolKey.of(pool);
        Optional<Traffic> traffic = pool.getSpec().trafficRouter();
        if (traffic.isEmpty()) {
            pools.remove(key);
            return;
        }
        List<Router.Server> servers = route.servers().stream()
                .map(server -> new Router.Server(server.node(), server.address(), server.port(), server.weight()))
                .toList();
        boolean leaves = pool.getMetadata().getDeletionTimestamp() != null;
        if (leaves && servers.isEmpty() && traffic.get().endpointSlice() != null) {
            forget(key);
            return;
        }
        Kept before = pools.get(key);
        Kept wanted = before != null && before.traffic.equals(traffic.get())
                ? before
                : new Kept(traffic.get(), router(pool, traffic.get()));
        boolean changed = !servers.equals(wanted.servers);
        wanted.servers = servers;
        pools.put(key, wanted);
        if (changed) {
            submit(key);
        }
    }

    /** From now on these nodes of a pool get no mail, and the others what they got. */
    void takeOut(PoolKey pool, Set<String> nodes) {
        Kept kept = pools.get(pool);
        if (kept != null) {
            kept.servers = kept.servers.stream()
                    .map(server -> nodes.contains(server.node())
                            ? new Router.Server(server.node(), server.address(), server.port(), 0)
                            : server)
                    .toList();
            submit(pool);
        }
    }

    /** Lets go of a pool that is gone, after its servers were taken out; what Sluice had written for it goes too. */
    void forget(PoolKey pool) {
        pools.remove(pool);
        view.endpointSlice(sliceOf(pool)).ifPresent(apply::delete);
    }

    private static ObjectKey sliceOf(PoolKey pool) {
        return new ObjectKey(pool.namespace(), pool.name() + "-sluice");
    }

    /** Why the pool's edge is not as wanted; empty when it is, or while it was not compared. */
    Optional<String> problem(PoolKey pool) {
        Kept kept = pools.get(pool);
        return kept == null ? Optional.empty() : kept.problem;
    }

    private Router router(Pool pool, Traffic traffic) {
        if (traffic.haProxy() != null) {
            return new HaProxyRouter(traffic.haProxy(), limit);
        }
        PoolKey key = PoolKey.of(pool);
        ObjectKey slice = sliceOf(key);
        return new EndpointSliceRouter(
                slice.namespace(),
                slice.name(),
                traffic.endpointSlice().serviceName(),
                Labels.ofPool(key),
                () -> view.endpointSlice(slice),
                apply::to);
    }

    /** A pool that is gone must not go on writing to an edge that others use. */
    private void look(PoolKey pool) {
        if (view.pool(pool).isEmpty()) {
            pools.remove(pool);
        } else {
            submit(pool);
        }
    }

    private void submit(PoolKey pool) {
        Kept kept = pools.get(pool);
        if (kept == null) {
            return;
        }
        kept.stale.set(true);
        if (kept.busy.compareAndSet(false, true)) {
            try {
                calls.execute(() -> keep(pool, kept));
            } catch (RejectedExecutionException e) {
                LOG.debug("shutting down, the edge of {} is left as it is", pool);
            }
        }
    }

    private void keep(PoolKey pool, Kept kept) {
        try {
            while (mayAct.getAsBoolean() && kept.stale.getAndSet(false)) {
                Optional<String> problem = kept.router.route(kept.servers);
                if (!Objects.equals(problem, kept.problem)) {
                    problem.ifPresent(why -> LOG.warn("{}: the edge is not as wanted: {}", pool.words(), why));
                    kept.problem = problem;
                    news.accept(pool);
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("{}: the edge could not be compared", pool.words(), e);
        } finally {
            kept.busy.set(false);
        }
        if (kept.stale.get() && mayAct.getAsBoolean()) {
            submit(pool);
        }
    }

    private static final class Kept {
        private final Traffic traffic;
        private final Router router;
        private final AtomicBoolean stale = new AtomicBoolean();
        private final AtomicBoolean busy = new AtomicBoolean();
        private volatile List<Router.Server> servers;
        private volatile Optional<String> problem = Optional.empty();

        private Kept(Traffic traffic, Router router) {
            this.traffic = traffic;
            this.router = router;
        }
    }
}
