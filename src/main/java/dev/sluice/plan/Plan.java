package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What to do now.
 *
 * <p>Order of execution: the rollout's record, the answers to requests, the status, then the other effects. The status is
 * written before anything is done, so that a crash in between repeats effects but never forgets a decision; an answer goes
 * first, since a request counts as handled once the status says so and nobody would answer it any more.
 *
 * @param status what the pool's status is to be
 * @param effects what is to be done
 * @param memories what the gate remembers from now on
 * @param nextLook when to look again at the latest, even if nothing happens
 */
public record Plan(PoolStatus status, List<Effect> effects, GateMemories memories, Instant nextLook) {
    public Plan {
        effects = List.copyOf(effects);
    }

    /** The effects that come before the status, in order. */
    public List<Effect> beforeStatus() {
        return inOrder(List.of(Effect.WriteRollout.class, Effect.AnswerRequest.class));
    }

    /**
     * The effects that come after the status, in order: who gets less mail first, since every second counts there. What
     * people are to hear of is not among them: it is told from the status that it was written into.
     */
    public List<Effect> afterStatus() {
        return inOrder(List.of(
                Effect.Route.class,
                Effect.AdmitRelay.class,
                Effect.GiveOrders.class,
                Effect.EnsureNode.class,
                Effect.ReleaseNode.class));
    }

    /**
     * Nodes on trial that the plan takes out, where others carry mail. They lose theirs before anything is recorded, for
     * which the API server may have to be waited for.
     *
     * @param recorded the status that the plan was made of
     */
    public Set<String> condemned(PoolStatus recorded) {
        Set<String> condemned = in(status, NodeState.QUARANTINED);
        condemned.retainAll(in(recorded, NodeState.CANARY));
        boolean othersCarry =
                recorded.nodes().stream().anyMatch(node -> node.weight() > 0 && !condemned.contains(node.name()));
        return othersCarry ? condemned : Set.of();
    }

    private static Set<String> in(PoolStatus status, NodeState state) {
        return status.nodes().stream()
                .filter(node -> node.state() == state)
                .map(NodeEntry::name)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private List<Effect> inOrder(List<Class<? extends Effect>> kinds) {
        return kinds.stream()
                .flatMap(kind -> effects.stream().filter(kind::isInstance))
                .toList();
    }
}
