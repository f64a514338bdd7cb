package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PoolKind;
import dev.sluice.api.Verb;
import dev.sluice.plan.Effect;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What people and tools read of a pool, and hear of it, as its story goes on. */
class StatusStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld serving() {
        return new PoolWorld(4).until("all three serve", 60, it -> it.serves(3)).runs(60);
    }

    private static PoolWorld onTrial() {
        return serving()
                .declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    private static List<String> heard(PoolWorld world) {
        return world.told.stream().map(Effect.Tell::reason).toList();
    }

    @Test
    void aNewGenerationIsSeenAndWorkedOnInOneWrite() {
        PoolWorld world = serving();

        world.declares(it -> it.revision = "v1-two").runs(1);

        assertThat(world.status.observedGeneration()).isEqualTo(world.declaration.generation);
        assertThat(world.condition("Reconciling")).startsWith("True");
        assertThat(world.condition("Ready")).isEqualTo("Unknown/RolloutInProgress");
    }

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void anIdlePoolTellsNothingWhateverItsState(PoolKind kind) {
        for (Consumer<PoolWorld> fate : List.<Consumer<PoolWorld>>of(
                world -> {},
                world -> world.probes("*", "relay-b", REFUSED).declares(it -> it.revision = "v1-two"),
                world -> world.declares(it -> {
                    it.paused = true;
                    it.revision = "v1-two";
                }),
                world -> world.delivery("*", "*", REFUSED))) {
            PoolWorld world = new PoolWorld(4).of(kind).until("installed", 60, it -> it.serves(3));
            fate.accept(world);
            world.runs(300);
            int told = world.told.size();

            world.runs(300);

            assertThat(world.told).as(world::describe).hasSize(told);
        }
    }

    @Test
    void aStartOfTheOperatorTellsNothingAndChangesNothing() {
        PoolWorld cutOff = serving()
                .delivery("*", "*", REFUSED)
                .until("seen", 60, it -> it.condition("Available").startsWith("False"))
                .runs(60);
        int told = cutOff.told.size();
        List<String> before = conditions(cutOff);

        cutOff.nobodyAskedYet = true;
        cutOff.runs(2);

        assertThat(conditions(cutOff)).isEqualTo(before);
        assertThat(cutOff.told).hasSize(told);
    }

    private static List<String> conditions(PoolWorld world) {
        return world.status.conditions().stream()
                .map(it -> it.getType() + "=" + it.getStatus() + "/" + it.getReason() + " " + it.getMessage())
                .toList();
    }

    @Test
    void anOutageIsToldOnceAndItsEndToo() {
        PoolWorld world = serving();

        world.delivery("*", "*", REFUSED).runs(120).repaired().runs(120);

        assertThat(heard(world))
                .containsOnlyOnce("NextHopDown")
                .containsOnlyOnce("PoolUnavailable")
                .containsOnlyOnce("PoolAvailable");
    }

    @Test
    void aRollbackIsToldWithItsEvidenceOnThePoolAndOnTheNode() {
        PoolWorld world = onTrial().delivery("filter-4", "relay-b", REFUSED);

        world.until("rolled back", 120, it -> it.condition("Stalled").startsWith("True"));

        assertThat(world.told)
                .filteredOn(it -> it.reason().equals("AnalysisFailed"))
                .singleElement()
                .satisfies(it -> {
                    assertThat(it.note()).contains("relay-b");
                    assertThat(it.severity()).isEqualTo(Effect.Severity.WARNING);
                    assertThat(it.action()).isEqualTo("JudgeStep");
                });
        assertThat(heard(world)).containsOnlyOnce("RolloutRolledBack");
        assertThat(world.told)
                .filteredOn(it -> it.reason().equals("NodeDraining"))
                .singleElement()
                .satisfies(it -> assertThat(it.node()).contains("filter-4"))
                .satisfies(it -> assertThat(it.note()).contains("messages left"));
        assertThat(world.message("RolledBack")).contains("relay-b");
    }

    @Test
    void aStepWithoutEnoughEvidenceIsToldOnceWithWhatIsMissing() {
        PoolWorld world = serving();
        world.messagesPerSecond = 3;
        world.declares(it -> it.revision = "v1-two").runs(90);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.condition("Reconciling")).isEqualTo("True/AwaitingEvidence");
        assertThat(heard(world)).containsOnlyOnce("AnalysisInconclusive");
    }

    @Test
    void theNextDecisionIsAnnouncedForAStepAndForABakeAndForNothingElse() {
        PoolWorld world = onTrial();
        assertThat(world.status.trial().nextDecisionTime())
                .isEqualTo(world.status.trial().stepStartedTime().plusSeconds(5));

        world.declares(it -> it.bakeSeconds = 200)
                .until("bakes", 900, it -> "Baking".equals(it.status.summary().verdict()));
        assertThat(world.status.trial().nextDecisionTime())
                .isEqualTo(world.status.trial().stepStartedTime().plusSeconds(200));

        world.declares(it -> it.revision = "v1-three").runs(2);
        assertThat(world.status.trial().nextDecisionTime()).isNull();
    }

    @Test
    void aMissingReferenceAndAMistakeAreToldOnceEach() {
        PoolWorld world = serving();
        world.declares(it -> it.policyMissing = true).runs(60);
        assertThat(heard(world)).containsOnlyOnce("DependencyNotReady").doesNotContain("InvalidSpec");

        world.conflict = java.util.Optional.of("TransportPool filter");
        world.runs(60);
        assertThat(heard(world)).containsOnlyOnce("InvalidSpec");
    }

    @Test
    void aSilentNodeIsToldOnce() {
        PoolWorld world = serving();
        world.nodes.get("filter-2").reachable = false;

        world.runs(120);

        assertThat(heard(world)).containsOnlyOnce("MetricsStale");
    }

    @Test
    void aHoldIsToldOnceAndAnotherHoldAgain() {
        PoolWorld world = onTrial().asks("lunch", Verb.PAUSE, "v1-two").runs(60);
        assertThat(heard(world)).containsOnlyOnce("RolloutPaused");

        world.declares(it -> it.paused = true).runs(60);

        assertThat(heard(world)).filteredOn("RolloutPaused"::equals).hasSize(2);
    }

    @Test
    void aQueueWhosePeerDiesIsToldAndGoesToAnother() {
        PoolWorld world = serving()
                .declares(it -> it.minAvailable = 3)
                .delivery("filter-3", "*", REFUSED)
                .runs(20);
        world.declares(it -> {
                    it.minAvailable = 0;
                    it.replicas = 2;
                })
                .until("handed over", 60, it -> it.entry("filter-3").handoverTo() != null);
        String peer = world.entry("filter-3").handoverTo();
        world.nodes.get(peer).mtaFailure = java.util.Optional.of("fatal: out of space");

        world.runs(3);

        assertThat(world.told)
                .filteredOn(it -> it.reason().equals("QueueHandOverFailed"))
                .singleElement()
                .satisfies(it -> assertThat(it.note()).contains("filter-3", peer));
    }

    @Test
    void aPoolThatIsPausedStaysAsItIsUntilItIsNot() {
        PoolWorld world = serving();

        world.declares(it -> {
                    it.paused = true;
                    it.revision = "v1-two";
                })
                .runs(200);
        assertThat(world.status.trial()).isNull();
        assertThat(world.nodes).hasSize(3);
        assertThat(world.condition("Paused")).isEqualTo("True/PausedBySpec");

        world.declares(it -> it.paused = false)
                .until(
                        "promoted",
                        600,
                        it -> "v1-two".equals(it.status.revisions().stable()));
        assertThat(world.condition("Paused")).isEqualTo("absent");
    }

    @Test
    void aRejectedRevisionIsTriedAgainByACommitThatLeavesTheTemplateAlone() {
        PoolWorld world = onTrial().delivery("filter-4", "relay-b", REFUSED);
        world.until("rolled back", 120, it -> it.condition("Stalled").startsWith("True"))
                .repaired()
                .runs(200);
        assertThat(world.status.trial()).isNull();

        world.declares(it -> it.retryNonce = "the partner has fixed it").runs(1);

        assertThat(world.status.trial().revision()).isEqualTo("v1-two");
        assertThat(world.condition("Stalled")).isEqualTo("absent");
        assertThat(world.condition("RolledBack")).as("until it is promoted").startsWith("True");
        world.until("promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()));
        assertThat(world.condition("RolledBack")).isEqualTo("False/Promoted");
    }

    @Test
    void refusalsSayWhatToDoInstead() {
        PoolWorld world = serving();

        world.asks("pause", Verb.PAUSE, null)
                .asks("abort", Verb.ABORT, "v1-one")
                .asks("retry", Verb.RETRY, "v1-nine")
                .runs(2);

        assertThat(world.answerTo("pause").message()).contains("no trial is running", "spec.rollout.paused");
        assertThat(world.answerTo("abort").message()).contains("v1-one is in service", "declare");
        assertThat(world.answerTo("retry").message()).contains("was not rejected", "status.revisions.rejected");
    }

    @Test
    void aPoolThatCannotBeEmptiedSaysWhatIsInTheWay() {
        PoolWorld world = serving().delivery("*", "relay-a", REFUSED).runs(20);
        world.deleting = true;

        world.until("late", 300, it -> it.condition("Stalled").equals("True/DrainBlocked"));

        assertThat(world.message("Stalled")).contains("filter-1", "relay-a", "accept-loss");
        world.repaired().until("gone", 120, it -> it.status.nodes().isEmpty());
    }
}
