package dev.sluice.operator;

import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.Summary;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.PoolStatus.WatchMemory;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.plan.GateMemories;
import dev.sluice.plan.PoolSnapshot;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * When a pool's status is worth a write: at once when something was decided; now and then when only figures in its
 * sentences moved on or the gate remembers more; never when nothing changed. Every write goes to everybody who watches.
 */
final class PoolStatuses {
    private static final Duration BETWEEN_WORDINGS = Duration.ofSeconds(10);
    private static final Duration BETWEEN_MEMORIES = Duration.ofSeconds(30);

    private final Map<PoolKey, Written> written = new ConcurrentHashMap<>();

    private record Written(Instant time, Instant memoryTime, int countersThen) {}

    /**
     * The status to write now, empty when none is worth it.
     *
     * @param facts what people are to hear of with it, empty for nothing new
     */
    Optional<PoolStatus> worthWriting(
            PoolKey pool,
            PoolSnapshot snapshot,
            PoolStatus planned,
            List<PoolStatus.Fact> facts,
            GateMemories memories,
            Instant now) {
        PoolStatus before = snapshot.status();
        Written last = written.getOrDefault(pool, new Written(Instant.EPOCH, Instant.EPOCH, 0));
        boolean decided = !facts.isEmpty() || !decisive(planned).equals(decisive(before));
        boolean reworded =
                !planned.equals(before) && last.time().plus(BETWEEN_WORDINGS).isBefore(now);
        int counters = counters(snapshot);
        boolean remembersMore = !memories.watch().isEmpty()
                && counters != last.countersThen()
                && last.memoryTime().plus(BETWEEN_MEMORIES).isBefore(now);
        if (!decided && !reworded && !remembersMore) {
            return Optional.empty();
        }
        written.put(pool, new Written(now, now, counters));
        return Optional.of(complete(planned, facts, memories, now));
    }

    void forget(PoolKey pool) {
        written.remove(pool);
    }

    private static int counters(PoolSnapshot snapshot) {
        return snapshot.nodes().stream()
                .flatMap(node -> node.report().stream())
                .mapToInt(report -> Objects.hash(
                        report.node(),
                        report.counterEpoch(),
                        report.strata().stream().map(PoolStatuses::counts).toList()))
                .sum();
    }

    /** That the same mail was tried once more tells the gate nothing. */
    private static List<Long> counts(StratumCounters stratum) {
        return List.of(
                stratum.good(),
                stratum.failed(),
                stratum.pathFailures(),
                stratum.matureGood(),
                stratum.matureBad(),
                stratum.pending());
    }

    private static PoolStatus complete(
            PoolStatus status, List<PoolStatus.Fact> facts, GateMemories memories, Instant now) {
        WatchMemory watch = memories.watch().isEmpty()
                ? null
                : GateMemoryStore.write(memories.watch())
                        .map(text -> new WatchMemory(text, now))
                        .orElse(null);
        return copy(
                status,
                status.trial(),
                status.conditions(),
                watch,
                status.shares(),
                status.summary(),
                facts.isEmpty() ? status.facts() : facts.subList(0, Math.min(facts.size(), PoolStatus.MOST_FACTS)));
    }

    /** The status without figures that move by themselves and texts that repeat them. */
    private static PoolStatus decisive(PoolStatus status) {
        TrialStatus trial = status.trial();
        Summary summary = status.summary();
        return copy(
                status,
                trial == null
                        ? null
                        : new TrialStatus(
                                trial.rolloutName(),
                                trial.purpose(),
                                trial.revision(),
                                trial.step(),
                                trial.weightPercent(),
                                null,
                                trial.startedTime(),
                                trial.stepStartedTime(),
                                trial.deadlineTime(),
                                trial.nextDecisionTime(),
                                trial.pausedBecause(),
                                trial.phase()),
                status.conditions().stream().map(PoolStatuses::withoutMessage).toList(),
                null,
                null,
                summary == null
                        ? null
                        : new Summary(
                                summary.step(), summary.weightPercent(), summary.nodesReady(), summary.verdict(), null),
                null);
    }

    private static Condition withoutMessage(Condition condition) {
        return new ConditionBuilder(condition).withMessage(null).build();
    }

    private static PoolStatus copy(
            PoolStatus status,
            TrialStatus trial,
            List<Condition> conditions,
            WatchMemory watch,
            PoolStatus.Shares shares,
            Summary summary,
            List<PoolStatus.Fact> facts) {
        return new PoolStatus(
                status.observedGeneration(),
                status.replicas(),
                status.selector(),
                conditions,
                new Revisions(
                        status.revisions().stable(),
                        status.revisions().candidate(),
                        status.revisions().rejected()),
                trial,
                status.nodes(),
                status.nextHops(),
                watch,
                status.lastNodeNumber(),
                status.attained(),
                status.handledRetryNonce(),
                status.handledActions(),
                shares,
                summary,
                facts);
    }
}
