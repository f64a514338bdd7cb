package dev.sluice.sim.scope;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.plan.Effect;
import dev.sluice.plan.GateMemories;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.sim.fleet.BrokenInvariant;
import dev.sluice.sim.fleet.Invariants;
import dev.sluice.sim.scope.ScopeState.Side;
import java.util.Optional;

/** One pass of the operator over one pool: what it sees, what it decides, and how much of it is carried out. */
final class ScopePass {
    /** Between two passes; longer than what a node needs to be settled, shorter than every limit. */
    static final long SECONDS = 11;

    private final PlanMaker planner;
    private final Side side;
    private final Evidence evidence;
    private final Writing writing;

    ScopePass(PlanMaker planner, Side side, Evidence evidence, Writing writing) {
        this.planner = planner;
        this.side = side;
        this.evidence = evidence;
        this.writing = writing;
    }

    ScopeState over(ScopeState before) {
        ScopeState state = before.later(SECONDS);
        ScopePool pool = state.pool(side);
        ScopeTruth truth = new ScopeTruth(pool, ScopeSnapshot.hopNames(side), state.now());
        truth.tells(pool, evidence);
        PoolStatus known = writing == Writing.ON_WHAT_IS_PAST ? pool.before() : pool.status();
        PoolSnapshot snapshot = new ScopeSnapshot(state, side).of(known, truth, remembered(before, known));
        Plan plan = planner.plan(snapshot, state.now());
        if (writing != Writing.ON_WHAT_IS_PAST) {
            Invariants.all().forEach(check -> check.check(truth, snapshot, plan));
            nothingRejectedBegins(snapshot, plan);
        }
        ScopeState after = state.with(side, carriedOut(plan, withMail(pool, truth)));
        oneTrialOnThePath(after);
        return after;
    }

    /** What the gate remembers when it has seen every counter at zero. */
    private GateMemories remembered(ScopeState before, PoolStatus status) {
        boolean judges = (status.trial() != null && status.trial().step() > 0)
                || status.nodes().stream()
                                .filter(node -> node.state() == NodeState.SERVING)
                                .count()
                        > 1;
        if (!judges) {
            return GateMemories.none();
        }
        ScopeTruth zero = new ScopeTruth(before.pool(side), ScopeSnapshot.hopNames(side), before.now());
        PoolSnapshot snapshot = new ScopeSnapshot(before, side).of(status, zero, GateMemories.none());
        return planner.plan(snapshot, before.now()).memories();
    }

    private static ScopePool withMail(ScopePool pool, ScopeTruth truth) {
        return pool.each(node -> node.withMail(truth.nodes().get(node.name()).queued() > 0));
    }

    // ---- what is done

    private ScopePool carriedOut(Plan plan, ScopePool pool) {
        ScopePool recorded = pool;
        for (Effect effect : plan.beforeStatus()) {
            if (effect instanceof Effect.WriteRollout write) {
                recorded = recorded.recorded(write.status());
            }
        }
        if (writing == Writing.ENDS_BEFORE_THE_STATUS) {
            return recorded;
        }
        ScopePool result = recorded.written(plan.status());
        if (plan.status().trial() != null
                && (pool.status().trial() == null
                        || !pool.status()
                                .trial()
                                .rolloutName()
                                .equals(plan.status().trial().rolloutName()))) {
            result = new ScopePool(
                    result.declared(),
                    result.status(),
                    result.before(),
                    result.nodes(),
                    result.edge(),
                    Optional.<PoolRolloutStatus>empty());
        }
        if (writing == Writing.ENDS_AFTER_THE_STATUS) {
            return result;
        }
        for (Effect effect : plan.afterStatus()) {
            result = done(effect, result);
        }
        return result;
    }

    private ScopePool done(Effect effect, ScopePool pool) {
        if (effect instanceof Effect.Route route) {
            return pool.routed(route.servers());
        }
        if (writing == Writing.ENDS_AFTER_THE_EDGE) {
            return pool;
        }
        if (effect instanceof Effect.GiveOrders give) {
            return pool.change(
                    give.node(),
                    node -> node.silent()
                            ? node
                            : writing == Writing.PROBES_REFUSED
                                    ? node.refused(give.orders())
                                    : node.ordered(give.orders()));
        }
        if (effect instanceof Effect.EnsureNode ensure) {
            boolean canBeMade = ensure.revision().equals(pool.declared().revision())
                    || pool.nodes().stream().anyMatch(node -> node.revision().equals(ensure.revision()));
            return canBeMade && pool.node(ensure.node()).isEmpty()
                    ? pool.with(ScopeNode.made(ensure.node(), ensure.revision()))
                    : pool;
        }
        if (effect instanceof Effect.ReleaseNode release
                && pool.node(release.node()).isPresent()) {
            if (pool.node(release.node()).get().hasMail()) {
                throw new BrokenInvariant("I4", release.node() + " is released with mail in its queue");
            }
            return pool.without(release.node());
        }
        return pool;
    }

    // ---- what must hold

    /** I7 by what is written: what stands among the rejected does not begin again without a word of anybody. */
    private static void nothingRejectedBegins(PoolSnapshot before, Plan plan) {
        TrialStatus was = before.status().trial();
        TrialStatus is = plan.status().trial();
        if (is == null
                || (was != null && was.rolloutName().equals(is.rolloutName()))
                || !before.requests().isEmpty()) {
            return;
        }
        boolean rejected = before.status().revisions().rejected().stream()
                .anyMatch(each -> each.revision().equals(is.revision())
                        && each.purpose() == is.purpose()
                        && each.replicas() == before.spec().replicas());
        if (rejected) {
            throw new BrokenInvariant("I7", "%s of %s begins again".formatted(is.purpose(), is.revision()));
        }
    }

    private static void oneTrialOnThePath(ScopeState state) {
        if (isOnTrial(state.filter()) && isOnTrial(state.transport())) {
            throw new BrokenInvariant("I6", "both pools of the path have mail on trial");
        }
    }

    private static boolean isOnTrial(ScopePool pool) {
        return pool.status().trial() != null && pool.status().trial().weightPercent() > 0;
    }
}
