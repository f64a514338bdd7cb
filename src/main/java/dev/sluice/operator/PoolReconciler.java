package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Fact;
import dev.sluice.api.TransportPool;
import dev.sluice.operator.PoolPass.Carried;
import dev.sluice.plan.Plan;
import dev.sluice.plan.Planner;
import dev.sluice.plan.PoolSnapshot;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * Carries the life of a pool on: observe, plan, record, write the status, carry the effects out. The status is written
 * before anything is done, so that a crash in between repeats effects and never forgets a decision; only a canary that is
 * condemned does not wait for it.
 */
abstract class PoolReconciler<P extends HasMetadata & Pool> implements Reconciler<P>, Cleaner<P> {
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(200);

    private final Engine engine;
    private final Triggers<P> triggers;

    private PoolReconciler(Engine engine, Triggers<P> triggers) {
        this.engine = engine;
        this.triggers = triggers;
    }

    /** Of filter pools. */
    static final class OfFilterPools extends PoolReconciler<FilterPool> {
        OfFilterPools(Engine engine, Triggers<FilterPool> triggers) {
            super(engine, triggers);
        }
    }

    /** Of transport pools. */
    static final class OfTransportPools extends PoolReconciler<TransportPool> {
        OfTransportPools(Engine engine, Triggers<TransportPool> triggers) {
            super(engine, triggers);
        }
    }

    @Override
    public List<EventSource<?, P>> prepareEventSources(EventSourceContext<P> context) {
        return List.of(triggers);
    }

    @Override
    public UpdateControl<P> reconcile(P pool, Context<P> context) {
        Plan plan = engine.carryOn(pool, context).plan();
        return UpdateControl.<P>noUpdate().rescheduleAfter(engine.untilNextLook(plan));
    }

    @Override
    public DeleteControl cleanup(P pool, Context<P> context) {
        if (engine.isGone(pool)) {
            return DeleteControl.defaultDelete();
        }
        Carried carried = engine.carryOn(pool, context);
        Plan plan = carried.plan();
        boolean empty = plan.status().nodes().isEmpty()
                && engine.view.mailNodes(PoolKey.of(pool)).isEmpty();
        if (empty && carried.written()) {
            // Now the framework would take the finalizer off an older object: a conflict, and ten more after it.
            return DeleteControl.noFinalizerRemoval().rescheduleAfter(SHORTEST_WAIT.toMillis());
        }
        if (empty) {
            engine.forget(pool);
            engine.effects.forget(pool);
            return DeleteControl.defaultDelete();
        }
        return DeleteControl.noFinalizerRemoval()
                .rescheduleAfter(engine.untilNextLook(plan).toMillis());
    }

    /** What both kinds of pools share. */
    static final class Engine {
        private final KubernetesClient client;
        private final ClusterView view;
        private final Observation observation;
        private final PoolPass pass;
        private final StatusWriter writer;
        private final Effects effects;
        private final TrafficKeeper traffic;
        private final RelayGuard relay;
        private final InstantSource clock;
        private final Map<String, Lock> beginnings = new ConcurrentHashMap<>();
        private final Map<PoolKey, String> gone = new ConcurrentHashMap<>();

        Engine(
                KubernetesClient client,
                ClusterView view,
                Observation observation,
                GateMemoryStore memories,
                StatusWriter writer,
                Effects effects,
                TrafficKeeper traffic,
                RelayGuard relay,
                InstantSource clock) {
            this.client = client;
            this.view = view;
            this.observation = observation;
            this.pass = new PoolPass(Planner::plan, memories, clock);
            this.writer = writer;
            this.effects = effects;
            this.traffic = traffic;
            this.relay = relay;
            this.clock = clock;
        }

        private <P extends HasMetadata & Pool> Carried carryOn(P pool, Context<P> context) {
            return pass.carryOn(PoolKey.of(pool), new RimOf<>(pool, context));
        }

        private final class RimOf<P extends HasMetadata & Pool> implements PoolPass.Rim {
            private final P pool;
            private final Context<P> context;

            private RimOf(P pool, Context<P> context) {
                this.pool = pool;
                this.context = context;
            }

            @Override
            public PoolSnapshot observed() {
                return observation.of(pool);
            }

            @Override
            public PoolSnapshot observedAmongFreshPools() {
                return observation.of(pool, freshPools(pool.getMetadata().getNamespace()));
            }

            /** Two pools of one path never begin at once. */
            @Override
            public Carried alone(Supplier<Carried> beginning) {
                Lock lock = beginnings.computeIfAbsent(pool.getMetadata().getNamespace(), key -> new ReentrantLock());
                lock.lock();
                try {
                    return beginning.get();
                } finally {
                    lock.unlock();
                }
            }

            @Override
            public void beforeRecord(Set<String> condemned, Plan plan) {
                effects.beforeRecord(pool, condemned, plan);
            }

            @Override
            public void beforeStatus(Plan plan) {
                effects.beforeStatus(pool, plan);
            }

            @Override
            public void write(PoolStatus status) {
                writer.pool(pool, status, context);
            }

            @Override
            public void afterStatus(Plan plan, List<Fact> facts) {
                effects.afterStatus(pool, plan, facts);
            }
        }

        private List<Pool> freshPools(String namespace) {
            List<Pool> pools = new ArrayList<>();
            pools.addAll(client.resources(FilterPool.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems());
            pools.addAll(client.resources(TransportPool.class)
                    .inNamespace(namespace)
                    .list()
                    .getItems());
            return pools;
        }

        Duration untilNextLook(Plan plan) {
            Duration wait = Duration.between(clock.instant(), plan.nextLook());
            return wait.compareTo(SHORTEST_WAIT) < 0 ? SHORTEST_WAIT : wait;
        }

        /**
         * The framework cleans up once more when something of the pool moves before it has seen the pool go; the server has no
         * pool then whose status could be written, and its edge and its rules may be another's by now.
         */
        <P extends HasMetadata & Pool> boolean isGone(P pool) {
            return pool.getMetadata().getUid().equals(gone.get(PoolKey.of(pool)));
        }

        <P extends HasMetadata & Pool> void forget(P pool) {
            PoolKey key = PoolKey.of(pool);
            pass.forget(key);
            traffic.forget(key);
            relay.forget(key);
            // Those that were seen to go need not be remembered.
            gone.keySet().removeIf(before -> view.pool(before).isEmpty());
            gone.put(key, pool.getMetadata().getUid());
        }
    }
}
