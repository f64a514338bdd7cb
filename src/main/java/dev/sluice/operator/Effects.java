package dev.sluice.operator;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolActionStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Fact;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.NodeAddress;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Effect.AdmitRelay;
import dev.sluice.plan.Effect.AnswerRequest;
import dev.sluice.plan.Effect.EnsureNode;
import dev.sluice.plan.Effect.GiveOrders;
import dev.sluice.plan.Effect.ReleaseNode;
import dev.sluice.plan.Effect.Route;
import dev.sluice.plan.Plan;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries effects out. Each can be carried out twice; one that fails does not hold up the others. */
final class Effects {
    private static final Logger LOG = LoggerFactory.getLogger(Effects.class);

    private final ClusterView view;
    private final RolloutRecords records;
    private final StatusWriter statuses;
    private final TrafficKeeper traffic;
    private final RelayGuard relay;
    private final AgentPoller agents;
    private final NodeObjects nodes;
    private final FactTeller teller;
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
            FactTeller teller,
            Announcer announcer,
            InstantSource clock) {
        this.view = view;
        this.records = records;
        this.statuses = statuses;
        this.traffic = traffic;
        this.relay = relay;
        this.agents = agents;
        this.nodes = nodes;
        this.teller = teller;
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

    /**
     * All other effects; who gets less mail first, since every second counts there.
     *
     * @param pool with the status before
     * @param facts what people are to hear of, as it was written with the status
     */
    void afterStatus(Pool pool, Plan plan, List<Fact> facts) {
        Failures failures = new Failures();
        each(plan, Route.class, failures.guard(route -> traffic.want(pool, route)));
        each(plan, AdmitRelay.class, failures.guard(admitted -> relay.admit(pool, admitted)));
        each(plan, GiveOrders.class, failures.guard(orders -> order(pool, orders)));
        each(plan, EnsureNode.class, failures.guard(wanted -> nodes.ensure(pool, wanted)));
        each(plan, ReleaseNode.class, failures.guard(released -> nodes.release(pool, released)));
        failures.<Pool>guard(teller::tellMissed).accept(pool);
        failures.<Pool>guard(told -> teller.tell(told, plan, facts)).accept(pool);
        failures.rethrow();
    }

    /**
     * What does not wait for the API server, which may be away for a while: nodes on trial that the plan takes out get no
     * more mail, where others do. Nobody gets more, and nothing else is done. Until it is recorded each plan decides it anew.
     *
     * @param recorded the status that stands on the API server
     */
    void beforeRecord(Pool pool, PoolStatus recorded, Plan plan) {
        Set<String> condemned = in(plan.status(), NodeState.QUARANTINED);
        condemned.retainAll(in(recorded, NodeState.CANARY));
        boolean othersCarry =
                recorded.nodes().stream().anyMatch(node -> node.weight() > 0 && !condemned.contains(node.name()));
        if (condemned.isEmpty() || !othersCarry) {
            return;
        }
        LOG.info("{}: no more mail for {}", PoolKey.of(pool).words(), condemned);
        traffic.takeOut(PoolKey.of(pool), condemned);
        each(plan, GiveOrders.class, orders -> {
            if (condemned.contains(orders.node())) {
                order(pool, orders);
            }
        });
    }

    private static Set<String> in(PoolStatus status, NodeState state) {
        return status.nodes().stream()
                .filter(node -> node.state() == state)
                .map(NodeEntry::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The pool is gone. */
    void forget(Pool pool) {
        announcer.forget(pool);
        teller.forget(PoolKey.of(pool));
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
