package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** I9: an operator that dies at any point of any story changes nothing but the time. */
class CrashStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    @ParameterizedTest
    @EnumSource(Crash.class)
    void growingEndsTheSame(Crash where) {
        for (int second = 0; second < 36; second += 5) {
            PoolWorld world = installed();
            world.declares(it -> it.replicas = 5).crashes(where, second);

            world.until("grown", 400, it -> it.serves(5) && it.isQuiet());

            assertThat(world.nodes).as("crash %s in %d s", where, second).hasSize(5);
            assertThat(world.lost).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void whatIsDecidedAnewStandsInTheRecordOnce(Crash where) {
        for (int second = 0; second < 60; second++) {
            PoolWorld world = installed();
            world.declares(it -> it.replicas = 4).crashes(where, second);

            world.until("grown", 400, it -> it.serves(4) && it.isQuiet());

            assertThat(world.records.values())
                    .as("crash %s in %d s", where, second)
                    .allSatisfy(record -> assertThat(record.decisions().stream()
                                    .map(decision -> decision.what())
                                    .toList())
                            .doesNotHaveDuplicates());
        }
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void aBadRevisionIsRolledBackTheSame(Crash where) {
        for (int second = 0; second < 28; second += 4) {
            PoolWorld world = installed().delivery("filter-4", "relay-b", REFUSED);
            world.declares(it -> it.revision = "v1-two").crashes(where, second);

            world.until(
                            "rolled back",
                            400,
                            it -> !it.status.revisions().rejected().isEmpty() && it.isQuiet())
                    .runs(3);

            assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-2", "filter-3");
            assertThat(world.nodes).hasSize(3);
            assertThat(world.lost).isZero();
            assertThat(world.condition("Stalled")).isEqualTo("True/RevisionRejected");
            List<String> ends = new ArrayList<>();
            world.records.values().forEach(record -> ends.add(record.result() + " " + (record.finishedTime() != null)));
            assertThat(ends)
                    .as("crash %s in %d s", where, second)
                    .contains("ROLLED_BACK true")
                    .doesNotContain("RUNNING false");
        }
    }

    @ParameterizedTest
    @EnumSource(Crash.class)
    void aRequestIsAnsweredAndActedOn(Crash where) {
        for (int second = 0; second < 4; second++) {
            PoolWorld world = installed();
            world.declares(it -> it.revision = "v1-two")
                    .until(
                            "canary",
                            60,
                            it -> it.status.trial() != null && it.status.trial().step() == 1);
            world.asks("stop", dev.sluice.api.Verb.ABORT, "v1-two").crashes(where, second);

            world.until("rolled back", 100, it -> it.status.trial() == null).runs(2);

            assertThat(world.answerTo("stop").answer()).isEqualTo(dev.sluice.plan.Effect.Answer.ACCEPTED);
            assertThat(world.status.revisions().rejected())
                    .singleElement()
                    .satisfies(it -> assertThat(it.reason()).isEqualTo("AbortedByUser"));
        }
    }

    private static PoolWorld installed() {
        return new PoolWorld(5).until("installed", 60, it -> it.serves(3)).runs(5);
    }
}
