package dev.sluice.sim.scope;

import dev.sluice.plan.PlanMaker;
import dev.sluice.sim.fleet.BrokenInvariant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Visits every state that the planner can reach with two pools of a few nodes, one edit and any one fault, breadth first, and
 * holds every plan on the way against the invariants.
 */
public final class SmallScope {
    private record Reached(int from, String move) {}

    private record Found(int number, ScopeState state) {}

    private record Step(Reached how, ScopeState leadsTo, String key, Optional<String> broken) {}

    private final ScopeMoves moves;
    private final int nodes;
    private final Map<String, Integer> numbers = new HashMap<>();
    private final List<Reached> reached = new ArrayList<>();
    private final Set<String> verdicts = new TreeSet<>();
    private long plans;

    private SmallScope(PlanMaker planner, int nodes) {
        this.moves = new ScopeMoves(planner, nodes);
        this.nodes = nodes;
    }

    /**
     * What was found.
     *
     * @param states how many states were visited
     * @param moves how many moves were made between them
     * @param verdicts what the pools said of their trials on the way, in a word
     * @param broken the first invariant that broke, and the moves that lead there; empty when none did
     */
    public record Result(int states, long moves, Set<String> verdicts, Optional<String> broken) {}

    /**
     * Visits all.
     *
     * @param planner who decides
     * @param nodes how many nodes each pool is to have
     */
    public static Result visit(PlanMaker planner, int nodes) {
        return new SmallScope(planner, nodes).visit();
    }

    private Result visit() {
        ScopeState begin = ScopeState.begin(nodes);
        numbers.put(ScopeKey.of(begin), 0);
        reached.add(new Reached(-1, "both pools are declared"));
        List<Found> frontier = List.of(new Found(0, begin));
        while (!frontier.isEmpty()) {
            List<Step> steps = frontier.parallelStream().flatMap(this::steps).toList();
            plans += steps.size();
            frontier = new ArrayList<>();
            for (Step step : steps) {
                if (step.broken().isPresent()) {
                    return result(Optional.of(step.broken().get() + story(step.how())));
                }
                if (numbers.putIfAbsent(step.key(), reached.size()) == null) {
                    frontier.add(new Found(reached.size(), step.leadsTo()));
                    reached.add(step.how());
                    said(step.leadsTo().filter());
                    said(step.leadsTo().transport());
                }
            }
        }
        return result(Optional.empty());
    }

    private Result result(Optional<String> broken) {
        return new Result(numbers.size(), plans, Set.copyOf(verdicts), broken);
    }

    private void said(ScopePool pool) {
        if (pool.status().summary() != null && pool.status().summary().verdict() != null) {
            verdicts.add(pool.status().summary().verdict());
        }
    }

    private Stream<Step> steps(Found from) {
        return moves.from(from.state()).stream().map(move -> {
            Reached how = new Reached(from.number(), move.words());
            try {
                ScopeState to = move.leads().get();
                return new Step(how, to, ScopeKey.of(to), Optional.<String>empty());
            } catch (BrokenInvariant broken) {
                return new Step(how, from.state(), "", Optional.of(broken.getMessage()));
            }
        });
    }

    private String story(Reached last) {
        Deque<String> lines = new ArrayDeque<>();
        for (Reached step = last; step.from() >= 0; step = reached.get(step.from())) {
            lines.push(step.move());
        }
        return "\n  " + String.join("\n  ", lines);
    }
}
