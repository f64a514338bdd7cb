package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Fact;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

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

    /**
     * One run.
     *
     * @param facts what people are to hear of
     * @param written whether the pool's status was
     */
    private record Carried(Plan plan, List<Fact> facts, boolean written) {}

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

        private <P extends HasMetadata & Pool> Carried carryOn(P pool, Context<P> context) {
            PoolSnapshot snapshot = observation.of(pool);
            Plan plan = Planner.plan(snapshot, clock.instant());
            if (snapshot.status().trial() == null && plan.status().trial() != null) {
                return beginAlone(pool, context);
            }
            effects.beforeRecord(pool, snapshot.status(), plan);
            Carried carried = settle(pool, snapshot, plan, context);
            effects.afterStatus(pool, plan, carried.facts());
            return carried;
        }

        /**
         * Before a trial begins, the other pools are read from the server itself, one pool of a namespace at a time: so
         * that two pools of one path never begin at once.
         */
        private <P extends HasMetadata & Pool> Carried beginAlone(P pool, Context<P> context) {
            Lock lock = beginnings.computeIfAbsent(pool.getMetadata().getNamespace(), key -> new ReentrantLock());
            Carried carried;
            lock.lock();
            try {
                PoolSnapshot fresh =
                        observation.of(pool, freshPools(pool.getMetadata().getNamespace()));
                carried = settle(pool, fresh, Planner.plan(fresh, clock.instant()), context);
            } finally {
                lock.unlock();
            }
            effects.afterStatus(pool, carried.plan(), carried.facts());
            return carried;
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

        /** Writes the status where it is worth it; what people are to hear of stands in it before anybody hears of it. */
        private <P extends HasMetadata & Pool> Carried settle(
                P pool, PoolSnapshot snapshot, Plan plan, Context<P> context) {
            PoolKey key = PoolKey.of(pool);
            Instant now = clock.instant();
            List<Fact> facts = FactTeller.of(plan, now);
            effects.beforeStatus(pool, plan);
            Optional<PoolStatus> due = statuses.worthWriting(key, snapshot, plan.status(), facts, plan.memories(), now);
            due.ifPresent((PoolStatus status) -> {
                try {
                    writer.pool(pool, status, context);
                } catch (RuntimeException e) {
                    statuses.forget(key);
                    throw e;
                }
            });
            memories.remember(key, plan.memories());
            return new Carried(plan, facts, due.isPresent());
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
