package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Fact;
import dev.sluice.plan.Effect;
import dev.sluice.plan.EventReason;
import dev.sluice.plan.Plan;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Brings facts to people, each once, whatever happens to an operator: a fact is written into the pool's status together
 * with the decision that made it, and the name of its Event follows from the two. Whoever finds facts in a status that it
 * has not told itself tells them; what was told before is refused by the API server as a duplicate.
 */
final class FactTeller {
    /** An API server keeps Events for an hour by default; after that nobody could see that one was told before. */
    private static final Duration TOLD_LATE = Duration.ofMinutes(50);

    private static final Map<String, EventReason> REASONS =
            Arrays.stream(EventReason.values()).collect(Collectors.toMap(EventReason::word, Function.identity()));
    private static final int LONGEST_NOTE = 1024;

    private final ClusterView view;
    private final EventRecorder events;
    private final Announcer announcer;
    private final InstantSource clock;
    private final Map<PoolKey, Instant> told = new ConcurrentHashMap<>();

    FactTeller(ClusterView view, EventRecorder events, Announcer announcer, InstantSource clock) {
        this.view = view;
        this.events = events;
        this.announcer = announcer;
        this.clock = clock;
    }

    /** The facts of a plan as they are kept in the status, in the order in which they are told. */
    static List<Fact> of(Plan plan, Instant now) {
        // What is read back from a status has to be the same instant.
        Instant time = now.truncatedTo(ChronoUnit.MILLIS);
        return tells(plan)
                .map(tell -> new Fact(tell.reason(), tell.node().orElse(null), shortened(tell.note()), time))
                .toList();
    }

    private static java.util.stream.Stream<Effect.Tell> tells(Plan plan) {
        return plan.effects().stream().filter(Effect.Tell.class::isInstance).map(Effect.Tell.class::cast);
    }

    private static String shortened(String note) {
        return note.length() <= LONGEST_NOTE ? note : note.substring(0, LONGEST_NOTE - 1) + "…";
    }

    /**
     * Tells what a plan decided.
     *
     * @param facts what {@link #of} made of it
     */
    void tell(Pool pool, Plan plan, List<Fact> facts) {
        if (facts.isEmpty()) {
            return;
        }
        List<Effect.Tell> tells = tells(plan).toList();
        tells.forEach(tell -> announcer.announce(pool, tell, plan.status()));
        for (int place = 0; place < tells.size(); place++) {
            Effect.Tell tell = tells.get(place);
            Instant time = facts.get(place).time();
            events.tellOnce(tell, pool, time, place);
            if (tell.node().isPresent()) {
                ObjectKey node = new ObjectKey(
                        pool.getMetadata().getNamespace(), tell.node().get());
                List<HasMetadata> concerned = new ArrayList<>();
                view.mailNode(node).ifPresent(concerned::add);
                view.pod(node).ifPresent(concerned::add);
                for (HasMetadata object : concerned) {
                    events.tellOnce(tell, object, time, place);
                }
            }
        }
        told.put(PoolKey.of(pool), facts.get(0).time());
    }

    /** Tells what stands in the pool's status and was not told by this operator. */
    void tellMissed(Pool pool) {
        PoolStatus status = Observation.statusOf(pool);
        PoolKey key = PoolKey.of(pool);
        List<Fact> facts = status.facts();
        if (facts.isEmpty()
                || !facts.get(0).time().isAfter(told.getOrDefault(key, Instant.EPOCH))
                || facts.get(0).time().plus(TOLD_LATE).isBefore(clock.instant())) {
            return;
        }
        for (int place = 0; place < facts.size(); place++) {
            tellMissed(pool, status, facts.get(place), place);
        }
        told.put(key, facts.get(0).time());
    }

    private void tellMissed(Pool pool, PoolStatus status, Fact fact, int place) {
        EventReason reason = REASONS.get(fact.reason());
        if (reason == null) {
            return;
        }
        Effect.Tell tell = new Effect.Tell(
                reason.severity(),
                reason.word(),
                reason.action(),
                Optional.ofNullable(fact.note()).orElse(""),
                Optional.ofNullable(fact.node()),
                Optional.empty());
        boolean news = events.tellOnce(tell, pool, fact.time(), place);
        if (fact.node() != null) {
            ObjectKey node = new ObjectKey(pool.getMetadata().getNamespace(), fact.node());
            HasMetadata object =
                    view.mailNode(node).map(HasMetadata.class::cast).orElseGet(() -> named(new MailNode(), node));
            events.tellOnce(tell, object, fact.time(), place);
            if (view.mailNode(node).map(found -> found.getSpec().external()).isEmpty()) {
                HasMetadata pod = view.pod(node).map(HasMetadata.class::cast).orElseGet(() -> named(new Pod(), node));
                events.tellOnce(tell, pod, fact.time(), place);
            }
        }
        if (news) {
            announcer.announce(pool, tell, status);
        }
    }

    /** A node may be gone before its last facts are told. */
    private static HasMetadata named(HasMetadata object, ObjectKey key) {
        object.setMetadata(new ObjectMetaBuilder()
                .withNamespace(key.namespace())
                .withName(key.name())
                .build());
        return object;
    }

    void forget(PoolKey pool) {
        told.remove(pool);
    }
}
