package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.HopState;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.Verb;
import dev.sluice.sim.fleet.MailNodeModel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The stories that Sluice exists for: nodes that cannot hand their mail on. */
class FailureStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld serving() {
        return new PoolWorld(2)
                .until("all three serve", 60, world -> world.serves(3))
                .runs(60);
    }

    @Test
    void nodesThatTheNextHopRefusesNeverGetMail() {
        PoolWorld world = serving().probes("filter-4", "relay-b", REFUSED).probes("filter-5", "relay-b", REFUSED);

        world.declares(it -> it.replicas = 5)
                .until("refused", 60, it -> it.wasTold("RolloutRefused"))
                .runs(60);

        assertThat(world.in(NodeState.REJECTED)).containsExactly("filter-4", "filter-5");
        assertThat(world.nodes.get("filter-4").messages).isZero();
        assertThat(world.condition("Ready")).isEqualTo("False/RevisionRejected");
        assertThat(world.condition("Stalled")).isEqualTo("True/RevisionRejected");
        assertThat(world.condition("Available")).startsWith("True");
        assertThat(world.message("Stalled")).contains("filter-4", "relay-b", REFUSED, "retry");
    }

    @Test
    void refusedNodesAreTriedAgainWhenAPersonAsks() {
        PoolWorld world = serving().probes("*", "relay-b", REFUSED);
        world.declares(it -> it.replicas = 4)
                .until("refused", 60, it -> it.wasTold("RolloutRefused"))
                .repaired();

        world.runs(100);
        assertThat(world.serves(3)).isTrue();

        world.declares(it -> it.paused = true).declares(it -> it.paused = false).runs(20);
        assertThat(world.status.trial())
                .as("an edit of something else is not a retry")
                .isNull();

        world.declares(it -> it.retryNonce = "again").until("grown", 300, it -> it.serves(4));
        assertThat(world.in(NodeState.SERVING)).contains("filter-4");
    }

    @Test
    void refusedNodesAreTriedAgainByAnAction() {
        PoolWorld world = serving().probes("*", "relay-b", REFUSED);
        world.declares(it -> it.replicas = 4)
                .until("refused", 60, it -> it.wasTold("RolloutRefused"))
                .repaired();

        world.asks("please", Verb.RETRY, "v1-one").until("grown", 300, it -> it.serves(4));

        assertThat(world.answerTo("please").answer()).isEqualTo(dev.sluice.plan.Effect.Answer.ACCEPTED);
        assertThat(world.condition("RolledBack")).isEqualTo("False/Promoted");
    }

    @Test
    void refusedNodesGoWhenTheyAreNoLongerWanted() {
        PoolWorld world = serving().probes("*", "relay-b", REFUSED);
        world.declares(it -> it.replicas = 4).until("refused", 60, it -> it.wasTold("RolloutRefused"));

        world.declares(it -> it.replicas = 3).until("gone", 20, it -> it.nodes.size() == 3 && it.isQuiet());

        assertThat(world.condition("Ready")).isEqualTo("True/InService");
    }

    @Test
    void aCanaryThatFailsAtOneHopIsTakenOutAndItsMailIsSaved() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
        world.delivery("filter-4", "relay-b", REFUSED);

        world.until("rolled back", 20, it -> it.wasTold("RolloutRolledBack"));
        assertThat(world.entry("filter-4").state()).isEqualTo(NodeState.QUARANTINED);
        assertThat(world.edge()).containsEntry("filter-4", 0);
        long waiting = world.nodes.get("filter-4").queued();
        assertThat(waiting).isPositive();

        world.until("handed over", 10, it -> it.entry("filter-4").handoverTo() != null)
                .until("empty and gone", 30, it -> it.isQuiet() && it.nodes.size() == 3);

        assertThat(world.lost).isZero();
        assertThat(world.status.revisions().rejected()).singleElement().satisfies(rejection -> {
            assertThat(rejection.revision()).isEqualTo("v1-two");
            assertThat(rejection.evidence()).contains("relay-b");
        });
        assertThat(world.condition("Ready")).isEqualTo("False/RevisionRejected");
        assertThat(world.condition("Stalled")).isEqualTo("True/RevisionRejected");
        assertThat(world.condition("RolledBack")).startsWith("True");
        assertThat(world.condition("Available")).startsWith("True");
        world.runs(200);
        assertThat(world.status.trial()).isNull();
    }

    @Test
    void aCondemnedCanaryIsToLoseItsMailBeforeAnythingIsRecorded() {
        PoolWorld world = atTheFirstStep().delivery("filter-4", "relay-b", REFUSED);

        assertThat(condemnedUntilRolledBack(world)).containsExactly("filter-4");
    }

    /** At a step of 100 % the serving nodes get no mail: until they are recorded as those who do, it needs a place. */
    @Test
    void whereNobodyElseCarriesMailItStaysUntilTheRecordIsWritten() {
        PoolWorld world = serving().onTrialWithAllTheMail(120);
        world.in(NodeState.CANARY).forEach(node -> world.delivery(node, "relay-a", REFUSED));

        assertThat(condemnedUntilRolledBack(world)).isEmpty();
    }

    private static Set<String> condemnedUntilRolledBack(PoolWorld world) {
        Set<String> condemned = new TreeSet<>();
        for (int second = 0; second < 300 && !world.wasTold("RolloutRolledBack"); second++) {
            PoolStatus before = world.status;
            world.runs(1);
            condemned.addAll(world.lastPlan.condemned(before));
        }
        assertThat(world.wasTold("RolloutRolledBack")).isTrue();
        return condemned;
    }

    @Test
    void aCanaryThatTookItselfOutWhileNobodyLookedIsRolledBack() {
        PoolWorld world = atTheFirstStep();
        MailNodeModel canary = world.nodes.get("filter-4");
        canary.accept("relay-b", Optional.of(REFUSED), world.now);
        canary.tookItselfOut = Optional.of("nothing gets through");

        world.until("rolled back", 10, it -> it.wasTold("RolloutRolledBack"));

        assertThat(world.entry("filter-4").state()).isEqualTo(NodeState.QUARANTINED);
        assertThat(world.status.revisions().rejected())
                .singleElement()
                .satisfies(rejection ->
                        assertThat(rejection.evidence()).isEqualTo("filter-4 took itself out: nothing gets through"));
    }

    @Test
    void aCanaryThatTookItselfOutInACommonOutageIsHeldAgainstNobody() {
        PoolWorld world = atTheFirstStep();
        world.delivery("*", "relay-a", REFUSED)
                .delivery("*", "relay-b", REFUSED)
                .runs(2);
        world.nodes.get("filter-4").tookItselfOut = Optional.of("nothing gets through");

        world.runs(60);

        assertThat(world.wasTold("RolloutRolledBack")).isFalse();
        assertThat(world.in(NodeState.CANARY)).containsExactly("filter-4");
    }

    @Test
    void aNodeMayGoByItselfOnlyOnTrialAndBesideOthersThatCarryMail() {
        PoolWorld world = atTheFirstStep();
        world.runs(2);
        assertThat(world.nodes.get("filter-4").orders.canBeSpared()).isTrue();
        assertThat(world.nodes.get("filter-1").orders.canBeSpared()).isFalse();

        world.until("promoted", 900, it -> it.in(NodeState.SERVING).contains("filter-4"))
                .runs(2);
        assertThat(world.nodes.get("filter-4").orders.canBeSpared()).isFalse();
    }

    private static PoolWorld atTheFirstStep() {
        return serving()
                .declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    @Test
    void goingBackToWhatServesIsReadyAtOnceEvenWhileTheRestDrains() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
        world.delivery("filter-4", "relay-b", REFUSED).until("rolled back", 20, it -> it.wasTold("RolloutRolledBack"));

        world.declares(it -> it.revision = "v1-one").runs(1);

        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.condition("Stalled")).isEqualTo("absent");
    }

    @Test
    void oneBadCanaryOfSeveralIsTakenOutAloneAndTheTrialGoesOn() {
        PoolWorld world = serving();
        world.declares(it -> it.replicas = 6)
                .until(
                        "canaries",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
        world.delivery("filter-5", "relay-a", REFUSED);

        world.until("ejected", 60, it -> it.wasTold("NodeEjected"));
        assertThat(world.in(NodeState.CANARY)).containsExactly("filter-4", "filter-6");
        assertThat(world.wasTold("RolloutRolledBack")).isFalse();

        world.until("the others serve", 300, it -> it.in(NodeState.SERVING).size() >= 5);
        world.delivery("filter-5", "relay-a", REFUSED).until("replaced", 400, it -> it.serves(6) && it.isQuiet());
        assertThat(world.lost).isZero();
    }

    @Test
    void aNewRevisionIsSupersededByAnotherAndByGoingBack() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);

        world.declares(it -> it.revision = "v1-three").runs(2);
        assertThat(world.status.trial().revision()).isEqualTo("v1-three");
        world.declares(it -> it.revision = "v1-one").runs(2);

        assertThat(world.status.trial()).isNull();
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        world.until("drained", 60, it -> it.isQuiet() && it.nodes.size() == 3);
        assertThat(world.records.values())
                .filteredOn(it -> it.result() == RolloutResult.SUPERSEDED)
                .hasSize(2);
        assertThat(world.status.revisions().rejected()).isEmpty();
    }

    @Test
    void aServingNodeThatTurnsBadIsTakenOutAndReplaced() {
        PoolWorld world = serving().runs(100);
        world.delivery("filter-2", "relay-a", REFUSED);

        world.until("ejected", 15, it -> it.wasTold("NodeEjected"));
        assertThat(world.entry("filter-2").state()).isEqualTo(NodeState.QUARANTINED);
        assertThat(world.told)
                .filteredOn(it -> it.reason().equals("NodeEjected"))
                .singleElement()
                .satisfies(it -> assertThat(it.note()).contains("filter-2", "relay-a"));

        world.until("replaced", 300, it -> it.serves(3) && it.isQuiet());
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-3", "filter-4");
        assertThat(world.lost).isZero();
    }

    @Test
    void whenAllFailNobodyIsTakenOutAndTheHopIsNamed() {
        PoolWorld world = serving().runs(100);
        world.delivery("*", "*", "connect to 10.20.200.1[10.20.200.1]:25: Connection refused");

        world.runs(120);

        assertThat(world.in(NodeState.SERVING)).hasSize(3);
        assertThat(world.condition("Available")).isEqualTo("False/NoDeliveringNodes");
        assertThat(world.condition("NextHopsReachable")).isEqualTo("False/NextHopDown");
        assertThat(world.message("NextHopsReachable")).contains("relay-a", "relay-b", "Connection refused");
        assertThat(world.status.summary().message()).contains("relay-a");
        int writes = world.statusWrites;
        world.runs(60);
        assertThat(world.statusWrites).isEqualTo(writes);

        world.repaired().until("back", 30, it -> it.condition("Available").startsWith("True"));
        world.runs(60);
        assertThat(world.in(NodeState.SERVING)).hasSize(3);
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
    }

    @Test
    void theNodeThatIsHeardFirstInAnOutageIsNotTakenOut() {
        PoolWorld world = serving().runs(100);
        world.delivery("*", "*", REFUSED).unheard("filter-1", "filter-2").runs(1);

        world.heard().runs(60);

        assertThat(world.wasTold("NodeEjected")).isFalse();
        assertThat(world.condition("NextHopsReachable")).isEqualTo("False/NextHopDown");
    }

    @Test
    void aClockThatIsAheadDoesNotMakeItsNodeDeliverLaterThanTheOthersFail() {
        PoolWorld world = serving().runs(100);
        world.nodes.get("filter-1").clockAhead = Duration.ofHours(1);
        world.runs(10);

        world.delivery("*", "*", REFUSED).unheard("filter-1", "filter-2").runs(1);
        world.heard().runs(60);

        assertThat(world.wasTold("NodeEjected")).isFalse();
    }

    @Test
    void aNodeThatFailsNowAndThenIsTakenOutThoughItAlsoDelivers() {
        PoolWorld world = serving().runs(100);

        for (int second = 0; second < 30 && !world.wasTold("NodeEjected"); second++) {
            world.repaired().runs(1);
            world.delivery("filter-3", "*", REFUSED).runs(1);
        }

        assertThat(world.entry("filter-3").state()).isEqualTo(NodeState.QUARANTINED);
    }

    @Test
    void aNodeThatFindsTheHopAgainLaterThanTheOthersIsNotTakenOut() {
        PoolWorld world = serving().runs(100);
        world.delivery("*", "relay-a", "connect to 10.20.200.1[10.20.200.1]:25: Connection refused")
                .runs(20);
        assertThat(world.status.nextHops()).singleElement().satisfies(outage -> {
            assertThat(outage.name()).isEqualTo("relay-a");
            assertThat(outage.state()).isEqualTo(HopState.DOWN);
        });

        world.repaired()
                .delivery("filter-3", "relay-a", "delivery temporarily suspended: Connection refused")
                .runs(12);
        assertThat(world.status.nextHops())
                .singleElement()
                .satisfies(outage -> assertThat(outage.state()).isEqualTo(HopState.RECOVERING));
        world.repaired().runs(120);

        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-2", "filter-3");
        assertThat(world.wasTold("NodeEjected")).isFalse();
        assertThat(world.status.nextHops()).isEmpty();
    }

    @Test
    void aNodeThatNeverFindsTheHopAgainIsTakenOut() {
        PoolWorld world = serving().runs(100);
        world.delivery("*", "relay-a", REFUSED).runs(20);

        world.repaired().delivery("filter-3", "relay-a", REFUSED);

        world.until("ejected", 60, it -> it.wasTold("NodeEjected"));
        assertThat(world.entry("filter-3").state()).isEqualTo(NodeState.QUARANTINED);
    }

    @Test
    void aNodeThatTurnsBadAtAnotherHopDuringAnOutageIsTakenOutAllTheSame() {
        PoolWorld world = serving().runs(100);
        world.delivery("*", "relay-a", REFUSED).runs(20);

        world.delivery("filter-1", "relay-b", REFUSED);

        world.until("ejected", 15, it -> it.wasTold("NodeEjected"));
        assertThat(world.entry("filter-1").state()).isEqualTo(NodeState.QUARANTINED);
    }

    @Test
    void aTrialWaitsForTheEndOfACommonOutageAndThenGoesOn() {
        PoolWorld world = serving();
        world.declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);

        world.delivery("*", "relay-a", REFUSED).runs(60);
        assertThat(world.wasTold("RolloutRolledBack")).isFalse();
        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.status.summary().message()).contains("relay-a");

        world.repaired()
                .delivery("filter-4", "relay-a", "delivery temporarily suspended: Connection refused")
                .runs(10);
        world.repaired()
                .until(
                        "promoted",
                        600,
                        it -> it.status.revisions().stable().equals("v1-two") && it.status.trial() == null);
        assertThat(world.wasTold("NodeEjected")).isFalse();
    }

    @Test
    void aCanaryThatGetsThroughWhereTheOldNodesDoNotIsTheRepairAndIsPromoted() {
        PoolWorld world = serving();
        world.delivery("filter-1", "relay-a", REFUSED)
                .delivery("filter-2", "relay-a", REFUSED)
                .delivery("filter-3", "relay-a", REFUSED)
                .runs(20);

        world.declares(it -> it.revision = "v1-two");

        world.until("promoted", 900, it -> "v1-two".equals(it.status.revisions().stable()));
    }

    @Test
    void noMoreNodesAreTakenOutThanTheBudgetAllows() {
        PoolWorld world = new PoolWorld(3);
        world.declares(it -> {
            it.replicas = 5;
            it.minAvailable = 4;
        });
        world.until("installed", 60, it -> it.serves(5)).runs(100);
        world.probes("*", "relay-a", REFUSED)
                .delivery("filter-1", "relay-a", REFUSED)
                .delivery("filter-2", "relay-a", REFUSED);

        world.runs(60);

        assertThat(world.in(NodeState.SERVING)).hasSize(4);
        assertThat(world.wasTold("EjectionHeld")).isTrue();
    }

    @Test
    void aServingNodeWhoseMailTransferAgentStopsIsTakenOut() {
        PoolWorld world = serving();
        world.nodes.get("filter-3").mtaFailure =
                java.util.Optional.of("fatal: open /etc/postfix/main.cf: No such file");

        world.runs(2);

        assertThat(world.entry("filter-3").state()).isEqualTo(NodeState.QUARANTINED);
        assertThat(world.entry("filter-3").reason()).contains("main.cf");
    }

    @Test
    void aNodeThatComesBackWithAnotherAddressProvesItselfAgain() {
        PoolWorld world = serving();
        world.moves("filter-2").probes("filter-2", "relay-b", REFUSED).runs(15);

        assertThat(world.entry("filter-2").state()).isIn(NodeState.STAGED, NodeState.PREFLIGHT);
        assertThat(world.edge().get("filter-2")).isZero();

        world.repaired().until("serves again", 300, it -> it.serves(3));
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-2", "filter-3");
    }
}
