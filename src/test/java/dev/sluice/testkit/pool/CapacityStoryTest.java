package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec.FreezeWindow;
import dev.sluice.api.Verb;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What people and calendars may hold, and what they may not: a pool keeps the capacity that it had. */
class CapacityStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";
    /** The world begins on a Monday at nine. */
    private static final FreezeWindow UNTIL_TEN = new FreezeWindow(List.of(), "09:00", "10:00", "UTC");

    private static PoolWorld serving() {
        return PoolWorld.serving(4);
    }

    @Test
    void inAFreezeWindowNothingBeginsAndAfterItTheRolloutDoes() {
        PoolWorld world = serving();
        world.declares(it -> it.freezes = List.of(UNTIL_TEN));

        world.declares(it -> it.revision = "v1-two").runs(120);

        assertThat(world.status.trial()).isNull();
        assertThat(world.nodes).hasSize(3);
        assertThat(world.condition("Paused")).isEqualTo("True/FreezeWindow");
        assertThat(world.condition("Reconciling")).startsWith("True");
        assertThat(world.condition("Stalled")).isEqualTo("absent");
        assertThat(world.status.summary().message()).contains("v1-two", "2026-11-02T10:00:00Z");
        int writes = world.statusWrites;
        world.runs(300);
        assertThat(world.statusWrites).as("waiting writes nothing").isEqualTo(writes);

        world.until("begun after ten", 3600, it -> it.status.trial() != null);
        assertThat(world.now).isAfterOrEqualTo("2026-11-02T10:00:00Z");
        world.until("promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()));
    }

    @Test
    void aFreezeWindowHoldsARunningTrialWhereItIsAndTheDeadlineWaits() {
        PoolWorld world = serving().onTrial();
        world.declares(it -> {
            it.freezes = List.of(UNTIL_TEN);
            it.deadlineSeconds = 120;
        });

        world.runs(600);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.trial().weightPercent()).isEqualTo(10);
        assertThat(world.condition("Paused")).isEqualTo("True/FreezeWindow");
        assertThat(world.wasTold("RolloutRolledBack")).isFalse();
        world.until(
                "goes on after ten",
                3600,
                it -> it.status.trial() == null || it.status.trial().step() == 2);
        assertThat(world.now).isAfterOrEqualTo("2026-11-02T10:00:00Z");
    }

    @Test
    void inAFreezeWindowABadCanaryIsTakenOutAllTheSame() {
        PoolWorld world = serving().onTrial();
        world.declares(it -> it.freezes = List.of(UNTIL_TEN));

        world.delivery("filter-4", "relay-a", REFUSED);

        world.until("rolled back", 30, it -> it.wasTold("RolloutRolledBack"));
        assertThat(world.edge()).containsEntry("filter-4", 0);
    }

    @Test
    void inAFreezeWindowAnEjectedNodeIsReplaced() {
        PoolWorld world = serving();
        world.declares(it -> it.freezes = List.of(UNTIL_TEN));

        world.delivery("filter-2", "relay-a", REFUSED);

        world.until("ejected", 15, it -> it.wasTold("NodeEjected"))
                .until("replaced", 300, it -> it.serves(3) && it.isQuiet());
        assertThat(world.now).isBefore("2026-11-02T10:00:00Z");
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-3", "filter-4");
    }

    @Test
    void aPausedPoolReplacesAnEjectedNodeByTheSameSteps() {
        PoolWorld world = serving();
        world.declares(it -> {
            it.paused = true;
            it.maxStep = 0;
        });

        world.delivery("filter-2", "relay-a", REFUSED);

        world.until(
                        "on trial",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() > 0)
                .until("replaced", 300, it -> it.serves(3) && it.isQuiet());
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-3", "filter-4");
    }

    @Test
    void aNodeThatMovedInAFreezeWindowServesAgainOnceItIsProven() {
        PoolWorld world = serving();
        world.declares(it -> it.freezes = List.of(UNTIL_TEN)).moves("filter-2");

        world.until("moved", 30, it -> !it.serves(3)).until("serves again", 300, it -> it.serves(3));

        assertThat(world.now).isBefore("2026-11-02T10:00:00Z");
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-2", "filter-3");
    }

    @Test
    void aLostNodeIsReplacedInAFreezeWindowThoughANewRevisionWaits() {
        PoolWorld world = serving();
        world.declares(it -> {
            it.freezes = List.of(UNTIL_TEN);
            it.revision = "v1-two";
        });

        world.runs(10).delivery("filter-2", "relay-a", REFUSED);

        world.until("ejected", 15, it -> it.wasTold("NodeEjected"))
                .until("replaced", 300, it -> it.in(NodeState.SERVING).size() == 3 && it.isQuiet());
        assertThat(world.status.revisions().stable()).isEqualTo("v1-one");
        assertThat(world.nodes.get("filter-4").revision).isEqualTo("v1-one");
        world.until("begun after ten", 3600, it -> it.status.trial() != null);
        assertThat(world.status.trial().purpose()).isEqualTo(Purpose.NEW_REVISION);
    }

    @Test
    void aPoolThatIsToGrowInAFreezeWindowGetsNoMoreThanItHad() {
        PoolWorld world = serving();
        world.declares(it -> {
            it.freezes = List.of(UNTIL_TEN);
            it.replicas = 5;
        });

        world.runs(30);
        assertThat(world.nodes).hasSize(3);
        world.delivery("filter-2", "relay-a", REFUSED)
                .until("ejected", 15, it -> it.wasTold("NodeEjected"))
                .until("replaced", 300, it -> it.serves(3) && it.isQuiet())
                .runs(60);

        assertThat(world.nodes).hasSize(3);
        assertThat(world.now).isBefore("2026-11-02T10:00:00Z");
        world.repaired().until("grown after ten", 4000, it -> it.serves(5));
    }

    @Test
    void aNodeThatIsLostAfterTheGrowthOfThePoolFailedIsReplacedWithoutTryingTheGrowthAgain() {
        PoolWorld world = serving().probes("filter-4", "relay-b", REFUSED);
        world.declares(it -> it.replicas = 4)
                .until("refused", 60, it -> it.wasTold("RolloutRefused"))
                .runs(30);
        world.repaired();

        world.deletesNode("filter-2").until("replaced", 300, it -> it.nodes.get("filter-2") == null && it.serves(3));

        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-3", "filter-4");
        world.runs(200);
        assertThat(world.serves(3)).as("the growth to 4 waits for a retry").isTrue();
        assertThat(world.condition("Stalled")).isEqualTo("True/RevisionRejected");
        world.declares(it -> it.retryNonce = "now").until("grown", 300, it -> it.serves(4));
    }

    @Test
    void aReplacementThatFailsIsNotTriedAgainUnasked() {
        PoolWorld world = serving().probes("*", "relay-b", REFUSED);

        world.deletesNode("filter-2").until("refused", 120, it -> it.wasTold("RolloutRefused"));
        world.repaired().runs(200);

        assertThat(world.in(NodeState.SERVING)).hasSize(2);
        world.asks("again", Verb.RETRY, "v1-one").until("replaced", 300, it -> it.serves(3));
    }

    @Test
    void aPersonMayHoldAReplacementByName() {
        PoolWorld world = serving();
        world.delivery("filter-2", "relay-a", REFUSED)
                .until(
                        "on trial",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);

        world.asks("wait", Verb.PAUSE, null).runs(120);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.condition("Paused")).isEqualTo("True/PausedByUser");
        world.asks("go-on", Verb.RESUME, null).until("replaced", 300, it -> it.serves(3) && it.isQuiet());
    }

    @Test
    void twoPoolsOfOnePathTakeTurnsAndTheSecondSaysForWhomItWaits() {
        PoolWorld world = serving();
        world.trialOnPath = java.util.Optional.of("TransportPool east");

        world.declares(it -> it.revision = "v1-two").runs(60);

        assertThat(world.status.trial()).isNull();
        assertThat(world.condition("Paused")).isEqualTo("True/PathBusy");
        assertThat(world.status.summary().message()).contains("TransportPool east", "never on trial together");
        world.trialOnPath = java.util.Optional.empty();
        world.until("promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()));
    }
}
