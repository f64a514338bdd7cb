package dev.sluice.sim.fleet;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.TrialPhase;
import dev.sluice.api.Verb;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The invariants I1 to I7, each as a check on a plan. What shows only in a world (I8 to I11) is for the fleet. */
public final class Invariants {
    private Invariants() {}

    /** Fresh checks; some of them remember what was before, so each world has its own. */
    public static List<PlanCheck> all() {
        return List.of(
                Invariants::mailOnlyToProvenNodes,
                Invariants::weightGrowsOnlyOnPromote,
                new NoPromotionWithoutEvidence(),
                Invariants::nodesLeaveEmpty,
                new CapacityIsKept(),
                Invariants::onePathOneTrial,
                new NothingRejectedIsRetried());
    }

    /** I1: no production mail to a node that has not passed its preflight, at the address that it has now. */
    static void mailOnlyToProvenNodes(Truth world, PoolSnapshot before, Plan plan) {
        for (Effect effect : plan.effects()) {
            if (effect instanceof Effect.Route route) {
                route.servers().stream().filter(server -> server.weight() > 0).forEach(server -> {
                    MailNodeModel node = world.nodes().get(server.node());
                    if (node != null && server.address().equals(node.address)) {
                        BrokenInvariant.unless(
                                node.provenAddress.equals(server.address()),
                                "I1",
                                "%s gets weight %d and was never proven",
                                server.node(),
                                server.weight());
                    }
                });
            }
        }
    }

    /** I2: the share of a trial grows only after a step that ended with Promote, step by step. */
    static void weightGrowsOnlyOnPromote(Truth world, PoolSnapshot before, Plan plan) {
        TrialStatus was = before.status().trial();
        TrialStatus is = plan.status().trial();
        if (is == null || is.weightPercent() == 0) {
            return;
        }
        boolean same = was != null && was.rolloutName().equals(is.rolloutName());
        int stepBefore = same ? was.step() : 0;
        int weightBefore = same ? was.weightPercent() : 0;
        if (is.weightPercent() > weightBefore || is.step() > stepBefore) {
            BrokenInvariant.unless(
                    is.step() == stepBefore + 1,
                    "I2",
                    "steps are taken one by one, %d follows %d",
                    is.step(),
                    stepBefore);
            if (stepBefore > 0) {
                boolean promoted = recorded(plan, is.rolloutName(), stepBefore)
                        .filter(step -> step.verdict().endsWith("Promote"))
                        .isPresent();
                BrokenInvariant.unless(promoted, "I2", "step %d was left without a Promote", stepBefore);
            }
        }
    }

    /** I3: what was promoted has finished the least number of messages, as the world counts them. */
    static final class NoPromotionWithoutEvidence implements PlanCheck {
        /** What each node of the trial had finished when it was on trial last; one may have left since. */
        private final Map<String, Long> finished = new HashMap<>();

        private String rollout = "";

        @Override
        public void check(Truth world, PoolSnapshot before, Plan plan) {
            TrialStatus was = before.status().trial();
            if (was == null || was.step() == 0) {
                return;
            }
            count(world, before, was);
            Optional<StepRecord> ended = recorded(plan, was.rolloutName(), was.step());
            boolean endsNow =
                    ended.filter(step -> step.endedTime().equals(world.now())).isPresent();
            if (endsNow && ended.get().verdict().equals("Promote")) {
                RolloutPolicySpec policy = before.policy().orElseThrow();
                int index = Math.min(was.step(), policy.steps().size()) - 1;
                int least = policy.steps().get(index).leastMessages();
                long all = finished.values().stream().mapToLong(Long::longValue).sum();
                BrokenInvariant.unless(
                        all >= least,
                        "I3",
                        "step %d was promoted on %d of at least %d messages",
                        was.step(),
                        all,
                        least);
            }
            boolean promotedNow = plan.status().nodes().stream()
                    .anyMatch(
                            node -> node.state() == NodeState.SERVING && stateBefore(before, node) == NodeState.CANARY);
            if (promotedNow) {
                BrokenInvariant.unless(
                        recordedSteps(plan, was.rolloutName()).stream()
                                .anyMatch(step -> step.step() == was.step()
                                        && step.verdict().endsWith("Promote")),
                        "I3",
                        "nodes serve though step %d was never promoted",
                        was.step());
            }
        }

        private void count(Truth world, PoolSnapshot before, TrialStatus trial) {
            if (!trial.rolloutName().equals(rollout)) {
                rollout = trial.rolloutName();
                finished.clear();
            }
            before.status().nodes().stream()
                    .filter(node ->
                            node.state() == NodeState.CANARY && trial.revision().equals(node.revision()))
                    .map(node -> world.nodes().get(node.name()))
                    .filter(Objects::nonNull)
                    .forEach(node -> finished.put(node.name, node.finished()));
        }
    }

    /** I4: a node with queued or unaccounted mail is never released, unless the loss was accepted in writing. */
    static void nodesLeaveEmpty(Truth world, PoolSnapshot before, Plan plan) {
        for (Effect effect : plan.effects()) {
            if (effect instanceof Effect.ReleaseNode release) {
                MailNodeModel node = world.nodes().get(release.node());
                if (node != null) {
                    BrokenInvariant.unless(
                            node.queued() <= node.acceptedLoss.orElse(0L),
                            "I4",
                            "%s is released with %d messages in its queue",
                            release.node(),
                            node.queued());
                }
            }
        }
        Map<String, NodeEntry> after =
                plan.status().nodes().stream().collect(Collectors.toMap(NodeEntry::name, Function.identity()));
        for (NodeEntry entry : before.status().nodes()) {
            if (!after.containsKey(entry.name()) && world.nodes().containsKey(entry.name())) {
                BrokenInvariant.unless(
                        world.nodes().get(entry.name()).queued() == 0,
                        "I4",
                        "%s is forgotten with mail in its queue",
                        entry.name());
            }
        }
    }

    /** I5: ejections stay within the budget and, like promotions, leave at least what has to serve. */
    static final class CapacityIsKept implements PlanCheck {
        /** Nodes that were ejected since the pool was whole the last time. */
        private final Set<String> out = new HashSet<>();

        private Set<String> ejecting = Set.of();

        @Override
        public void check(Truth world, PoolSnapshot before, Plan plan) {
            remember(before);
            long serving = count(plan, NodeState.SERVING);
            int replicas = before.spec().replicas();
            int minimum = before.spec().minAvailable();
            ejecting = leaving(before, plan, NodeState.QUARANTINED);
            if (!ejecting.isEmpty()) {
                BrokenInvariant.unless(
                        serving >= Math.min(Math.max(1, minimum), replicas),
                        "I5",
                        "an ejection leaves %d nodes",
                        serving);
                long all = Stream.concat(out.stream(), ejecting.stream())
                        .distinct()
                        .count();
                BrokenInvariant.unless(
                        Math.min(all, plan.status().attained() - serving)
                                <= before.policy()
                                        .orElse(RolloutPolicySpec.STANDARD)
                                        .ejection()
                                        .maxEjected(),
                        "I5",
                        "%d nodes are out at once",
                        all);
            }
            if (!leaving(before, plan, NodeState.DRAINING).isEmpty() && !before.deleting()) {
                BrokenInvariant.unless(
                        serving >= Math.min(minimum, replicas), "I5", "draining leaves %d nodes", serving);
            }
        }

        /** Whether the last ejections were put in force shows in what is known now. */
        private void remember(PoolSnapshot before) {
            before.status().nodes().stream()
                    .filter(node -> node.state() == NodeState.QUARANTINED && ejecting.contains(node.name()))
                    .forEach(node -> out.add(node.name()));
            long serving = before.status().nodes().stream()
                    .filter(node -> node.state() == NodeState.SERVING)
                    .count();
            if (serving >= before.status().attained()) {
                out.clear();
            }
        }

        /** Who served, would serve on, and is taken out by this plan. */
        private static Set<String> leaving(PoolSnapshot before, Plan plan, NodeState how) {
            return plan.status().nodes().stream()
                    .filter(node -> node.state() == how && stateBefore(before, node) == NodeState.SERVING)
                    .filter(node -> !isDeleted(before, node) && !hasMoved(before, node))
                    .map(NodeEntry::name)
                    .collect(Collectors.toSet());
        }
    }

    /** What was proven of it no longer holds: it does not serve, whatever becomes of it. */
    private static boolean hasMoved(PoolSnapshot before, NodeEntry node) {
        String proven = before.status().nodes().stream()
                .filter(entry -> entry.name().equals(node.name()))
                .map(NodeEntry::lastKnownAddress)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse("");
        return before.nodes().stream()
                .filter(facts -> facts.name().equals(node.name()))
                .flatMap(facts -> facts.address().stream())
                .anyMatch(address -> !address.equals(proven));
    }

    /** I6: no trial takes mail while another pool of the path, the first by name, is on trial. */
    static void onePathOneTrial(Truth world, PoolSnapshot before, Plan plan) {
        boolean otherFirst = before.trialOnPath()
                .filter(other -> other.compareTo(words(before.pool())) < 0)
                .isPresent();
        TrialStatus was = before.status().trial();
        TrialStatus is = plan.status().trial();
        if (otherFirst && is != null && (was == null || was.step() == 0)) {
            BrokenInvariant.unless(is.weightPercent() == 0, "I6", "two pools of one path on trial");
        }
        if (before.trialOnPath().isPresent() && was == null) {
            BrokenInvariant.unless(is == null, "I6", "a trial begins beside another on the path");
        }
    }

    /** I7: what was rejected is not tried again unasked. */
    static final class NothingRejectedIsRetried implements PlanCheck {
        /** A trial that a plan ended badly; whether that plan was put in force shows in the next snapshot. */
        private record Ended(String rollout, String what) {}

        private static final String GROWTH = "growth";

        private final Set<String> rejected = new HashSet<>();
        private int replicas;
        private Optional<Ended> ended = Optional.empty();

        @Override
        public void check(Truth world, PoolSnapshot before, Plan plan) {
            TrialStatus was = before.status().trial();
            ended.filter(trial -> isOver(trial, was)).ifPresent(trial -> rejected.add(trial.what()));
            ended = Optional.empty();
            if (isAskedFor(before, plan)) {
                rejected.clear();
            }
            if (before.spec().replicas() != replicas) {
                replicas = before.spec().replicas();
                rejected.removeIf(each -> each.startsWith(GROWTH));
            }
            TrialStatus is = plan.status().trial();
            boolean begins = is != null && (was == null || !was.rolloutName().equals(is.rolloutName()));
            boolean machines = world.nodes().values().stream().anyMatch(node -> node.machine);
            if (begins && !machines) {
                BrokenInvariant.unless(
                        !rejected.contains(key(is.purpose(), is.revision())),
                        "I7",
                        "%s of %s begins again",
                        is.purpose(),
                        is.revision());
            }
            long serving = count(plan, NodeState.SERVING);
            if (serving >= before.spec().replicas()) {
                rejected.removeIf(each -> each.startsWith(GROWTH));
            }
            boolean failed = plan.effects().stream()
                    .filter(Effect.Tell.class::isInstance)
                    .map(Effect.Tell.class::cast)
                    .anyMatch(tell -> tell.reason().equals("RolloutRefused")
                            || tell.reason().equals("RolloutRolledBack"));
            if (failed && was != null) {
                ended = Optional.of(new Ended(was.rolloutName(), key(was.purpose(), was.revision())));
            }
        }

        private static boolean isOver(Ended trial, TrialStatus now) {
            return now == null || !now.rolloutName().equals(trial.rollout()) || now.phase() == TrialPhase.ROLLING_BACK;
        }

        private static boolean isAskedFor(PoolSnapshot before, Plan plan) {
            boolean nonce = !Objects.equals(
                    before.status().handledRetryNonce(), plan.status().handledRetryNonce());
            boolean action = before.requests().stream().anyMatch(request -> request.verb() == Verb.RETRY);
            return nonce || action;
        }

        private static String key(Purpose purpose, String revision) {
            boolean growth = purpose == Purpose.SCALE_OUT || purpose == Purpose.REPLACEMENT;
            return growth ? "%s of %s by %s".formatted(GROWTH, revision, purpose) : revision;
        }
    }

    private static String words(PoolReference pool) {
        return (pool.kind() == PoolKind.FILTER_POOL ? "FilterPool " : "TransportPool ") + pool.name();
    }

    private static Optional<StepRecord> recorded(Plan plan, String rollout, int step) {
        return recordedSteps(plan, rollout).stream()
                .filter(each -> each.step() == step)
                .findFirst();
    }

    private static List<StepRecord> recordedSteps(Plan plan, String rollout) {
        return plan.effects().stream()
                .filter(Effect.WriteRollout.class::isInstance)
                .map(Effect.WriteRollout.class::cast)
                .filter(write -> write.name().equals(rollout))
                .reduce((first, last) -> last)
                .map(write -> write.status().steps())
                .orElse(List.of());
    }

    private static NodeState stateBefore(PoolSnapshot before, NodeEntry node) {
        return before.status().nodes().stream()
                .filter(entry -> entry.name().equals(node.name()))
                .map(NodeEntry::state)
                .findFirst()
                .orElse(NodeState.PENDING);
    }

    private static boolean isDeleted(PoolSnapshot before, NodeEntry node) {
        return before.nodes().stream().anyMatch(facts -> facts.name().equals(node.name()) && facts.deleting());
    }

    private static long count(Plan plan, NodeState state) {
        return plan.status().nodes().stream()
                .filter(node -> node.state() == state)
                .count();
    }
}
