package dev.sluice.sim.scope;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.Planner;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Every state that the planner can reach with two pools of three nodes and three steps, one edit and any one fault. */
class SmallScopeTest {
    private static final int NODES = 3;

    @Test
    void inEveryReachableStateTheInvariantsHold() {
        SmallScope.Result result = SmallScope.visit(Planner::plan, NODES);

        System.out.printf("small scope: %d states visited by %d moves%n", result.states(), result.moves());
        assertThat(result.broken()).isEmpty();
        assertThat(result.states()).as("the search gets somewhere").isGreaterThan(10_000);
        assertThat(result.verdicts())
                .as("the evidence leads the gate to each of its answers")
                .contains("Promoted", "NoEvidence", "Collecting", "RollingBack", "Rejected");
    }

    @Test
    void aNodeThatIsLetGoTooEarlyIsFound() {
        PlanMaker hasty = (snapshot, now) -> {
            Plan plan = Planner.plan(snapshot, now);
            List<Effect> effects = new ArrayList<>(plan.effects());
            plan.status().nodes().stream()
                    .filter(node -> node.state() == NodeState.DRAINING)
                    .forEach(node -> effects.add(new Effect.ReleaseNode(node.name(), "in a hurry")));
            return new Plan(plan.status(), effects, plan.memories(), plan.nextLook());
        };

        assertThat(SmallScope.visit(hasty, 1).broken())
                .hasValueSatisfying(story -> assertThat(story).startsWith("I4"));
    }

    @Test
    void mailToWhoWasNotProvenIsFound() {
        PlanMaker trusting = (snapshot, now) -> {
            Plan plan = Planner.plan(snapshot, now);
            List<Effect.Route.Server> all = plan.status().nodes().stream()
                    .filter(node -> node.lastKnownAddress() != null)
                    .map(node -> new Effect.Route.Server(node.name(), node.lastKnownAddress(), 25, 256))
                    .toList();
            return new Plan(
                    plan.status(),
                    plan.effects().stream()
                            .map(effect -> effect instanceof Effect.Route ? new Effect.Route(all) : effect)
                            .toList(),
                    plan.memories(),
                    plan.nextLook());
        };

        assertThat(SmallScope.visit(trusting, 1).broken())
                .hasValueSatisfying(story -> assertThat(story).startsWith("I1"));
    }
}
