package dev.sluice.sim.scope;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Verb;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.Request;
import dev.sluice.sim.scope.ScopePool.Declared;
import dev.sluice.sim.scope.ScopeState.Side;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** What may happen next in a state. */
final class ScopeMoves {
    /** Longer than every limit of the planner and the policy. */
    private static final long LONG = 700;

    private final PlanMaker planner;
    private final int mostNodes;

    ScopeMoves(PlanMaker planner, int mostNodes) {
        this.planner = planner;
        this.mostNodes = mostNodes;
    }

    /** A move and where it leads. */
    record Move(String words, Supplier<ScopeState> leads) {}

    List<Move> from(ScopeState state) {
        List<Move> moves = new ArrayList<>();
        for (Side side : Side.values()) {
            if (exists(state.pool(side))) {
                usual(state, side, moves);
                if (state.faults() > 0) {
                    faults(state, side, moves);
                }
                if (state.edits() > 0) {
                    requests(state, side, moves);
                }
                if (state.edits() > 0 && isCalm(state)) {
                    edits(state, side, moves);
                }
            }
        }
        moves.add(new Move("a long time passes", () -> state.later(LONG)));
        return moves;
    }

    /** A pool that was deleted and has no node any more is gone. */
    static boolean exists(ScopePool pool) {
        return !(pool.declared().deleting()
                && pool.nodes().isEmpty()
                && pool.status().nodes().isEmpty());
    }

    private void usual(ScopeState state, Side side, List<Move> moves) {
        ScopePool pool = state.pool(side);
        moves.add(round(state, side, Evidence.GOOD, Writing.WHOLE));
        if (isJudged(pool)) {
            moves.add(round(state, side, Evidence.NONE, Writing.WHOLE));
        }
        if (pool.nodes().stream().anyMatch(ScopeNode::hasMail)) {
            moves.add(new Move(
                    side + ": the queues empty", () -> state.with(side, pool.each(node -> node.withMail(false)))));
        }
        if (pool.nodes().stream().anyMatch(node -> node.silent() || node.failed())) {
            moves.add(new Move(side + ": its nodes are mended", () -> state.with(side, pool.each(ScopeNode::healed))));
        }
    }

    /** Whether it counts what is told of the mail. */
    private static boolean isJudged(ScopePool pool) {
        return pool.status().trial() != null && pool.status().trial().step() > 0;
    }

    /** People edit what has come to rest; who edits in between is in the stories of the fleet. */
    private static boolean isCalm(ScopeState state) {
        return isCalm(state.filter()) && isCalm(state.transport());
    }

    private static boolean isCalm(ScopePool pool) {
        return pool.status().trial() == null
                && pool.status().nodes().size() == pool.declared().replicas()
                && pool.status().nodes().stream().allMatch(node -> node.state() == NodeState.SERVING);
    }

    private static boolean carriesMail(ScopePool pool) {
        return pool.edge().stream().anyMatch(server -> server.weight() > 0);
    }

    /** A pass over that pool and then one over the other, which all is well with. */
    private Move round(ScopeState state, Side side, Evidence evidence, Writing writing) {
        return new Move(side + " and then the other: evidence " + evidence + ", writing " + writing, () -> {
            ScopeState between =
                    writing == Writing.NOT_AT_ALL ? state : new ScopePass(planner, side, evidence, writing).over(state);
            return exists(between.pool(side.other()))
                    ? new ScopePass(planner, side.other(), Evidence.GOOD, Writing.WHOLE).over(between)
                    : between;
        });
    }

    private void faults(ScopeState state, Side side, List<Move> moves) {
        ScopeState struck = state.struck();
        ScopePool pool = state.pool(side);
        for (Evidence evidence : Evidence.values()) {
            if (!evidence.isUsual() && carriesMail(pool)) {
                moves.add(round(struck, side, evidence, Writing.WHOLE));
            }
        }
        for (Writing writing : Writing.values()) {
            if (writing != Writing.WHOLE) {
                moves.add(round(struck, side, Evidence.GOOD, writing));
            }
        }
        for (ScopeNode node : pool.nodes()) {
            moves.add(struck(struck, side, node, "falls silent", ScopeNode::fallenSilent));
            moves.add(struck(struck, side, node, "breaks", ScopeNode::broken));
            moves.add(struck(struck, side, node, "moves", ScopeNode::moved));
            if (pool.weights().getOrDefault(node.name(), 0) > 0) {
                moves.add(struck(struck, side, node, "gets stuck with mail", it -> it.withMail(true)));
            }
        }
    }

    private static Move struck(
            ScopeState state, Side side, ScopeNode node, String words, UnaryOperator<ScopeNode> change) {
        return new Move(
                node.name() + " " + words,
                () -> state.with(side, state.pool(side).change(node.name(), change)));
    }

    private void edits(ScopeState state, Side side, List<Move> moves) {
        ScopeState edited = state.edited();
        ScopePool pool = state.pool(side);
        Declared declared = pool.declared();
        for (int replicas = 1; replicas <= mostNodes; replicas++) {
            if (replicas != declared.replicas()) {
                moves.add(declares(edited, side, declared.replicas(replicas)));
            }
        }
        moves.add(declares(edited, side, declared.revision("v1-1")));
        moves.add(declares(edited, side, declared.pausedNow()));
        moves.add(declares(edited, side, declared.deletedNow()));
        for (ScopeNode node : pool.nodes()) {
            moves.add(struck(edited, side, node, "is deleted", ScopeNode::toldToGo));
        }
    }

    private static void requests(ScopeState state, Side side, List<Move> moves) {
        TrialStatus trial = state.pool(side).status().trial();
        if (trial != null && trial.step() > 0) {
            for (Verb verb : List.of(Verb.ABORT, Verb.PROMOTE, Verb.PAUSE)) {
                Request request = new Request("ask", verb, Optional.of(trial.revision()), "drill");
                moves.add(declares(
                        state.edited(), side, state.pool(side).declared().asking(request)));
            }
        }
    }

    private static Move declares(ScopeState state, Side side, Declared declared) {
        return new Move(
                side + ": declared " + declared,
                () -> state.with(side, state.pool(side).declared(declared)));
    }
}
