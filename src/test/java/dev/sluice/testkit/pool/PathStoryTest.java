package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutResult;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What pools of one path do to each other, and what came to light when everything failed at once in virtual time. */
class PathStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld serving() {
        return PoolWorld.serving(4);
    }

    @Test
    void aTrialEndsWithoutAVerdictWhenTheNextTierIsOutOfServiceSinceThatOneNeedsATrialToComeBack() {
        PoolWorld world = serving().onTrial();
        String attempt = world.status.trial().rolloutName();

        world.hopWaits = Optional.of("TransportPool east has no node in service");
        world.runs(60);

        assertThat(world.status.trial()).isNull();
        assertThat(world.records.get(attempt).result()).isEqualTo(RolloutResult.SUPERSEDED);
        assertThat(world.status.revisions().rejected()).isEmpty();
        world.hopWaits = Optional.empty();
        world.until("promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()));
    }

    @Test
    void aTrialMakesWayForAPoolOfThePathThatHasNoNodeInService() {
        PoolWorld world = serving().of(PoolKind.TRANSPORT_POOL).onTrial();

        world.starvingOnPath = Optional.of("FilterPool edge");
        world.runs(30);

        assertThat(world.status.trial()).isNull();
        assertThat(world.status.revisions().rejected()).isEmpty();
        assertThat(world.condition("Paused")).isEqualTo("True/PathBusy");
        assertThat(world.message("Paused")).contains("FilterPool edge", "goes first");
        world.starvingOnPath = Optional.empty();
        world.until("promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()));
    }

    @Test
    void aPoolThatHasNoNodeInServiceItselfMakesWayForNobody() {
        PoolWorld world = new PoolWorld(4);
        world.starvingOnPath = Optional.of("FilterPool edge");

        world.until("installed", 60, it -> it.serves(3));

        assertThat(world.in(NodeState.SERVING)).hasSize(3);
    }

    @Test
    void aNodeOfTheStableRevisionHasNoPartInTheTrialOfAnotherAndGoesWhenThatOneIsPromoted() {
        PoolWorld world = serving().onTrial();

        world.moves("filter-2").runs(20);

        assertThat(world.entry("filter-2").state()).isEqualTo(NodeState.STAGED);
        assertThat(world.entry("filter-2").reason()).contains("waits for the end of the trial");
        world.until("promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()))
                .runs(30);
        assertThat(world.status.nodes()).allMatch(node -> node.revision().equals("v1-two"));
        assertThat(world.in(NodeState.SERVING)).hasSize(3);
    }

    @Test
    void aNodeThatWaitedForTheTrialOfAnotherRevisionComesBackWhenThatOneIsRolledBack() {
        PoolWorld world = serving().onTrial();
        world.moves("filter-2").runs(5);

        world.delivery("filter-4", "*", REFUSED)
                .until("rolled back", 300, it -> it.wasTold("RolloutRolledBack"))
                .repaired()
                .until("all three serve", 900, it -> it.serves(3));

        assertThat(world.in(NodeState.SERVING)).contains("filter-2");
    }

    @Test
    void whatIsLeftOfNothingIsInstalledAnew() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two");
        List.copyOf(world.nodes.keySet()).forEach(world::deletesNode);

        world.until(
                "all gone",
                120,
                it -> it.status.nodes().stream()
                        .noneMatch(node -> node.revision().equals("v1-one")));
        world.messagesPerSecond = 0;

        world.until("serves without any mail", 300, it -> it.serves(3));
        assertThat(world.status.revisions().stable()).isEqualTo("v1-two");
        assertThat(world.records.keySet())
                .anyMatch(name -> name.contains(Purpose.INSTALL.name().toLowerCase(java.util.Locale.ROOT)));
    }

    @Test
    void whoWasTakenOutAndIsGoneCountsAgainstTheBudgetUntilItIsReplaced() {
        PoolWorld world = serving();
        world.declares(it -> it.paused = true);
        world.trialOnPath = Optional.of("TransportPool east");
        world.delivery("filter-1", "*", REFUSED)
                .until("the first is gone", 120, it -> it.released.contains("filter-1"));

        world.delivery("filter-2", "*", REFUSED).runs(60);

        assertThat(world.entry("filter-2").state()).isEqualTo(NodeState.SERVING);
        assertThat(world.entry("filter-2").reason()).startsWith("bad, but kept");
    }

    @Test
    void aNodeWhoseClockWasAnHourAheadDoesNotSeemToFailForAnHour() {
        PoolWorld world = serving();
        world.nodes.get("filter-1").clockAhead = Duration.ofHours(1);
        world.delivery("filter-1", "relay-a", REFUSED).runs(2);
        world.repaired();
        world.nodes.get("filter-1").clockAhead = Duration.ZERO;
        world.runs(60);

        world.messagesPerSecond = 0;
        world.runs(120);

        assertThat(world.condition("NextHopsReachable")).startsWith("True");
    }

    @Test
    void aRunOfProbesIsNamedAfterTheAddressThatItProves() {
        PoolWorld world = serving();
        String before = world.entry("filter-1").preflightId();

        world.moves("filter-1")
                .until("proves itself", 60, it -> it.in(NodeState.PREFLIGHT).contains("filter-1"));

        assertThat(before).endsWith("@10.20.1.2");
        assertThat(world.entry("filter-1").preflightId()).endsWith("@" + world.nodes.get("filter-1").address);
    }
}
