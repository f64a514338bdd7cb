package dev.sluice.operator;

import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.RolloutResult;
import dev.sluice.plan.Effect;
import dev.sluice.plan.GateMemories;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writes the records of attempts. What was written last is kept here until the view has caught up, so that a record is
 * never continued from an older state of itself.
 */
public final class RolloutRecords {
    private static final Duration BETWEEN_COUNTS = Duration.ofSeconds(30);

    private final KubernetesClient client;
    private final ClusterView view;
    private final StatusWriter statuses;
    private final InstantSource clock;
    private final Map<ObjectKey, PoolRolloutStatus> written = new ConcurrentHashMap<>();

    RolloutRecords(KubernetesClient client, ClusterView view, StatusWriter statuses, InstantSource clock) {
        this.client = client;
        this.view = view;
        this.statuses = statuses;
        this.clock = clock;
    }

    /** The record as this operator knows it. */
    Optional<PoolRolloutStatus> current(ObjectKey rollout) {
        return Optional.ofNullable(written.get(rollout))
                .or(() -> view.rollout(rollout).map(PoolRollout::getStatus).filter(status -> status.result() != null));
    }

    /**
     * Makes the record look as wanted. What only counts on (the fate of mail, the gate's memory) is written now and then.
     *
     * @param memory what the gate remembers of the trial, empty when it is over
     */
    void write(PoolKey pool, Effect.WriteRollout wanted, Optional<GateMemories.Trial> memory) {
        ObjectKey key = new ObjectKey(pool.namespace(), wanted.name());
        Optional<PoolRolloutStatus> before = current(key);
        Instant now = clock.instant();
        Optional<PoolRolloutStatus> worth = worthWriting(wanted.status(), memory, before, now);
        if (worth.isEmpty()) {
            return;
        }
        PoolRolloutStatus status = worth.get();
        if (before.isEmpty() && view.rollout(key).isEmpty()) {
            create(pool, wanted);
        }
        statuses.rollout(key, status);
        written.put(key, status);
        if (status.finishedTime() != null) {
            written.keySet()
                    .removeIf(other -> !other.equals(key)
                            && view.rollout(other)
                                    .map(PoolRollout::getStatus)
                                    .filter(seen -> seen.finishedTime() != null)
                                    .isPresent());
        }
    }

    /**
     * The record to write now, empty when none is worth it.
     *
     * @param memory what the gate remembers of the trial, empty when it is over
     * @param before the record as it was written last
     */
    public static Optional<PoolRolloutStatus> worthWriting(
            PoolRolloutStatus wanted,
            Optional<GateMemories.Trial> memory,
            Optional<PoolRolloutStatus> before,
            Instant now) {
        PoolRolloutStatus status = complete(wanted, memory, before, now);
        boolean decided = before.isEmpty() || !decisive(status).equals(decisive(before.get()));
        boolean due = before.map(PoolRolloutStatus::gateMemoryTime)
                .map(time -> time.plus(BETWEEN_COUNTS).isBefore(now))
                .orElse(true);
        boolean moved = before.isEmpty() || !counts(status).equals(counts(before.get()));
        return decided || (due && moved) ? Optional.of(status) : Optional.empty();
    }

    private void create(PoolKey pool, Effect.WriteRollout wanted) {
        PoolRollout rollout = new PoolRollout();
        rollout.setMetadata(new ObjectMetaBuilder()
                .withNamespace(pool.namespace())
                .withName(wanted.name())
                .withLabels(Labels.ofPool(pool))
                .build());
        rollout.setSpec(wanted.spec());
        try {
            client.resource(rollout).create();
        } catch (KubernetesClientException e) {
            if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
                throw e;
            }
        }
    }

    private static PoolRolloutStatus complete(
            PoolRolloutStatus status,
            Optional<GateMemories.Trial> memory,
            Optional<PoolRolloutStatus> before,
            Instant now) {
        return new PoolRolloutStatus(
                1L,
                status.result(),
                status.startedTime(),
                status.finishedTime(),
                status.steps(),
                status.decisions(),
                // The last one stays when the trial is over: by it the decision can be recomputed.
                memory.flatMap(GateMemoryStore::write)
                        .or(() -> before.map(PoolRolloutStatus::gateMemory))
                        .orElse(null),
                now,
                status.affected(),
                status.reason(),
                conditions(status, before.map(PoolRolloutStatus::conditions).orElse(List.of()), now));
    }

    private static PoolRolloutStatus decisive(PoolRolloutStatus status) {
        return new PoolRolloutStatus(
                null,
                status.result(),
                status.startedTime(),
                status.finishedTime(),
                status.steps(),
                status.decisions(),
                null,
                null,
                null,
                status.reason(),
                status.conditions());
    }

    /** What only counts on, without the times in the gate's memory. */
    private static String counts(PoolRolloutStatus status) {
        return String.valueOf(status.affected());
    }

    /** {@code Ready} says that the attempt is over, in the words of kstatus: a rolled-back one has done its work too. */
    private static List<Condition> conditions(PoolRolloutStatus status, List<Condition> before, Instant now) {
        boolean over = status.finishedTime() != null;
        String reason = over && status.reason() != null
                ? status.reason()
                : status.result() == RolloutResult.RUNNING ? "Running" : "Ending";
        String value = over ? "True" : "False";
        String since = before.stream()
                .filter(known -> "Complete".equals(known.getType()) && value.equals(known.getStatus()))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElse(Instant.ofEpochSecond(now.getEpochSecond()).toString());
        return List.of(new ConditionBuilder()
                .withType("Complete")
                .withStatus(value)
                .withReason(reason)
                .withMessage(
                        status.decisions().isEmpty()
                                ? "the attempt has begun"
                                : shortened(status.decisions()
                                        .get(status.decisions().size() - 1)))
                .withLastTransitionTime(since)
                .withObservedGeneration(1L)
                .build());
    }

    private static String shortened(PoolRolloutStatus.DecisionRecord decision) {
        String text = decision.what() + ": " + decision.why();
        return text.length() <= 1024 ? text : text.substring(0, 1023) + "…";
    }
}
