package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.PoolCondition;
import dev.sluice.plan.Effect;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.sim.fleet.PlanCheck;
import dev.sluice.sim.fleet.Truth;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What a status and its events have to be at any time, so that every tool understands them. */
final class StatusRules {
    private static final Map<String, PoolCondition> TYPES =
            Arrays.stream(PoolCondition.values()).collect(Collectors.toMap(PoolCondition::word, Function.identity()));

    private StatusRules() {}

    static List<PlanCheck> all() {
        return List.of(StatusRules::conditionsAreOfTheClosedList, StatusRules::readKindly, StatusRules::eventsTellNews);
    }

    /** Each condition is a known one, says one of its reasons with the status that it stands for, and of what spec. */
    static void conditionsAreOfTheClosedList(Truth truth, PoolSnapshot before, Plan plan) {
        for (Condition condition : plan.status().conditions()) {
            String about = condition.getType() + "=" + condition.getStatus() + "/" + condition.getReason();
            assertThat(TYPES).as(about).containsKey(condition.getType());
            assertThat(ConditionReason.of(condition.getReason())).as(about).isPresent();
            assertThat(TYPES.get(condition.getType()).statuses())
                    .as(about)
                    .containsEntry(ConditionReason.of(condition.getReason()).orElseThrow(), condition.getStatus());
            assertThat(condition.getMessage()).as(about).isNotBlank();
            assertThat(condition.getObservedGeneration())
                    .as("%s speaks of the generation that the status speaks of", about)
                    .isEqualTo(before.generation());
        }
        assertThat(plan.status().conditions()).extracting(Condition::getType).doesNotHaveDuplicates();
    }

    /** A new generation is seen and worked on in one write; at work and at an end are never said at once. */
    static void readKindly(Truth truth, PoolSnapshot before, Plan plan) {
        assertThat(plan.status().observedGeneration())
                .as("what is written of a generation is written with its number")
                .isEqualTo(before.generation());
        boolean ready = says(plan, PoolCondition.READY, "True");
        boolean reconciling = says(plan, PoolCondition.RECONCILING, "True");
        boolean stalled = says(plan, PoolCondition.STALLED, "True");
        assertThat(List.of(ready, reconciling, stalled))
                .as("one of Ready, Reconciling and Stalled: %s", plan.status().conditions())
                .containsOnlyOnce(true);
        assertThat(plan.status().conditions())
                .extracting(Condition::getType)
                .contains("Ready", "Available", "MetricsReady", "NextHopsReachable");
    }

    /** A plan that changes nothing tells nobody. */
    static void eventsTellNews(Truth truth, PoolSnapshot before, Plan plan) {
        boolean news = !plan.status().equals(before.status())
                || plan.effects().stream().anyMatch(Effect.AnswerRequest.class::isInstance);
        if (!news) {
            assertThat(plan.effects()).as("events without a change").noneMatch(Effect.Tell.class::isInstance);
        }
    }

    private static boolean says(Plan plan, PoolCondition type, String status) {
        return plan.status().conditions().stream()
                .anyMatch(condition -> condition.getType().equals(type.word())
                        && condition.getStatus().equals(status));
    }
}
