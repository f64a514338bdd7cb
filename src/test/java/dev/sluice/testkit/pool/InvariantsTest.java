package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.Planner;
import dev.sluice.plan.PoolSnapshot;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each invariant's check finds a planner that is broken in just that point. */
class InvariantsTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    @Test
    void i1FindsMailToNodesThatWereRefused() {
        PoolWorld world = broken(plan -> withEffects(
                plan,
                effect -> effect instanceof Effect.Route
                        ? new Effect.Route(plan.status().nodes().stream()
                                .filter(node -> node.lastKnownAddress() != null)
                                .map(node -> new Effect.Route.Server(node.name(), node.lastKnownAddress(), 25, 256))
                                .toList())
                        : effect));

        breaks("I1", () -> grown(world.probes("filter-4", "relay-a", REFUSED)));
    }

    @Test
    void i2FindsWeightThatGrowsByItself() {
        breaks(
                "I2",
                () -> grown(broken(plan -> withTrial(
                        plan,
                        trial -> trial.step() == 0
                                ? trial
                                : trial(trial, trial.step() + 1, Math.min(100, trial.weightPercent() + 10))))));
    }

    @Test
    void i3FindsAPromotionWithoutMail() {
        breaks("I3", () -> {
            PoolWorld world = broken(plan -> withEffects(
                    plan, effect -> effect instanceof Effect.WriteRollout write ? promoted(write, plan) : effect));
            world.until("installed", 60, it -> it.serves(3));
            world.messagesPerSecond = 0;
            grow(world);
        });
    }

    @Test
    void i4FindsNodesThatGoWithMail() {
        PoolWorld world = new PoolWorld(1, InvariantsTest::releasesTooEarly, PoolWorld.allChecks());

        breaks(
                "I4",
                () -> world.until("installed", 60, it -> it.serves(3))
                        .delivery("*", "*", REFUSED)
                        .runs(5)
                        .declares(it -> it.replicas = 1)
                        .runs(30));
    }

    @Test
    void i5FindsEjectionsBeyondTheBudget() {
        PoolWorld world = broken(plan -> withNodes(
                plan,
                node -> node.state() == NodeState.SERVING
                                && node.since().isBefore(Instant.parse("2026-11-02T09:00:40Z"))
                                && plan.nextLook().isAfter(Instant.parse("2026-11-02T09:01:00Z"))
                        ? entry(node, NodeState.QUARANTINED)
                        : node));

        breaks("I5", () -> world.runs(90));
    }

    @Test
    void i6FindsTwoTrialsOnAPath() {
        breaks("I6", () -> {
            PoolWorld world =
                    new PoolWorld(1, (snapshot, now) -> Planner.plan(alone(snapshot), now), PoolWorld.allChecks());
            world.until("installed", 60, it -> it.serves(3));
            world.trialOnPath = Optional.of("FilterPool alpha");
            grow(world);
        });
    }

    @Test
    void i7FindsARetryThatNobodyAskedFor() {
        PoolWorld world = broken(plan -> withStatus(
                plan,
                status -> status(
                        status,
                        new Revisions(
                                status.revisions().stable(), status.revisions().candidate(), List.of()),
                        status.trial(),
                        status.nodes())));

        breaks("I7", () -> grown(world.probes("filter-4", "relay-b", REFUSED)));
    }

    private static void breaks(String invariant, org.assertj.core.api.ThrowableAssert.ThrowingCallable story) {
        assertThatThrownBy(story).isInstanceOf(AssertionError.class).hasMessageContaining(invariant);
    }

    private static void grown(PoolWorld world) {
        world.until("installed", 60, it -> it.serves(3));
        grow(world);
    }

    private static void grow(PoolWorld world) {
        world.declares(it -> it.replicas = 4).runs(200);
    }

    private static PoolWorld broken(UnaryOperator<Plan> mutation) {
        return new PoolWorld(1, (snapshot, now) -> mutation.apply(Planner.plan(snapshot, now)), PoolWorld.allChecks());
    }

    private static Plan releasesTooEarly(PoolSnapshot snapshot, Instant now) {
        Plan plan = Planner.plan(snapshot, now);
        List<Effect> effects = new ArrayList<>(plan.effects());
        plan.status().nodes().stream()
                .filter(node -> node.state() == NodeState.DRAINING)
                .forEach(node -> effects.add(new Effect.ReleaseNode(node.name(), "in a hurry")));
        return new Plan(plan.status(), effects, plan.memories(), plan.nextLook());
    }

    private static PoolSnapshot alone(PoolSnapshot snapshot) {
        return new PoolSnapshot(
                snapshot.pool(),
                snapshot.generation(),
                snapshot.deleting(),
                snapshot.spec(),
                snapshot.policy(),
                snapshot.desiredRevision(),
                snapshot.status(),
                snapshot.nodes(),
                snapshot.hops(),
                snapshot.relaySources(),
                Optional.empty(),
                snapshot.starvingOnPath(),
                snapshot.trafficProblem(),
                snapshot.conflict(),
                snapshot.requests(),
                snapshot.rollout(),
                snapshot.memories());
    }

    private static Effect promoted(Effect.WriteRollout write, Plan plan) {
        TrialStatus trial = plan.status().trial();
        if (trial == null || trial.step() == 0) {
            return write;
        }
        PoolRolloutStatus is = write.status();
        return new Effect.WriteRollout(
                write.name(),
                write.spec(),
                new PoolRolloutStatus(
                        is.observedGeneration(),
                        is.result(),
                        is.startedTime(),
                        is.finishedTime(),
                        List.of(new StepRecord(
                                trial.step(),
                                trial.weightPercent(),
                                null,
                                trial.stepStartedTime(),
                                plan.nextLook().minusSeconds(1),
                                "Promote",
                                "no error yet",
                                0,
                                0,
                                0,
                                0,
                                0,
                                0)),
                        is.decisions(),
                        is.gateMemory(),
                        is.gateMemoryTime(),
                        is.affected(),
                        is.reason(),
                        is.conditions()));
    }

    private static Plan withEffects(Plan plan, UnaryOperator<Effect> change) {
        return new Plan(plan.status(), plan.effects().stream().map(change).toList(), plan.memories(), plan.nextLook());
    }

    private static Plan withStatus(Plan plan, UnaryOperator<PoolStatus> change) {
        return new Plan(change.apply(plan.status()), plan.effects(), plan.memories(), plan.nextLook());
    }

    private static Plan withTrial(Plan plan, UnaryOperator<TrialStatus> change) {
        return withStatus(
                plan,
                status -> status.trial() == null
                        ? status
                        : status(status, status.revisions(), change.apply(status.trial()), status.nodes()));
    }

    private static Plan withNodes(Plan plan, UnaryOperator<NodeEntry> change) {
        return withStatus(
                plan,
                status -> status(
                        status,
                        status.revisions(),
                        status.trial(),
                        status.nodes().stream().map(change).toList()));
    }

    private static NodeEntry entry(NodeEntry node, NodeState state) {
        return new NodeEntry(
                node.name(),
                node.revision(),
                state,
                0,
                node.since(),
                null,
                null,
                "moody",
                node.lastKnownAddress(),
                true);
    }

    private static TrialStatus trial(TrialStatus trial, int step, int weight) {
        return new TrialStatus(
                trial.rolloutName(),
                trial.purpose(),
                trial.revision(),
                step,
                weight,
                trial.measuredSharePercent(),
                trial.startedTime(),
                trial.stepStartedTime(),
                trial.deadlineTime(),
                trial.nextDecisionTime(),
                trial.pausedBecause(),
                trial.phase());
    }

    private static PoolStatus status(PoolStatus status, Revisions revisions, TrialStatus trial, List<NodeEntry> nodes) {
        return new PoolStatus(
                status.observedGeneration(),
                status.replicas(),
                status.selector(),
                status.conditions(),
                revisions,
                trial,
                nodes,
                status.nextHops(),
                status.watch(),
                status.lastNodeNumber(),
                status.attained(),
                status.handledRetryNonce(),
                status.handledActions(),
                status.shares(),
                status.summary(),
                null);
    }
}
