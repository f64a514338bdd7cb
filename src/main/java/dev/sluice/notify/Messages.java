package dev.sluice.notify;

import dev.sluice.api.Occasion;
import dev.sluice.notify.Message.Attempt;
import dev.sluice.notify.Message.Course;
import dev.sluice.notify.Message.Gravity;
import dev.sluice.notify.Message.PoolName;
import dev.sluice.plan.Effect.Tell;
import dev.sluice.plan.EventReason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/** From a fact of a plan to what receivers are told of it. The only place that knows which fact is worth a message. */
public final class Messages {
    private static final Map<String, EventReason> REASONS =
            Arrays.stream(EventReason.values()).collect(Collectors.toMap(EventReason::word, Function.identity()));
    private static final String NOTHING = "Nothing.";

    private Messages() {}

    private record Saying(
            Occasion occasion,
            Course course,
            Gravity gravity,
            String what,
            String byItself,
            String person,
            String command) {}

    /**
     * What is to be told of a fact; empty for facts that are for the log and the events alone.
     *
     * @param attempt the attempt under way, empty without one
     */
    public static List<Message> of(Tell fact, PoolName pool, Optional<Attempt> attempt, Instant now) {
        EventReason reason = REASONS.get(fact.reason());
        if (reason == null) {
            return List.of();
        }
        return sayings(reason).stream()
                .map(saying -> message(saying, fact, pool, attempt, now))
                .toList();
    }

    private static Message message(Saying saying, Tell fact, PoolName pool, Optional<Attempt> attempt, Instant now) {
        String identity = String.join(
                "|",
                pool.kind(),
                pool.toString(),
                fact.node().orElse(""),
                fact.reason(),
                saying.occasion().name(),
                now.toString());
        return new Message(
                UUID.nameUUIDFromBytes(identity.getBytes(StandardCharsets.UTF_8))
                        .toString(),
                now,
                saying.occasion(),
                saying.course(),
                saying.gravity(),
                fact.reason(),
                pool,
                fact.node(),
                attempt,
                saying.what(),
                fact.note(),
                fact.grounds(),
                saying.byItself(),
                saying.person(),
                "kubectl sluice %s %s".formatted(saying.command(), pool.reference()));
    }

    private static List<Saying> sayings(EventReason reason) {
        return switch (reason) {
            case CANDIDATE_DETECTED ->
                List.of(new Saying(
                        Occasion.STARTED,
                        Course.HAPPENED,
                        Gravity.INFO,
                        "an attempt begins",
                        "New nodes are made and proven before any mail; then their share grows step by step, on evidence.",
                        NOTHING,
                        "watch"));
            case STEP_ADVANCED ->
                List.of(
                        new Saying(
                                Occasion.STEP_ADVANCED,
                                Course.HAPPENED,
                                Gravity.INFO,
                                "the nodes on trial get another share of the mail",
                                "Their deliveries are compared with those of the serving nodes; the next step needs evidence.",
                                NOTHING,
                                "watch"),
                        over(Occasion.EVIDENCE_MISSING, "the evidence is there"));
            case ANALYSIS_PASSED -> List.of(over(Occasion.EVIDENCE_MISSING, "the evidence is there"));
            case ANALYSIS_INCONCLUSIVE ->
                List.of(new Saying(
                        Occasion.EVIDENCE_MISSING,
                        Course.BEGAN,
                        Gravity.WARNING,
                        "a step waits for evidence",
                        "The share stays as it is until the evidence is there; at the progress deadline the attempt is rolled back.",
                        "See whether mail reaches the nodes on trial. If the step may pass all the same: kubectl sluice promote.",
                        "explain"));
            case METRICS_STALE ->
                List.of(new Saying(
                        Occasion.EVIDENCE_MISSING,
                        Course.BEGAN,
                        Gravity.WARNING,
                        "a node that carries mail does not report",
                        "Nothing is promoted while it is silent; a bad node is taken out all the same.",
                        "See whether the node's agent runs and the operator reaches its port.",
                        "check"));
            case ROLLOUT_ROLLED_BACK ->
                List.of(
                        new Saying(
                                Occasion.ROLLED_BACK,
                                Course.BEGAN,
                                Gravity.CRITICAL,
                                "the attempt was rolled back",
                                "The nodes on trial get no more mail; what they have queued does not expire and is handed to healthy nodes. The revision is not tried again unasked.",
                                "Commit a fix, or ask for another try: kubectl sluice retry.",
                                "explain"),
                        over(Occasion.EVIDENCE_MISSING, "the attempt is over"));
            case ROLLOUT_REFUSED ->
                List.of(new Saying(
                        Occasion.ROLLED_BACK,
                        Course.BEGAN,
                        Gravity.WARNING,
                        "the new nodes were refused before any mail",
                        "The serving nodes go on; no mail was at risk. The revision is not tried again unasked.",
                        "Repair what the preflight names, then ask for another try: kubectl sluice retry.",
                        "explain"));
            case NODE_EJECTED ->
                List.of(new Saying(
                        Occasion.NODE_EJECTED,
                        Course.HAPPENED,
                        Gravity.WARNING,
                        "a node was taken out",
                        "It gets no more mail; its queue is handed to healthy nodes, and the pool makes another node if it needs one.",
                        "See what is wrong with it before its successor meets the same.",
                        "explain"));
            case EJECTION_HELD ->
                List.of(new Saying(
                        Occasion.NODE_EJECTED,
                        Course.HAPPENED,
                        Gravity.CRITICAL,
                        "a bad node stays, since it cannot be spared",
                        "It is taken out as soon as another node has come.",
                        "Add capacity or repair the node.",
                        "get"));
            case REVISION_PROMOTED ->
                List.of(
                        new Saying(
                                Occasion.PROMOTED,
                                Course.HAPPENED,
                                Gravity.INFO,
                                "the attempt ended well",
                                "The new nodes serve; those that they replace drain and go when they are empty.",
                                NOTHING,
                                "history"),
                        over(Occasion.ROLLED_BACK, "a newer attempt ended well"),
                        over(Occasion.EVIDENCE_MISSING, "the attempt is over"));
            case NODE_DRAIN_OVERDUE ->
                List.of(new Saying(
                        Occasion.DRAIN_OVERDUE,
                        Course.BEGAN,
                        Gravity.WARNING,
                        "a node is not empty in time",
                        "It stays, with its volume, until every message is accounted for.",
                        "See what its mail waits for.",
                        "queue"));
            case NODE_DRAINED, LOSS_ACCEPTED -> List.of(over(Occasion.DRAIN_OVERDUE, "the node may go"));
            case LOSS_SUSPECTED ->
                List.of(new Saying(
                        Occasion.LOSS_SUSPECTED,
                        Course.HAPPENED,
                        Gravity.CRITICAL,
                        "a node's books do not add up",
                        "The node and its volume are kept.",
                        "Compare the node's mail log with its ledger before you accept a loss.",
                        "queue"));
            case POOL_UNAVAILABLE ->
                List.of(new Saying(
                        Occasion.UNAVAILABLE,
                        Course.BEGAN,
                        Gravity.CRITICAL,
                        "mail does not flow as it should",
                        "What is queued waits and is delivered when the way is free; lost nodes are replaced.",
                        "See whether the next hops answer and the nodes run.",
                        "get"));
            case POOL_AVAILABLE -> List.of(over(Occasion.UNAVAILABLE, "mail flows again"));
            default -> List.of();
        };
    }

    private static Saying over(Occasion occasion, String what) {
        return new Saying(occasion, Course.ENDED, Gravity.INFO, what, NOTHING, NOTHING, "get");
    }
}
