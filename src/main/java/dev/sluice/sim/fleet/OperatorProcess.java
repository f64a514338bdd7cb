package dev.sluice.sim.fleet;

import dev.sluice.operator.GateMemoryStore;
import dev.sluice.operator.PoolKey;
import dev.sluice.operator.PoolPass;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.sim.fleet.FleetBreaks.Habit;
import dev.sluice.sim.fleet.FleetPool.View;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** One process of the operator, from its start to its death. What it does not write down dies with it. */
final class OperatorProcess {
    private final FleetWorld world;
    private final KnownPools known = new KnownPools();
    private final AgentTalks agents;
    private final KnownRecords records = new KnownRecords();
    private final PoolPass pass;
    private final Map<PoolKey, PoolHands> hands = new HashMap<>();
    private final Map<PoolKey, Instant> notBefore = new HashMap<>();
    private final Map<PoolKey, Instant> nextLook = new HashMap<>();
    private final Map<PoolKey, Integer> gone = new HashMap<>();
    private final Set<PoolKey> woken = new HashSet<>();

    OperatorProcess(FleetWorld world) {
        this.world = world;
        this.pass = new PoolPass(this::checkedPlan, new GateMemoryStore(), world::operatorsTime);
        this.agents =
                new AgentTalks(world.time, world::operatorsTime, world.random, world.weather, world.calls, world.diary);
        world.pools().forEach(pool -> {
            View view = world.watches.listedAtStart(pool);
            boolean believes = world.breaks.has(Habit.BELIEVES_THE_DECLARATION_AT_START);
            known.listed(
                    pool,
                    believes
                            ? view.with(StatusParts.withStable(view.revision(), view.status()), view.version())
                            : view);
            PoolSight sight = new PoolSight(pool, world.other(pool), known, agents, records, pass);
            hands.put(pool.key, new PoolHands(world, pool, sight, known, agents, records));
            woken.add(pool.key);
        });
    }

    private Plan checkedPlan(PoolSnapshot snapshot, Instant at) {
        Plan plan = world.breaks.planner().plan(snapshot, at);
        world.pool(snapshot.pool()).holds(snapshot, plan, at);
        return plan;
    }

    /** An event. Both pools may depend on it. */
    void hears(PoolKey pool, View view) {
        if (known.hears(pool, view)) {
            woken.addAll(hands.keySet());
        }
    }

    /** Its turn: what is due is done. */
    void works() {
        for (FleetPool pool : world.pools()) {
            if (known.of(pool).exists() && known.of(pool).uid() != gone.getOrDefault(pool.key, 0) && isDue(pool)) {
                agents.askAll(pool.nodes.values());
                woken.remove(pool.key);
                try {
                    carryOn(pool);
                } catch (Calls.Failed e) {
                    world.diary.say("  %s: %s", pool.words(), e.getMessage());
                    woken.add(pool.key);
                    notBefore.put(pool.key, world.time.in(e.seconds()));
                }
            }
        }
    }

    private boolean isDue(FleetPool pool) {
        if (world.time.isBefore(notBefore.getOrDefault(pool.key, Instant.MIN))) {
            return false;
        }
        return woken.contains(pool.key) || !world.time.isBefore(nextLook.getOrDefault(pool.key, Instant.MIN));
    }

    private void carryOn(FleetPool pool) {
        world.passes++;
        Plan plan = pass.carryOn(pool.key, hands.get(pool.key)).plan();
        nextLook.put(pool.key, plan.nextLook().minus(world.weather.operatorClock));
        View seen = known.of(pool);
        if (seen.deleting() && plan.status().nodes().isEmpty() && seen.nodes().isEmpty()) {
            world.calls.toServer("the finalizer of " + pool.words(), () -> world.poolGoes(pool, seen.uid()));
            gone.put(pool.key, seen.uid());
            pass.forget(pool.key);
            known.forget(pool);
        }
    }
}
