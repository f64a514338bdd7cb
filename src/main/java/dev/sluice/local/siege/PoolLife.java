package dev.sluice.local.siege;

import dev.sluice.api.FilterPool;
import dev.sluice.local.Laboratory;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the filter pool changing, so that nodes come, are tried and go while the blows fall: out, another template, in,
 * another template, and so on. What cannot be said because the API server is away is said again.
 */
final class PoolLife implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PoolLife.class);
    private static final Duration LONGEST_TURN = Duration.ofSeconds(40);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(300);
    private static final int LEAST = 3;
    private static final int MOST = 4;

    private final Laboratory laboratory;
    private final String clients;
    private final InstantSource clock;
    private final AtomicBoolean ended = new AtomicBoolean();
    private final Thread thread = new Thread(this::live, "pool-life");
    private int edition = 1;
    private int replicas = LEAST;

    PoolLife(Laboratory laboratory, String clients, InstantSource clock) {
        this.laboratory = laboratory;
        this.clients = clients;
        this.clock = clock;
    }

    PoolLife start() {
        thread.setDaemon(true);
        thread.start();
        return this;
    }

    private void live() {
        try {
            for (int turn = 0; !ended.get(); turn++) {
                if (turn % 2 == 0) {
                    replicas = replicas == LEAST ? MOST : LEAST;
                } else {
                    edition++;
                }
                declare();
                Instant deadline = clock.instant().plus(LONGEST_TURN);
                do {
                    Thread.sleep(LOOK_AGAIN.toMillis());
                } while (!ended.get() && !asDeclared() && clock.instant().isBefore(deadline));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Stops the changes and declares a last time what there is to be. */
    void settle() throws InterruptedException {
        close();
        replicas = LEAST;
        edition++;
        declare();
    }

    private void declare() throws InterruptedException {
        while (true) {
            try {
                laboratory
                        .client()
                        .resource(pool())
                        .inNamespace(laboratory.namespace())
                        .forceConflicts()
                        .serverSideApply();
                return;
            } catch (KubernetesClientException e) {
                LOG.debug("the API server is away", e);
                Thread.sleep(LOOK_AGAIN.toMillis());
            }
        }
    }

    FilterPool pool() {
        return SiegePools.filter(replicas, edition, clients, laboratory.edge().runtimeApi());
    }

    /** Whether the pool is as it was declared last; false while nobody can say. */
    boolean asDeclared() {
        try {
            FilterPool pool = laboratory
                    .client()
                    .resources(FilterPool.class)
                    .inNamespace(laboratory.namespace())
                    .withName(SiegePools.FILTER)
                    .get();
            return pool != null
                    && pool.getStatus() != null
                    && Objects.equals(
                            pool.getStatus().observedGeneration(),
                            pool.getMetadata().getGeneration())
                    && pool.getStatus().conditions().stream().anyMatch(PoolLife::isReady);
        } catch (KubernetesClientException e) {
            LOG.debug("the API server is away", e);
            return false;
        }
    }

    private static boolean isReady(Condition condition) {
        return condition.getType().equals("Ready") && condition.getStatus().equals("True");
    }

    @Override
    public void close() {
        ended.set(true);
        try {
            thread.join(Duration.ofSeconds(30).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
