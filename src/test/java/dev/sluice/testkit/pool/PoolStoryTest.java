package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.Initial;
import dev.sluice.api.NodeState;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The plain stories: a pool comes up, grows, changes, shrinks and goes. */
class PoolStoryTest {
    private static PoolWorld serving() {
        return new PoolWorld(1).until("all three serve", 60, world -> world.serves(3));
    }

    @Test
    void aNewPoolServesOnceEveryNodeHasPassedItsPreflight() {
        PoolWorld world = new PoolWorld(1);

        world.until("installed", 60, it -> it.serves(3)).runs(5);

        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.condition("Available")).startsWith("True");
        assertThat(world.condition("Reconciling")).isEqualTo("absent");
        assertThat(world.status.revisions().stable()).isEqualTo("v1-one");
        assertThat(world.edge())
                .hasSize(3)
                .allSatisfy((node, weight) -> assertThat(weight).isEqualTo(256));
    }

    @Test
    void aNewPoolThatIsCautiousIsJudgedByTheAbsoluteLimit() {
        PoolWorld world = new PoolWorld(1);
        world.declares(it -> it.initial = Initial.CANARY);

        world.until("installed", 300, it -> it.serves(3));

        assertThat(world.records.values())
                .singleElement()
                .satisfies(record -> assertThat(record.steps()).hasSize(1));
    }

    @Test
    void aPoolGrowsByEvidenceStepByStep() {
        PoolWorld world = serving();

        world.declares(it -> it.replicas = 5)
                .until("canary", 30, it -> it.in(NodeState.CANARY).size() == 2)
                .until("grown", 300, it -> it.serves(5));

        assertThat(world.wasTold("StepAdvanced")).isTrue();
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.lastPlan.status().nodes()).allMatch(node -> node.everCarriedMail());
    }

    @Test
    void aNewRevisionReplacesTheOldNodesAndTheyDrain() {
        PoolWorld world = serving();

        world.declares(it -> it.revision = "v1-two")
                .until(
                        "promoted",
                        600,
                        it -> "v1-two".equals(it.status.revisions().stable()))
                .until("drained", 100, it -> it.isQuiet() && it.nodes.size() == 3);

        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-4", "filter-5", "filter-6");
        assertThat(world.released).containsExactly("filter-1", "filter-2", "filter-3");
    }

    /** Nobody else gets mail then: a comparison would wait for a baseline for ever. */
    @Test
    void aRevisionThatGetsAllTheMailIsJudgedByTheAbsoluteLimit() {
        PoolWorld world = serving();

        world.onTrialWithAllTheMail(600)
                .until(
                        "promoted",
                        120,
                        it -> "v1-two".equals(it.status.revisions().stable()))
                .until("drained", 100, it -> it.isQuiet() && it.nodes.size() == 3);

        assertThat(world.lost).isZero();
    }

    @Test
    void aRevisionThatFailsOnceItGetsAllTheMailIsNotPromoted() {
        PoolWorld world = serving().onTrialWithAllTheMail(120);

        world.in(NodeState.CANARY).forEach(node -> world.delivery(node, "relay-a", "450 4.3.2 try later"));
        world.until(
                "rolled back",
                300,
                it -> it.status.trial() == null && it.condition("RolledBack").startsWith("True"));

        assertThat(world.status.revisions().stable()).isEqualTo("v1-one");
        assertThat(world.edge().entrySet())
                .filteredOn(server -> server.getValue() > 0)
                .allSatisfy(server ->
                        assertThat(List.of("filter-1", "filter-2", "filter-3")).contains(server.getKey()));
    }

    @Test
    void aPoolShrinksByItsYoungestNodes() {
        PoolWorld world = serving();

        world.declares(it -> it.replicas = 1).until("shrunk", 60, it -> it.isQuiet() && it.serves(1));

        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1");
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
    }

    @Test
    void aPoolOfNobodyIsReadyAndComesBack() {
        PoolWorld world = serving();

        world.declares(it -> it.replicas = 0)
                .until("empty", 60, it -> it.isQuiet() && it.serves(0))
                .runs(3);
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.message("Available")).contains("spec.replicas is 0");

        world.declares(it -> it.revision = "v1-two").runs(3);
        assertThat(world.status.revisions().stable()).isEqualTo("v1-two");

        world.declares(it -> it.replicas = 2).until("back", 60, it -> it.serves(2));
    }

    @Test
    void aDeletedPoolKeepsItsMailUntilItIsDelivered() {
        PoolWorld world = serving().delivery("*", "relay-a", "450 4.3.2 try later");
        world.runs(5);
        world.deleting = true;

        world.runs(30);
        assertThat(world.nodes).isNotEmpty();
        assertThat(world.released).isEmpty();

        world.repaired().until("gone", 60, it -> it.status.nodes().isEmpty());
        assertThat(world.nodes).isEmpty();
        assertThat(world.lost).isZero();
    }

    @Test
    void aDeletedNodeIsReplacedAfterItIsEmpty() {
        PoolWorld world = serving();

        world.deletesNode("filter-2").runs(2).until("replaced", 300, it -> it.serves(3) && it.isQuiet());

        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-3", "filter-4");
    }

    @Test
    void aPoolAtRestWritesNothing() {
        PoolWorld world = serving().runs(10);
        int before = world.statusWrites;

        world.runs(600);

        assertThat(world.statusWrites).isEqualTo(before);
        assertThat(world.planAgain().status()).isEqualTo(world.status);
    }

    @Test
    void aTrialWithoutADecisionWritesAtMostEveryFifteenSeconds() {
        PoolWorld world = serving();
        world.messagesPerSecond = 3;
        world.declares(it -> it.replicas = 4)
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1)
                .runs(20);
        int before = world.statusWrites;

        world.runs(60);

        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.statusWrites - before)
                .as("four for the figures, one because evidence is awaited by now")
                .isBetween(2, 5);
    }
}
