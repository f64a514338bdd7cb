package dev.sluice.plan;

import dev.sluice.api.PoolStatus;
import java.time.Instant;
import java.util.List;

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

    private List<Effect> inOrder(List<Class<? extends Effect>> kinds) {
        return kinds.stream()
                .flatMap(kind -> effects.stream().filter(kind::isInstance))
                .toList();
    }
}
