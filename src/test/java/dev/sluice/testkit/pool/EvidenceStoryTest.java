package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Silence is never success: agents that do not answer, or answer nonsense. */
class EvidenceStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld serving() {
        return new PoolWorld(5)
                .until("all three serve", 60, world -> world.serves(3))
                .runs(60);
    }

    private static PoolWorld onTrial(PoolWorld world) {
        return world.until(
                "canary",
                60,
                it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    @Test
    void aCanaryThatCannotBeReachedIsNeverPromotedAndItsTrialEndsByTheDeadline() {
        PoolWorld world = serving();
        world.declares(it -> {
            it.revision = "v1-two";
            it.deadlineSeconds = 60;
        });
        onTrial(world).nodes.get("filter-4").reachable = false;

        world.until("late", 120, it -> it.wasTold("RolloutRolledBack"));

        assertThat(world.status.revisions().stable()).isEqualTo("v1-one");
        assertThat(world.status.revisions().rejected())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo("MetricsUnavailable"));
        assertThat(world.records.values())
                .flatMap(record -> record.steps())
                .noneMatch(step -> step.verdict().equals("Promote"));
    }

    @Test
    void aCanaryThatCannotBeReachedGetsNoMoreMailAndIsNamed() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two");
        onTrial(world).nodes.get("filter-4").reachable = false;

        world.runs(20);

        assertThat(world.edge()).containsEntry("filter-4", 0);
        assertThat(world.condition("MetricsReady")).isEqualTo("False/Unreachable");
        assertThat(world.message("MetricsReady")).contains("filter-4");
        assertThat(world.status.trial().step()).isEqualTo(1);
    }

    @Test
    void oneSilentCanaryOfTwoKeepsBothFromPromotionAndTheOtherIsStillJudged() {
        PoolWorld world = serving();
        world.declares(it -> it.replicas = 5);
        onTrial(world).nodes.get("filter-4").reachable = false;

        world.runs(200);
        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.summary().message()).contains("filter-4");

        world.delivery("filter-5", "relay-a", REFUSED)
                .until("taken out", 60, it -> it.entry("filter-5").state() == NodeState.QUARANTINED);
    }

    @Test
    void aCanaryWhoseCountersContradictThemselvesIsNeverPromoted() {
        PoolWorld world = serving();
        world.declares(it -> {
            it.revision = "v1-two";
            it.deadlineSeconds = 60;
        });
        onTrial(world).nodes.get("filter-4").nonsense = true;

        world.runs(30);
        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.summary().message()).contains("no canary node gives usable counters");

        world.until("late", 120, it -> it.wasTold("RolloutRolledBack"));
        assertThat(world.status.revisions().stable()).isEqualTo("v1-one");
    }

    @Test
    void aServingNodeThatAnswersNonsenseIsNotJudgedAndTheOthersAre() {
        PoolWorld world = serving();
        world.nodes.get("filter-1").nonsense = true;
        world.runs(60);
        assertThat(world.in(NodeState.SERVING)).hasSize(3);

        world.delivery("filter-2", "relay-a", REFUSED);

        world.until("ejected", 20, it -> it.wasTold("NodeEjected"));
        assertThat(world.entry("filter-2").state()).isEqualTo(NodeState.QUARANTINED);
        assertThat(world.entry("filter-1").state()).isEqualTo(NodeState.SERVING);
    }

    @Test
    void aServingNodeThatCannotBeReachedStaysAndTheOthersAreStillJudged() {
        PoolWorld world = serving();
        world.nodes.get("filter-1").reachable = false;
        world.runs(60);
        assertThat(world.in(NodeState.SERVING)).hasSize(3);
        assertThat(world.edge().get("filter-1")).isPositive();

        world.delivery("filter-2", "relay-a", REFUSED);

        world.until("ejected", 20, it -> it.wasTold("NodeEjected"));
        assertThat(world.entry("filter-2").state()).isEqualTo(NodeState.QUARANTINED);
    }

    @Test
    void aSilentBaselineIsNoEvidenceAndNotNoBaseline() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two");
        onTrial(world);
        List.of("filter-1", "filter-2", "filter-3").forEach(name -> world.nodes.get(name).reachable = false);

        world.runs(300);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.summary().verdict()).isEqualTo("NoEvidence");
        assertThat(world.status.summary().message()).contains("no baseline node gives usable counters");
        world.repaired()
                .until(
                        "promoted",
                        600,
                        it -> "v1-two".equals(it.status.revisions().stable()));
    }

    @Test
    void aBaselineThatWasNeverHeardAfterARestartIsNoEvidenceEither() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two");
        onTrial(world);
        List.of("filter-1", "filter-2", "filter-3").forEach(name -> {
            world.nodes.get(name).reachable = false;
            world.nodes.get(name).lastReport = null;
            world.nodes.get(name).lastReportTime = null;
        });

        world.runs(120);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.summary().message()).contains("no baseline node gives usable counters");
    }

    @Test
    void anOldAnswerOfAnAgentWhoseClockIsAheadIsNoEvidence() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two");
        onTrial(world);
        List.of("filter-1", "filter-2", "filter-3").forEach(name -> {
            world.nodes.get(name).clockAhead = java.time.Duration.ofMinutes(30);
        });
        world.runs(1);
        List.of("filter-1", "filter-2", "filter-3").forEach(name -> world.nodes.get(name).reachable = false);

        world.runs(60);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.summary().message()).contains("no baseline node gives usable counters");
    }

    @Test
    void aNodeThatFailedBeforeItFellSilentIsNotTakenOutOnOldEvidence() {
        PoolWorld world = serving();
        world.declares(it -> it.minAvailable = 3);
        world.delivery("filter-2", "relay-a", REFUSED).until("kept", 30, it -> it.wasTold("EjectionHeld"));
        world.nodes.get("filter-2").reachable = false;
        world.runs(30).declares(it -> it.minAvailable = 0).runs(60);

        assertThat(world.entry("filter-2").state()).isEqualTo(NodeState.SERVING);
    }
}
