package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.PoolStatus;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.Planner;
import dev.sluice.plan.PoolSnapshot;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Each rule of a status finds a planner that breaks just that one. */
class StatusRulesTest {
    @Test
    void aReasonThatIsNotInTheListIsFound() {
        breaks(
                "Ready=",
                conditions(each -> each.getType().equals("Ready")
                        ? new ConditionBuilder(each).withReason("AllGood").build()
                        : each));
    }

    @Test
    void aReasonWithAnotherStatusThanItStandsForIsFound() {
        breaks(
                "Ready=True/RolloutInProgress",
                conditions(each -> each.getType().equals("Ready")
                        ? new ConditionBuilder(each).withStatus("True").build()
                        : each));
    }

    @Test
    void aConditionOfAnotherGenerationIsFound() {
        breaks(
                "speaks of the generation",
                conditions(each ->
                        new ConditionBuilder(each).withObservedGeneration(7L).build()));
    }

    @Test
    void stalledBesideReconcilingIsFound() {
        breaks("one of Ready, Reconciling and Stalled", plan -> {
            List<Condition> all = new ArrayList<>(plan.status().conditions());
            all.add(new ConditionBuilder(all.get(0))
                    .withType("Stalled")
                    .withStatus("True")
                    .withReason("InvalidSpec")
                    .build());
            return with(plan, plan.status().observedGeneration(), all);
        });
    }

    @Test
    void aStatusWithoutTheGenerationThatItSawIsFound() {
        breaks("written with its number", plan -> with(plan, 0L, plan.status().conditions()));
    }

    @Test
    void anEventAtEachLookIsFound() {
        breaks("events without a change", plan -> {
            List<Effect> effects = new ArrayList<>(plan.effects());
            effects.add(new Effect.Tell(
                    Effect.Severity.NORMAL, "Synced", "Sync", "synced", Optional.empty(), Optional.empty()));
            return new Plan(plan.status(), effects, plan.memories(), plan.nextLook());
        });
    }

    private static void breaks(String said, UnaryOperator<Plan> fault) {
        PlanMaker broken = (PoolSnapshot snapshot, java.time.Instant now) -> fault.apply(Planner.plan(snapshot, now));
        PoolWorld world = new PoolWorld(1, broken, StatusRules.all());

        assertThatThrownBy(() -> world.runs(60))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining(said);
    }

    private static UnaryOperator<Plan> conditions(UnaryOperator<Condition> change) {
        return plan -> with(
                plan,
                plan.status().observedGeneration(),
                plan.status().conditions().stream().map(change).toList());
    }

    private static Plan with(Plan plan, Long generation, List<Condition> conditions) {
        PoolStatus status = plan.status();
        return new Plan(
                new PoolStatus(
                        generation,
                        status.replicas(),
                        status.selector(),
                        conditions,
                        status.revisions(),
                        status.trial(),
                        status.nodes(),
                        status.nextHops(),
                        status.watch(),
                        status.lastNodeNumber(),
                        status.attained(),
                        status.handledRetryNonce(),
                        status.handledActions(),
                        status.shares(),
                        status.summary(),
                        null),
                plan.effects(),
                plan.memories(),
                plan.nextLook());
    }
}
