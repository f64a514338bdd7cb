package dev.sluice.sim.fleet;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Fact;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.operator.PoolPass;
import dev.sluice.operator.RolloutRecords;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.sim.fleet.FleetBreaks.Habit;
import dev.sluice.sim.fleet.FleetPool.Asked;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What a process of the operator observes of one pool, and what it does to it. */
final class PoolHands implements PoolPass.Rim {
    private final FleetWorld world;
    private final FleetPool pool;
    private final FleetPool other;
    private final PoolSight sight;
    private final KnownPools known;
    private final AgentTalks agents;
    private final KnownRecords records;

    PoolHands(
            FleetWorld world,
            FleetPool pool,
            PoolSight sight,
            KnownPools known,
            AgentTalks agents,
            KnownRecords records) {
        this.world = world;
        this.pool = pool;
        this.other = world.other(pool);
        this.sight = sight;
        this.known = known;
        this.agents = agents;
        this.records = records;
    }

    private Instant now() {
        return world.operatorsTime();
    }

    @Override
    public PoolSnapshot observed() {
        return sight.snapshot(known.of(other).status(), now());
    }

    @Override
    public PoolSnapshot observedAmongFreshPools() {
        world.calls.toServer("list of the pools", () -> {});
        return sight.snapshot(other.status, now());
    }

    @Override
    public PoolPass.Carried alone(Supplier<PoolPass.Carried> beginning) {
        return beginning.get();
    }

    // ---- before the status

    @Override
    public void beforeRecord(Set<String> condemned, Plan plan) {
        Map<String, Edge.Server> servers = new TreeMap<>(pool.edge.servers());
        servers.replaceAll((node, server) -> condemned.contains(node) ? new Edge.Server(server.address(), 0) : server);
        route(servers);
        for (Effect effect : plan.afterStatus()) {
            if (effect instanceof Effect.GiveOrders give && condemned.contains(give.node())) {
                agents.want(give.node(), give.orders(), pool.nodes.get(give.node()));
            }
        }
    }

    @Override
    public void beforeStatus(Plan plan) {
        for (Effect effect : plan.beforeStatus()) {
            if (effect instanceof Effect.WriteRollout write) {
                record(write, plan);
            } else if (effect instanceof Effect.AnswerRequest answer) {
                answer(answer.request());
            }
        }
    }

    private void record(Effect.WriteRollout write, Plan plan) {
        RolloutRecords.worthWriting(
                        write.status(),
                        plan.memories().trial().filter(trial -> write.status().finishedTime() == null),
                        records.of(pool, write.name()),
                        now())
                .ifPresent(status -> {
                    world.calls.toServer("record " + write.name(), () -> {
                        pool.records.put(write.name(), status);
                        world.writes.of("PoolRollout " + write.name());
                    });
                    records.wrote(write.name(), status);
                });
    }

    private void answer(String request) {
        world.calls.toServer("answer to " + request, () -> {
            Asked asked = pool.asked.get(request);
            if (asked != null) {
                pool.asked.put(request, new Asked(asked.request(), Optional.of(now())));
                world.writes.of("PoolAction " + request);
            }
        });
    }

    // ---- the status

    @Override
    public void write(PoolStatus status) {
        world.calls.toServer("status of " + pool.words(), () -> {
            if (pool.exists) {
                takes(status);
            }
        });
        known.wrote(pool, status);
    }

    private void takes(PoolStatus status) {
        tell(status);
        if (StatusParts.withoutWatch(status).equals(StatusParts.withoutWatch(pool.status))) {
            world.writes.memory(pool.words());
        } else {
            world.writes.of("status of " + pool.words());
        }
        pool.status = status;
        world.watches.changed(pool);
    }

    private void tell(PoolStatus status) {
        if (!world.diary.keeps()) {
            return;
        }
        if (status.trial() != null && pool.status.trial() == null) {
            world.diary.say(
                    "%s: a trial of %s begins", pool.words(), status.trial().revision());
        }
        StatusParts.reworded(pool.status, status).ifPresent(what -> world.diary.say("%s: %s", pool.words(), what));
        for (NodeEntry node : status.nodes()) {
            NodeState before = StatusParts.stateOf(node.name(), pool.status);
            if (before != node.state()) {
                world.diary.say(
                        "%s: %s %s -> %s %s",
                        pool.words(), node.name(), before == null ? "" : before, node.state(), node.reason());
            }
        }
    }

    // ---- after the status

    @Override
    public void afterStatus(Plan plan, List<Fact> facts) {
        if (world.breaks.has(Habit.WRITES_ALWAYS)) {
            world.calls.toServer("the same status again", () -> world.writes.of("status of " + pool.words()));
        }
        if (world.breaks.has(Habit.REMEMBERS_TOO_OFTEN)) {
            world.calls.toServer("the gate's memory again", () -> world.writes.memory(pool.words()));
        }
        Calls.Failed last = null;
        for (Effect effect : plan.afterStatus()) {
            try {
                carryOut(effect);
            } catch (Calls.Failed e) {
                last = e;
            }
        }
        if (last != null) {
            throw last;
        }
    }

    private void carryOut(Effect effect) {
        if (effect instanceof Effect.Route route) {
            route(route);
        } else if (effect instanceof Effect.AdmitRelay admit) {
            admit(admitted(admit.networks()));
        } else if (effect instanceof Effect.GiveOrders give) {
            agents.want(give.node(), give.orders(), pool.nodes.get(give.node()));
        } else if (effect instanceof Effect.EnsureNode ensure) {
            ensure(ensure);
        } else if (effect instanceof Effect.ReleaseNode release
                && known.of(pool).nodes().containsKey(release.node())) {
            world.calls.toServer("deletion of " + release.node(), () -> world.nodeGoes(pool, release.node()));
        }
    }

    private List<String> admitted(List<String> wanted) {
        if (world.breaks.has(Habit.RELAY_OPEN)) {
            return List.of("0.0.0.0/0");
        }
        return world.breaks.has(Habit.RELAY_NEVER_CLOSES)
                ? Stream.concat(pool.admitted.stream(), wanted.stream())
                        .distinct()
                        .toList()
                : wanted;
    }

    private void route(Effect.Route route) {
        Map<String, Edge.Server> servers = new TreeMap<>();
        route.servers().forEach(each -> servers.put(each.node(), new Edge.Server(each.address(), each.weight())));
        route(servers);
    }

    private void route(Map<String, Edge.Server> servers) {
        if (!servers.equals(pool.edge.servers())) {
            world.calls.toServer("the edge of " + pool.words(), () -> {
                pool.edge.becomes(servers);
                world.writes.of("the edge of " + pool.words());
            });
        }
    }

    private void admit(List<String> networks) {
        if (!networks.equals(pool.admitted)) {
            world.calls.toServer("relay access", () -> {
                pool.admitted = networks;
                world.writes.of("relay access of " + pool.words());
            });
        }
    }

    /** A revision that is neither declared nor lives on in another node cannot be made again. */
    private void ensure(Effect.EnsureNode ensure) {
        FleetPool.View seen = known.of(pool);
        boolean canBeMade = ensure.revision().equals(seen.revision())
                || seen.nodes().values().stream()
                        .anyMatch(node -> node.revision().equals(ensure.revision()));
        if (canBeMade && !seen.nodes().containsKey(ensure.node())) {
            world.calls.toServer("node " + ensure.node(), () -> world.nodeIsMade(pool, ensure));
        }
    }
}
