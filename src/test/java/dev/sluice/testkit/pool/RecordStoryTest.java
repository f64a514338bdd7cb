package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolRolloutStatus.MailCount;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the record of an attempt tells afterwards, and how what it rests on is counted. */
class RecordStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld onTrial() {
        PoolWorld world = new PoolWorld(5)
                .until("all three serve", 60, it -> it.serves(3))
                .runs(60);
        world.declares(it -> it.revision = "v1-two");
        return world.until(
                "canary",
                60,
                it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    private static PoolRolloutStatus record(PoolWorld world) {
        return world.records.values().stream()
                .max(java.util.Comparator.comparing(PoolRolloutStatus::startedTime))
                .orElseThrow();
    }

    private static PoolWorld promoted(PoolWorld world) {
        return world.until(
                "promoted", 600, it -> "v1-two".equals(it.status.revisions().stable()));
    }

    @Test
    void eachStepShowsUnitsAndMessagesOfBothSides() {
        List<StepRecord> steps = record(promoted(onTrial())).steps();

        assertThat(steps).hasSize(3).allSatisfy(step -> {
            assertThat(step.canaryFinished()).isPositive();
            assertThat(step.canaryMessages()).isGreaterThanOrEqualTo(30);
            assertThat(step.baselineMessages()).isPositive();
        });
        assertThat(steps.get(0).baselineMessages())
                .as("at 10 % of the mail")
                .isGreaterThan(5 * steps.get(0).canaryMessages());
    }

    @Test
    void eachDecisionShowsWhatTheNodesOnTrialHadHadAndWhatOfItCameLate() {
        PoolWorld world = onTrial().delivery("*", "relay-a", REFUSED).runs(5);
        assertThat(record(world).decisions())
                .extracting(decision -> decision.mail())
                .allSatisfy(mail ->
                        assertThat(mail == null ? 0 : mail.deliveredLate()).isZero());

        promoted(world.delivery("*", "relay-a", null));

        MailCount last = record(world)
                .decisions()
                .get(record(world).decisions().size() - 1)
                .mail();
        assertThat(last.messages()).isPositive();
        assertThat(last.units()).isBetween(1L, last.messages());
        assertThat(last.unitsFailed()).isPositive();
        assertThat(last.deliveredLate()).isEqualTo(last.unitsFailed());
        PoolRolloutStatus.AffectedSummary affected = record(world).affected();
        assertThat(affected.deferredThenDelivered()).isEqualTo(last.deliveredLate());
        assertThat(affected.delivered() + affected.deferredThenDelivered()).isEqualTo(affected.accepted());
    }

    @Test
    void theLastStepIsHeldToMoreThanTheOthers() {
        List<StepRecord> steps = record(promoted(onTrial())).steps();

        assertThat(steps.get(0).explanation()).endsWith("needed 20");
        assertThat(steps.get(1).explanation()).endsWith("needed 20");
        assertThat(steps.get(2).explanation()).containsPattern("needed (100|1\\.0e2|1\\.0e\\+02)$");
    }

    @Test
    void eachLaneOfAServingNodeGetsAsMuchMailAsANodeOnTrial() {
        PoolWorld world = onTrial().runs(2);

        assertThat(world.nodes.get("filter-4").orders.lanes()).isOne();
        assertThat(List.of("filter-1", "filter-2", "filter-3"))
                .allSatisfy(
                        name -> assertThat(world.nodes.get(name).orders.lanes()).isEqualTo(3));

        promoted(world).until("drained", 100, it -> it.isQuiet() && it.nodes.size() == 3);

        assertThat(world.nodes.values())
                .allSatisfy(node -> assertThat(node.orders.lanes()).isOne());
    }
}
