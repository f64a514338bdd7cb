package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.DrainPolicy;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.plan.Effect;
import dev.sluice.sim.fleet.MailNodeModel;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Declarations that lead nowhere, machines that a person declares, mail that cannot be saved. */
class DeclarationStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld serving() {
        return PoolWorld.serving(7);
    }

    @Test
    void aHopThatDoesNotExistIsNamedAndWhatServesGoesOn() {
        PoolWorld world = serving();
        world.hopProblem = Optional.of("TransportPool west does not exist in this namespace");

        world.declares(it -> it.replicas = 5).runs(60);

        assertThat(world.nodes).hasSize(3);
        assertThat(world.condition("Reconciling")).isEqualTo("True/DependencyNotReady");
        assertThat(world.message("Reconciling")).contains("west");
        assertThat(world.condition("Ready")).isEqualTo("False/DependencyNotReady");
        assertThat(world.condition("Available")).startsWith("True");
        assertThat(world.edge().values()).containsOnly(256);
        world.repaired().until("grown", 300, it -> it.serves(5));
    }

    @Test
    void aHopThatHasNoNodeYetIsWaitedForAndNobodyHasToDoAnything() {
        PoolWorld world = new PoolWorld(7);
        world.hopWaits = Optional.of("TransportPool east has no node in service");

        world.runs(60);

        assertThat(world.nodes).isEmpty();
        assertThat(world.condition("Stalled")).isEqualTo("absent");
        assertThat(world.condition("Reconciling")).isEqualTo("True/DependencyNotReady");
        assertThat(world.message("Reconciling")).contains("east");
        assertThat(world.condition("Ready")).isEqualTo("False/DependencyNotReady");
        world.repaired().until("installed", 120, it -> it.serves(3));
    }

    @Test
    void aPolicyThatDoesNotExistIsNamedAndWhatServesIsStillWatched() {
        PoolWorld world = serving();
        world.declares(it -> {
            it.policyMissing = true;
            it.replicas = 4;
        });

        world.runs(60);
        assertThat(world.nodes).hasSize(3);
        assertThat(world.message("Ready")).contains("RolloutPolicy careful does not exist");

        world.delivery("filter-2", "relay-a", REFUSED).until("ejected", 120, it -> it.wasTold("NodeEjected"));
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-3");
    }

    @Test
    void aCanaryWhosePolicyVanishedGoesNoFurtherAndIsStillRolledBack() {
        PoolWorld world = serving().onTrial();
        world.declares(it -> it.policyMissing = true).runs(120);
        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.nodes).hasSize(4);

        world.delivery("filter-4", "relay-b", REFUSED);

        world.until("rolled back", 120, it -> it.wasTold("RolloutRolledBack"));
        assertThat(world.edge()).containsEntry("filter-4", 0);
    }

    @Test
    void nodesThatTheClusterDoesNotTakeSayWhyAndAreMadeOnceItDoes() {
        PoolWorld world = serving();
        String quota = "the API server does not take it: exceeded quota: small";
        world.refusedNodes = Map.of("filter-4", quota, "filter-5", quota);

        world.declares(it -> it.replicas = 5).runs(60);

        assertThat(world.nodes).hasSize(3);
        assertThat(world.message("Ready")).contains("filter-4", quota);
        assertThat(world.condition("Available")).startsWith("True");
        assertThat(world.edge().values()).containsOnly(256);
        world.refusedNodes = Map.of();
        world.until("grown", 300, it -> it.serves(5));
    }

    @Test
    void theYoungerOfTwoPoolsOfOneNameMakesNothingAndSaysWhy() {
        PoolWorld world = new PoolWorld(7);
        world.conflict = Optional.of("TransportPool filter");

        world.runs(60);

        assertThat(world.nodes).isEmpty();
        assertThat(world.condition("Stalled")).isEqualTo("True/InvalidSpec");
        assertThat(world.message("Stalled")).contains("TransportPool filter", "name one of the two differently");
        assertThat(world.lastPlan.effects())
                .as("the edge knows the other one by this name")
                .noneMatch(Effect.Route.class::isInstance);
        world.conflict = Optional.empty();
        world.until("installed", 120, it -> it.serves(3));
    }

    @Test
    void aMachineServesByEvidenceAndGoesWhenItsDeclarationDoes() {
        PoolWorld world = serving();

        world.declaresMachine("vm-berlin", "v1-one")
                .until(
                        "on trial",
                        60,
                        it -> it.in(NodeState.CANARY).contains("vm-berlin")
                                && it.status.trial() != null
                                && it.status.trial().step() == 1)
                .until("serves", 300, it -> it.serves(4));
        assertThat(world.in(NodeState.SERVING)).contains("vm-berlin");

        world.deletesNode("vm-berlin").until("gone", 120, it -> it.nodes.size() == 3 && it.isQuiet());
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-2", "filter-3");
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.lost).isZero();
    }

    @Test
    void aMachineThatTheNextHopRefusesGetsNoMailAndThePoolStaysAsItWas() {
        PoolWorld world = serving().probes("vm-berlin", "relay-a", REFUSED);

        world.declaresMachine("vm-berlin", "v1-one")
                .until("refused", 120, it -> it.in(NodeState.REJECTED).contains("vm-berlin"))
                .runs(60);

        assertThat(world.wasTold("RolloutRefused")).isTrue();
        assertThat(world.records).as("one install, one refusal").hasSize(2);
        assertThat(world.nodes.get("vm-berlin").messages).isZero();
        assertThat(world.serves(3)).as(world::describe).isTrue();
        assertThat(world.nodes).hasSize(4);
    }

    @Test
    void aMachineThatTurnsBadIsTakenOutAndNoPodIsMadeForIt() {
        PoolWorld world = serving();
        world.declaresMachine("vm-berlin", "v1-one")
                .until("serves", 300, it -> it.serves(4))
                .runs(60);

        world.delivery("vm-berlin", "relay-a", REFUSED)
                .until("ejected", 30, it -> it.wasTold("NodeEjected"))
                .runs(200);

        assertThat(world.in(NodeState.REJECTED)).containsExactly("vm-berlin");
        assertThat(world.status.trial()).isNull();
        assertThat(world.in(NodeState.SERVING)).hasSize(3);
        assertThat(world.nodes).hasSize(4);
        assertThat(world.nodes.get("vm-berlin").queued()).isZero();
    }

    @Test
    void mailThatCannotBeSavedHoldsItsNodeUntilTheLossIsAcceptedInWriting() {
        PoolWorld world = serving().delivery("*", "relay-a", REFUSED).runs(5);
        world.declares(it -> {
                    it.replicas = 2;
                    it.drainPolicy = DrainPolicy.WAIT_FOR_EMPTY;
                })
                .runs(200);
        assertThat(world.wasTold("NodeDrainOverdue")).isTrue();
        assertThat(world.told)
                .filteredOn(it -> it.reason().equals("NodeDrainOverdue"))
                .as("said once")
                .singleElement()
                .satisfies(it -> assertThat(it.note()).contains("filter-3", "accept-loss"));
        MailNodeModel leaving = world.nodes.get("filter-3");
        leaving.reachable = false;
        long left = leaving.lastReport.queue().total();

        leaving.acceptedLoss = Optional.of(left - 1);
        world.runs(30);
        assertThat(world.nodes).containsKey("filter-3");

        leaving.acceptedLoss = Optional.of(left);
        world.until("gone", 30, it -> !it.nodes.containsKey("filter-3"));
        assertThat(world.told)
                .filteredOn(it -> it.reason().equals("LossAccepted"))
                .singleElement()
                .satisfies(it -> assertThat(it.note()).contains("filter-3", Long.toString(left)));
    }

    @Test
    void aPoolNeverListsMoreNodesThanItsStatusHasRoomFor() {
        PoolWorld world = new PoolWorld(7);
        world.messagesPerSecond = 0;
        for (int i = 0; i < PoolStatus.MOST_NODES + 5; i++) {
            world.declaresMachine("vm-" + i + "x", "v1-one");
        }

        world.runs(1);

        assertThat(world.status.nodes()).hasSize(PoolStatus.MOST_NODES);
    }
}
