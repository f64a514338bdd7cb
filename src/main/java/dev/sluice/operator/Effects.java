package dev.sluice.operator;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolActionStatus;
import dev.sluice.node.NodeAddress;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Effect.AdmitRelay;
import dev.sluice.plan.Effect.AnswerRequest;
import dev.sluice.plan.Effect.EnsureNode;
import dev.sluice.plan.Effect.GiveOrders;
import dev.sluice.plan.Effect.ReleaseNode;
import dev.sluice.plan.Effect.Route;
import dev.sluice.plan.Effect.Tell;
import dev.sluice.plan.Plan;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;

/** Carries effects out. Each can be carried out twice; one that fails does not hold up the others. */
final class Effects {
    private final ClusterView view;
    private final RolloutRecords records;
    private final StatusWriter statuses;
    private final TrafficKeeper traffic;
    private final RelayGuard relay;
    private final AgentPoller agents;
    private final NodeObjects nodes;
    private final EventRecorder events;
    private final Announcer announcer;
    private final InstantSource clock;

    Effects(
            ClusterView view,
            RolloutRecords records,
            StatusWriter statuses,
            TrafficKeeper traffic,
            RelayGuard relay,
            AgentPoller agents,
            NodeObjects nodes,
            EventRecorder events,
            Announcer announcer,
            InstantSource clock) {
        this.view = view;
        this.records = records;
        this.statuses = statuses;
        this.traffic = traffic;
        this.relay = relay;
        this.agents = agents;
        this.nodes = nodes;
        this.events = events;
        this.announcer = announcer;
        this.clock = clock;
    }

    /**
     * What has to be written before the status: a crash in between repeats it. An answer that stood there only after
     * the status would be lost with the crash, since the status says that the request was handled.
     */
    void beforeStatus(Pool pool, Plan plan) {
        each(
                plan,
                Effect.WriteRollout.class,
                wanted -> records.write(
                        PoolKey.of(pool),
                        wanted,
                        plan.memories().trial().filter(trial -> wanted.status().finishedTime() == null)));
        each(plan, AnswerRequest.class, answer -> answer(pool, answer));
    }

    /** All other effects; who gets less mail first, since every second counts there. */
    void afterStatus(Pool pool, Plan plan) {
        Failures failures = new Failures();
        each(plan, Route.class, failures.guard(route -> traffic.want(pool, route)));
        each(plan, AdmitRelay.class, failures.guard(admitted -> relay.admit(pool, admitted)));
        each(plan, GiveOrders.class, failures.guard(orders -> order(pool, orders)));
        each(plan, EnsureNode.class, failures.guard(wanted -> nodes.ensure(pool, wanted)));
        each(plan, ReleaseNode.class, failures.guard(released -> nodes.release(pool, released)));
        each(plan, Tell.class, failures.guard(fact -> announcer.announce(pool, fact, plan.status())));
        each(plan, Tell.class, failures.guard(fact -> tell(pool, fact)));
        failures.rethrow();
    }

    /** The pool is gone. */
    void forget(Pool pool) {
        announcer.forget(pool);
    }

    private static <E extends Effect> void each(Plan plan, Class<E> type, Consumer<E> action) {
        plan.effects().stream().filter(type::isInstance).map(type::cast).forEach(action);
    }

    private void order(Pool pool, GiveOrders wanted) {
        ObjectKey key = new ObjectKey(pool.getMetadata().getNamespace(), wanted.node());
        Optional<MailNode> node = view.mailNode(key);
        NodeAddress address = node.map(found -> NodeAddresses.agent(found, wanted.address()))
                .orElseGet(() ->
                        new NodeAddress(wanted.node(), key.namespace(), wanted.address(), NodeAddress.DEFAULT_PORT));
        agents.want(address, wanted.orders());
    }

    private void answer(Pool pool, AnswerRequest answer) {
        statuses.action(
                new ObjectKey(pool.getMetadata().getNamespace(), answer.request()),
                new PoolActionStatus(
                        1L,
                        answer.answer() == Effect.Answer.ACCEPTED ? ActionPhase.ACCEPTED : ActionPhase.REFUSED,
                        answer.message(),
                        clock.instant()));
    }

    private void tell(Pool pool, Tell fact) {
        events.tell(fact, pool);
        fact.node().ifPresent(name -> {
            ObjectKey key = new ObjectKey(pool.getMetadata().getNamespace(), name);
            view.mailNode(key).ifPresent(node -> events.tell(fact, node));
            view.pod(key).ifPresent(pod -> events.tell(fact, pod));
        });
    }

    /** Collects failures so that each effect has its turn. */
    private static final class Failures {
        private RuntimeException first;

        <E> Consumer<E> guard(Consumer<E> action) {
            return effect -> {
                try {
                    action.accept(effect);
                } catch (RuntimeException e) {
                    if (first == null) {
                        first = e;
                    } else {
                        first.addSuppressed(e);
                    }
                }
            };
        }

        void rethrow() {
            if (first != null) {
                throw first;
            }
        }
    }
}
