package dev.sluice.operator;

import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.TrialStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.MultiGauge.Row;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;

/**
 * What the status of every pool says, as gauges: a pool that is gone has none. Labels are bounded by what the schema
 * allows: states, types of conditions, words of verdicts, next hops of a pool, its two revisions.
 */
final class PoolMetrics {
    private static final Set<NodeState> LEAVING = Set.of(NodeState.DRAINING, NodeState.QUARANTINED);
    private static final List<String> STATUSES = List.of("True", "False", "Unknown");

    private final Family nodes;
    private final Family wanted;
    private final Family conditions;
    private final Family revisions;
    private final Family verdicts;
    private final Family weights;
    private final Family steps;
    private final Family stepStarts;
    private final Family deadlines;
    private final Family hopsDown;
    private final Family overdue;
    private final Family agents;
    private final List<Family> families = new ArrayList<>();

    PoolMetrics(MeterRegistry registry) {
        nodes = family(registry, "sluice.pool.nodes", "Nodes of a pool by where they are in their life");
        wanted = family(registry, "sluice.pool.wanted.nodes", "Nodes that the pool declares");
        conditions =
                family(registry, "sluice.pool.condition", "1 for the status that a condition of the pool has, else 0");
        revisions =
                family(registry, "sluice.pool.revision.info", "1; the stable revision of a pool and the one on trial");
        verdicts = family(registry, "sluice.pool.verdict", "1; the last verdict, in the word that kubectl get shows");
        weights = family(
                registry,
                "sluice.pool.trial.weight.ratio",
                "The share of the traffic that the nodes on trial are to get, 0 to 1; absent without a trial");
        steps = family(
                registry,
                "sluice.pool.trial.step",
                "The step of the trial, 0 before the first; absent without a trial");
        stepStarts = family(
                registry,
                "sluice.pool.trial.step.started.timestamp.seconds",
                "When the present step began; absent without a trial");
        deadlines = family(
                registry,
                "sluice.pool.trial.deadline.timestamp.seconds",
                "When the trial is rolled back unless it has moved on; absent without a trial");
        hopsDown = family(
                registry,
                "sluice.pool.next.hop.down",
                "1 while no node of the pool gets through to a next hop, and until each has found it again");
        overdue = family(
                registry, "sluice.pool.drain.overdue.nodes", "Nodes that were to leave and are not empty in time");
        agents = family(
                registry, "sluice.pool.agents", "Agents of a pool by whether the last call of the leader succeeded");
    }

    private Family family(MeterRegistry registry, String name, String description) {
        Family made =
                new Family(MultiGauge.builder(name).description(description).register(registry), new ArrayList<>());
        families.add(made);
        return made;
    }

    /**
     * Takes the figures of all pools anew.
     *
     * @param reachable the agents of a pool by whether they answered
     */
    void take(List<Pool> pools, Function<PoolKey, Map<Boolean, Long>> reachable, Instant now) {
        for (Pool pool : pools) {
            Tags tags = Tags.of(
                    "namespace",
                    pool.getMetadata().getNamespace(),
                    "kind",
                    pool.getKind(),
                    "pool",
                    pool.getMetadata().getName());
            take(pool, tags, now);
            reachable
                    .apply(PoolKey.of(pool))
                    .forEach((answers, count) -> agents.add(tags.and("reachable", answers.toString()), count));
        }
        families.forEach(Family::publish);
    }

    private void take(Pool pool, Tags tags, Instant now) {
        PoolStatus status = Observation.statusOf(pool);
        wanted.add(tags, pool.getSpec().replicas());
        for (NodeState state : NodeState.values()) {
            nodes.add(tags.and("state", word(state)), count(status, state));
        }
        status.conditions().forEach(condition -> condition(condition, tags));
        revision(tags, "stable", status.revisions().stable());
        revision(tags, "candidate", status.revisions().candidate());
        if (status.summary() != null && status.summary().verdict() != null) {
            verdicts.add(tags.and("verdict", status.summary().verdict()), 1);
        }
        if (status.trial() != null) {
            trial(status.trial(), tags);
        }
        status.nextHops().forEach(hop -> hopsDown.add(tags.and("nexthop", hop.name()), 1));
        Instant due = now.minus(Duration.ofSeconds(pool.getSpec().drain().timeoutSeconds()));
        overdue.add(
                tags, status.nodes().stream().filter(node -> late(node, due)).count());
    }

    private static boolean late(NodeEntry node, Instant due) {
        return LEAVING.contains(node.state())
                && node.since() != null
                && node.since().isBefore(due);
    }

    private static long count(PoolStatus status, NodeState state) {
        return status.nodes().stream().filter(node -> node.state() == state).count();
    }

    private void condition(Condition condition, Tags tags) {
        for (String status : STATUSES) {
            conditions.add(
                    tags.and("type", condition.getType(), "status", status.toLowerCase(Locale.ROOT)),
                    status.equals(condition.getStatus()) ? 1 : 0);
        }
    }

    private void revision(Tags tags, String role, String revision) {
        if (revision != null) {
            revisions.add(tags.and("role", role, "revision", revision), 1);
        }
    }

    private void trial(TrialStatus trial, Tags tags) {
        weights.add(tags, trial.weightPercent() / 100.0);
        steps.add(tags, trial.step());
        if (trial.stepStartedTime() != null) {
            stepStarts.add(tags, trial.stepStartedTime().getEpochSecond());
        }
        if (trial.deadlineTime() != null) {
            deadlines.add(tags, trial.deadlineTime().getEpochSecond());
        }
    }

    private static String word(NodeState state) {
        return state.name().toLowerCase(Locale.ROOT);
    }

    /** One metric with a row for each pool, gathered and then shown at once. */
    private record Family(MultiGauge gauge, List<Row<?>> rows) {
        void add(Tags tags, Number value) {
            rows.add(Row.of(tags, value));
        }

        void publish() {
            gauge.register(List.copyOf(rows), true);
            rows.clear();
        }
    }
}
