package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.Verb;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The invariants I1 to I7 and the rules of a status, each as a check on a plan; that the system comes to rest (I8) is for the stories. */
final class Invariants {
    private Invariants() {}

    static List<PlanCheck> all() {
        List<PlanCheck> invariants = List.of(
                Invariants::mailOnlyToProvenNodes,
                Invariants::weightGrowsOnlyOnPromote,
                Invariants::noPromotionWithoutEvidence,
                Invariants::nodesLeaveEmpty,
                Invariants::capacityIsKept,
                Invariants::onePathOneTrial,
                new NothingRejectedIsRetried());
        return Stream.concat(invariants.stream(), StatusRules.all().stream()).toList();
    }

    /** I1: no production mail to a node that has not passed its preflight, at the address that it has now. */
    static void mailOnlyToProvenNodes(PoolWorld world, PoolSnapshot before, Plan plan) {
        for (Effect effect : plan.effects()) {
            if (effect instanceof Effect.Route route) {
                route.servers().stream().filter(server -> server.weight() > 0).forEach(server -> {
                    MailNodeModel node = world.nodes.get(server.node());
                    if (node != null && server.address().equals(node.address)) {
                        assertThat(node.provenAddress)
                                .as("I1: %s gets weight %d and was never proven", server.node(), server.weight())
                                .isEqualTo(server.address());
                    }
                });
            }
        }
    }

    /** I2: the share of a trial grows only after a step that ended with Promote, step by step. */
    static void weightGrowsOnlyOnPromote(PoolWorld world, PoolSnapshot before, Plan plan) {
        TrialStatus was = before.status().trial();
        TrialStatus is = plan.status().trial();
        if (is == null || is.weightPercent() == 0) {
            return;
        }
        boolean same = was != null && was.rolloutName().equals(is.rolloutName());
        int stepBefore = same ? was.step() : 0;
        int weightBefore = same ? was.weightPercent() : 0;
        if (is.weightPercent() > weightBefore || is.step() > stepBefore) {
            assertThat(is.step()).as("I2: steps are taken one by one").isEqualTo(stepBefore + 1);
            if (stepBefore > 0) {
                assertThat(recorded(plan, is.rolloutName(), stepBefore))
                        .as("I2: step %d was left without a Promote", stepBefore)
                        .isPresent()
                        .get()
                        .extracting(StepRecord::verdict)
                        .isIn("Promote", "ForcedPromote");
            }
        }
    }

    /** I3: what was promoted has finished the least number of messages, as the world counts them. */
    static void noPromotionWithoutEvidence(PoolWorld world, PoolSnapshot before, Plan plan) {
        TrialStatus was = before.status().trial();
        if (was == null || was.step() == 0) {
            return;
        }
        Optional<StepRecord> ended = recorded(plan, was.rolloutName(), was.step());
        boolean endsNow =
                ended.filter(step -> step.endedTime().equals(world.now)).isPresent();
        if (endsNow && ended.get().verdict().equals("Promote")) {
            long finished = before.status().nodes().stream()
                    .filter(node -> node.state() == NodeState.CANARY)
                    .mapToLong(node -> world.nodes.get(node.name()).finished())
                    .sum();
            int index =
                    Math.min(was.step(), before.policy().orElseThrow().steps().size()) - 1;
            int least = before.policy().orElseThrow().steps().get(index).leastMessages();
            assertThat(finished)
                    .as("I3: step %d was promoted on %d of at least %d messages", was.step(), finished, least)
                    .isGreaterThanOrEqualTo(least);
        }
        boolean promotedNow = plan.status().nodes().stream()
                .anyMatch(node -> node.state() == NodeState.SERVING && stateBefore(before, node) == NodeState.CANARY);
        if (promotedNow) {
            assertThat(recordedSteps(plan, was.rolloutName()))
                    .as("I3: nodes serve though step %d was never promoted", was.step())
                    .anyMatch(
                            step -> step.step() == was.step() && step.verdict().endsWith("Promote"));
        }
    }

    /** I4: a node with queued or unaccounted mail is never released, unless the loss was accepted in writing. */
    static void nodesLeaveEmpty(PoolWorld world, PoolSnapshot before, Plan plan) {
        for (Effect effect : plan.effects()) {
            if (effect instanceof Effect.ReleaseNode release) {
                MailNodeModel node = world.nodes.get(release.node());
                if (node != null) {
                    assertThat(node.queued())
                            .as("I4: %s is released with mail in its queue", release.node())
                            .isLessThanOrEqualTo(node.acceptedLoss.orElse(0L));
                }
            }
        }
        Map<String, NodeEntry> after =
                plan.status().nodes().stream().collect(Collectors.toMap(NodeEntry::name, Function.identity()));
        for (NodeEntry entry : before.status().nodes()) {
            if (!after.containsKey(entry.name()) && world.nodes.containsKey(entry.name())) {
                assertThat(world.nodes.get(entry.name()).queued())
                        .as("I4: %s is forgotten with mail in its queue", entry.name())
                        .isZero();
            }
        }
    }

    /** I5: ejections stay within the budget and, like promotions, leave at least what has to serve. */
    static void capacityIsKept(PoolWorld world, PoolSnapshot before, Plan plan) {
        long ejectedNow = plan.status().nodes().stream()
                .filter(node -> node.state() == NodeState.QUARANTINED && stateBefore(before, node) == NodeState.SERVING)
                .count();
        long drainedNow = plan.status().nodes().stream()
                .filter(node -> node.state() == NodeState.DRAINING && stateBefore(before, node) == NodeState.SERVING)
                .filter(node -> !isDeleted(before, node))
                .count();
        long serving = count(plan, NodeState.SERVING);
        int minimum = world.declaration.minAvailable;
        if (ejectedNow > 0) {
            long out = plan.status().nodes().stream()
                    .filter(node -> node.state() == NodeState.QUARANTINED)
                    .filter(node ->
                            node.revision().equals(before.status().revisions().stable()))
                    .count();
            assertThat(serving)
                    .as("I5: an ejection leaves %d nodes", serving)
                    .isGreaterThanOrEqualTo(Math.min(Math.max(1, minimum), world.declaration.replicas));
            assertThat(Math.min(out, world.declaration.replicas - serving))
                    .as("I5: %d nodes are out at once", out)
                    .isLessThanOrEqualTo(world.declaration.maxEjected);
        }
        if (drainedNow > 0 && !before.deleting()) {
            assertThat(serving)
                    .as("I5: draining leaves %d nodes", serving)
                    .isGreaterThanOrEqualTo(Math.min(minimum, world.declaration.replicas));
        }
    }

    /** I6: no trial takes mail while another pool of the path, the first by name, is on trial. */
    static void onePathOneTrial(PoolWorld world, PoolSnapshot before, Plan plan) {
        boolean otherFirst = before.trialOnPath()
                .filter(other -> other.compareTo("FilterPool filter") < 0)
                .isPresent();
        TrialStatus was = before.status().trial();
        TrialStatus is = plan.status().trial();
        if (otherFirst && is != null && (was == null || was.step() == 0)) {
            assertThat(is.weightPercent())
                    .as("I6: two pools of one path on trial")
                    .isZero();
        }
        if (before.trialOnPath().isPresent() && was == null) {
            assertThat(is).as("I6: a trial begins beside another on the path").isNull();
        }
    }

    /** I7: what was rejected is not tried again unasked. */
    static final class NothingRejectedIsRetried implements PlanCheck {
        private final Set<String> rejected = new HashSet<>();

        @Override
        public void check(PoolWorld world, PoolSnapshot before, Plan plan) {
            if (isAskedFor(before, plan)) {
                rejected.clear();
            }
            TrialStatus was = before.status().trial();
            TrialStatus is = plan.status().trial();
            boolean begins = is != null && (was == null || !was.rolloutName().equals(is.rolloutName()));
            boolean machines = world.nodes.values().stream().anyMatch(node -> node.machine);
            if (begins && !machines) {
                assertThat(rejected)
                        .as("I7: %s of %s begins again", is.purpose(), is.revision())
                        .doesNotContain(key(is.purpose(), is.revision(), world.declaration.replicas));
            }
            long serving = count(plan, NodeState.SERVING);
            if (serving >= world.declaration.replicas) {
                rejected.removeIf(each -> each.startsWith("growth"));
            }
            boolean failed = plan.effects().stream()
                    .filter(Effect.Tell.class::isInstance)
                    .map(Effect.Tell.class::cast)
                    .anyMatch(tell -> tell.reason().equals("RolloutRefused")
                            || tell.reason().equals("RolloutRolledBack"));
            if (failed && was != null) {
                rejected.add(key(was.purpose(), was.revision(), world.declaration.replicas));
            }
        }

        private static boolean isAskedFor(PoolSnapshot before, Plan plan) {
            boolean nonce = !Objects.equals(
                    before.status().handledRetryNonce(), plan.status().handledRetryNonce());
            boolean action = before.requests().stream().anyMatch(request -> request.verb() == Verb.RETRY);
            return nonce || action;
        }

        private static String key(Purpose purpose, String revision, int replicas) {
            boolean growth = purpose == Purpose.SCALE_OUT || purpose == Purpose.REPLACEMENT;
            return growth ? "growth %s by %s to %d".formatted(revision, purpose, replicas) : revision;
        }
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
