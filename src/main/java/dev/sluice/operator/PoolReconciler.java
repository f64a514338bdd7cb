package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.TransportPool;
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
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Carries the life of a pool on: observe, plan, record, write the status, carry the effects out. The status is written
 * before anything is done, so that a crash in between repeats effects and never forgets a decision.
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
        Plan plan = engine.carryOn(pool, context);
        return UpdateControl.<P>noUpdate().rescheduleAfter(engine.untilNextLook(plan));
    }

    @Override
    public DeleteControl cleanup(P pool, Context<P> context) {
        if (engine.isGone(pool)) {
            return DeleteControl.defaultDelete();
        }
        Plan plan = engine.carryOn(pool, context);
        if (plan.status().nodes().isEmpty()
                && engine.view.mailNodes(PoolKey.of(pool)).isEmpty()) {
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
        private final GateMemoryStore memories;
        private final PoolStatuses statuses = new PoolStatuses();
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
            this.memories = memories;
            this.writer = writer;
            this.effects = effects;
            this.traffic = traffic;
            this.relay = relay;
            this.clock = clock;
        }

        <P extends HasMetadata & Pool> Plan carryOn(P pool, Context<P> context) {
            PoolSnapshot snapshot = observation.of(pool);
            Plan plan = Planner.plan(snapshot, clock.instant());
            if (snapshot.status().trial() == null && plan.status().trial() != null) {
                plan = beginAlone(pool, context);
            } else {
                settle(pool, snapshot, plan, context);
            }
            effects.afterStatus(pool, plan);
            return plan;
        }

        /**
         * Before a trial begins, the other pools are read from the server itself, one pool of a namespace at a time: so
         * that two pools of one path never begin at once.
         */
        private <P extends HasMetadata & Pool> Plan beginAlone(P pool, Context<P> context) {
            Lock lock = beginnings.computeIfAbsent(pool.getMetadata().getNamespace(), key -> new ReentrantLock());
            lock.lock();
            try {
                PoolSnapshot fresh =
                        observation.of(pool, freshPools(pool.getMetadata().getNamespace()));
                Plan plan = Planner.plan(fresh, clock.instant());
                settle(pool, fresh, plan, context);
                return plan;
            } finally {
                lock.unlock();
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

        private <P extends HasMetadata & Pool> void settle(
                P pool, PoolSnapshot snapshot, Plan plan, Context<P> context) {
            PoolKey key = PoolKey.of(pool);
            effects.beforeStatus(pool, plan);
            statuses.worthWriting(key, snapshot, plan.status(), plan.memories(), clock.instant())
                    .ifPresent((PoolStatus status) -> {
                        try {
                            writer.pool(pool, status, context);
                        } catch (RuntimeException e) {
                            statuses.forget(key);
                            throw e;
                        }
                    });
            memories.remember(key, plan.memories());
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
            memories.forget(key);
            statuses.forget(key);
            traffic.forget(key);
            relay.forget(key);
            // Those that were seen to go need not be remembered.
            gone.keySet().removeIf(before -> view.pool(before).isEmpty());
            gone.put(key, pool.getMetadata().getUid());
        }
    }
}
