package dev.sluice.operator;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolActionStatus;
import dev.sluice.api.PoolStatus.Fact;
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
        for (Effect effect : plan.beforeStatus()) {
            if (effect instanceof Effect.WriteRollout wanted) {
                records.write(
                        PoolKey.of(pool),
                        wanted,
                        plan.memories().trial().filter(trial -> wanted.status().finishedTime() == null));
            } else if (effect instanceof AnswerRequest answer) {
                answer(pool, answer);
            }
        }
    }

    /**
     * All other effects; who gets less mail first, since every second counts there.
     *
     * @param pool with the status before
     * @param facts what people are to hear of, as it was written with the status
     */
    void afterStatus(Pool pool, Plan plan, List<Fact> facts) {
        Failures failures = new Failures();
        for (Effect effect : plan.afterStatus()) {
            failures.guard(() -> carryOut(pool, effect));
        }
        failures.guard(() -> teller.tellMissed(pool));
        failures.guard(() -> teller.tell(pool, plan, facts));
        failures.rethrow();
    }

    private void carryOut(Pool pool, Effect effect) {
        if (effect instanceof Route route) {
            traffic.want(pool, route);
        } else if (effect instanceof AdmitRelay admitted) {
            relay.admit(pool, admitted);
        } else if (effect instanceof GiveOrders orders) {
            order(pool, orders);
        } else if (effect instanceof EnsureNode wanted) {
            nodes.ensure(pool, wanted);
        } else if (effect instanceof ReleaseNode released) {
            nodes.release(pool, released);
        }
    }

    /**
     * What does not wait for the API server, which may be away for a while: condemned nodes get no more mail. Nobody gets
     * more, and nothing else is done. Until it is recorded each plan decides it anew.
     *
     * @param condemned nodes on trial that the plan takes out
     */
    void beforeRecord(Pool pool, Set<String> condemned, Plan plan) {
        LOG.info("{}: no more mail for {}", PoolKey.of(pool).words(), condemned);
        traffic.takeOut(PoolKey.of(pool), condemned);
        for (Effect effect : plan.afterStatus()) {
            if (effect instanceof GiveOrders orders && condemned.contains(orders.node())) {
                order(pool, orders);
            }
        }
    }

    /** The pool is gone. */
    void forget(Pool pool) {
        announcer.forget(pool);
        teller.forget(PoolKey.of(pool));
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

        void guard(Runnable action) {
            try {
                action.run();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }

        void rethrow() {
            if (first != null) {
                throw first;
            }
        }
    }
}
