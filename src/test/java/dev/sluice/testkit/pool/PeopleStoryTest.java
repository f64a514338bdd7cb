package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.Verb;
import dev.sluice.plan.Effect.Answer;
import org.junit.jupiter.api.Test;

/** What people ask for, what they are answered, and what time does when nobody asks. */
class PeopleStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    private static PoolWorld onTrial() {
        PoolWorld world = new PoolWorld(6)
                .until("all three serve", 60, it -> it.serves(3))
                .runs(60);
        return world.declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);
    }

    private static boolean promoted(PoolWorld world) {
        return "v1-two".equals(world.status.revisions().stable());
    }

    @Test
    void aTrialThatAPersonPausesStaysArmedUntilItIsResumed() {
        PoolWorld world = onTrial();

        world.asks("lunch", Verb.PAUSE, "v1-two").runs(300);

        assertThat(world.answerTo("lunch").answer()).isEqualTo(Answer.ACCEPTED);
        assertThat(world.answerTo("lunch").message()).contains("10 %", "armed");
        assertThat(world.status.trial().step()).isEqualTo(1);
        assertThat(world.condition("Paused")).isEqualTo("True/PausedByUser");
        assertThat(world.message("Paused")).contains("because lunch");

        world.asks("back", Verb.RESUME, "v1-two").until("promoted", 600, PeopleStoryTest::promoted);
        assertThat(world.answerTo("back").answer()).isEqualTo(Answer.ACCEPTED);
    }

    @Test
    void aPausedTrialThatTurnsBadIsRolledBackAllTheSame() {
        PoolWorld world = onTrial();
        world.asks("lunch", Verb.PAUSE, "v1-two").runs(10);

        world.delivery("filter-4", "relay-b", REFUSED);

        world.until("rolled back", 30, it -> it.wasTold("RolloutRolledBack"));
    }

    @Test
    void aResumeSaysWhatHoldsTheTrialStill() {
        PoolWorld world = onTrial();
        world.declares(it -> it.paused = true)
                .asks("lunch", Verb.PAUSE, "v1-two")
                .runs(2);

        world.asks("back", Verb.RESUME, "v1-two")
                .asks("again", Verb.RESUME, "v1-two")
                .runs(2);

        assertThat(world.answerTo("back").answer()).isEqualTo(Answer.ACCEPTED);
        assertThat(world.answerTo("back").message()).contains("spec.rollout.paused");
        assertThat(world.answerTo("again").answer()).isEqualTo(Answer.REFUSED);
        assertThat(world.answerTo("again").message()).contains("no person holds");
    }

    @Test
    void maxStepEndsATrialWhereItSaysAndALargerOneLetsItGoOn() {
        PoolWorld world = onTrial();
        world.declares(it -> it.maxStep = 2)
                .until("second step", 300, it -> it.status.trial().step() == 2)
                .runs(300);

        assertThat(world.status.trial().step()).isEqualTo(2);
        assertThat(world.condition("Paused")).isEqualTo("True/PausedBySpec");
        assertThat(world.message("Paused")).contains("maxStep is 2");
        world.declares(it -> it.maxStep = 3)
                .until("third step", 300, it -> it.status.trial().step() == 3)
                .runs(300);
        assertThat(promoted(world)).as("the promotion is a step of its own").isFalse();
        world.declares(it -> it.maxStep = null).until("promoted", 300, PeopleStoryTest::promoted);
    }

    @Test
    void maxStepZeroStopsAfterThePreflight() {
        PoolWorld world = new PoolWorld(6).until("all three serve", 60, it -> it.serves(3));

        world.declares(it -> {
                    it.maxStep = 0;
                    it.revision = "v1-two";
                })
                .runs(200);

        assertThat(world.in(NodeState.CANARY)).containsExactly("filter-4");
        assertThat(world.nodes.get("filter-4").messages).isZero();
        assertThat(world.condition("Paused")).isEqualTo("True/PausedBySpec");
    }

    @Test
    void aPersonMayTakeOneStepAsPassedAndTheNextIsJudged() {
        PoolWorld world = onTrial().runs(2);

        world.asks("hurry", Verb.PROMOTE, "v1-two").runs(2);

        assertThat(world.answerTo("hurry").answer()).isEqualTo(Answer.ACCEPTED);
        assertThat(world.answerTo("hurry").message()).contains("step 1");
        assertThat(world.status.trial().step()).isLessThanOrEqualTo(2);
        assertThat(promoted(world)).isFalse();
        world.until("promoted", 600, PeopleStoryTest::promoted);
        assertThat(world.records.values())
                .flatMap(record -> record.steps())
                .filteredOn(step -> step.verdict().equals("ForcedPromote"))
                .singleElement()
                .satisfies(step -> assertThat(step.step()).isEqualTo(1));
    }

    @Test
    void nobodyPromotesOnNothing() {
        PoolWorld world = new PoolWorld(6).until("all three serve", 60, it -> it.serves(3));
        world.messagesPerSecond = 0;
        world.declares(it -> it.revision = "v1-two")
                .until(
                        "canary",
                        60,
                        it -> it.status.trial() != null && it.status.trial().step() == 1);

        world.asks("hurry", Verb.PROMOTE, "v1-two").runs(2);

        assertThat(world.answerTo("hurry").answer()).isEqualTo(Answer.REFUSED);
        assertThat(world.answerTo("hurry").message()).contains("without evidence nothing is promoted");
        assertThat(world.status.trial().step()).isEqualTo(1);
    }

    @Test
    void anAbortedRevisionIsRejectedUntilARetry() {
        PoolWorld world = onTrial();

        world.asks("stop", Verb.ABORT, "v1-two")
                .until("empty", 120, PoolWorld::isQuiet)
                .runs(100);

        assertThat(world.answerTo("stop").answer()).isEqualTo(Answer.ACCEPTED);
        assertThat(world.status.trial()).isNull();
        assertThat(world.status.revisions().rejected())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo("AbortedByUser"));
        assertThat(world.records.values()).anyMatch(record -> record.result() == RolloutResult.ABORTED);
        world.asks("sorry", Verb.RETRY, "v1-two").until("promoted", 900, PeopleStoryTest::promoted);
    }

    @Test
    void requestsThatMeanSomethingElseAreRefusedWithTheReason() {
        PoolWorld world = onTrial();

        world.asks("other", Verb.ABORT, "v1-nine")
                .asks("early", Verb.RETRY, "v1-two")
                .runs(2);

        assertThat(world.answerTo("other").answer()).isEqualTo(Answer.REFUSED);
        assertThat(world.answerTo("other").message()).contains("v1-two", "v1-nine");
        assertThat(world.answerTo("early").message()).contains("was not rejected");
        world.until("promoted", 600, PeopleStoryTest::promoted)
                .asks("late", Verb.PAUSE, null)
                .runs(2);
        assertThat(world.answerTo("late").message()).contains("no trial is running");
    }

    @Test
    void aTrialWithoutMailIsRolledBackWhenItsTimeIsOver() {
        PoolWorld world = onTrial();
        world.messagesPerSecond = 0;
        world.declares(it -> it.deadlineSeconds = 120).runs(60);
        assertThat(world.status.trial().step()).isEqualTo(1);

        world.until("late", 700, it -> it.wasTold("RolloutRolledBack"));

        assertThat(world.status.revisions().rejected())
                .singleElement()
                .satisfies(rejection -> assertThat(rejection.reason()).isEqualTo("ProgressDeadlineExceeded"));
        assertThat(world.records.values())
                .flatMap(record -> record.steps())
                .noneMatch(step -> step.verdict().equals("Promote"));
    }

    @Test
    void theLastStepIsFollowedByABakeInWhichABadCanaryIsStillFound() {
        PoolWorld world = onTrial();
        world.declares(it -> it.bakeSeconds = 200)
                .until("bakes", 600, it -> "Baking".equals(it.status.summary().verdict()));
        assertThat(promoted(world)).isFalse();

        world.delivery(world.in(NodeState.CANARY).get(0), "relay-a", REFUSED)
                .until("found", 60, it -> it.wasTold("RolloutRolledBack") || it.wasTold("NodeEjected"));
        assertThat(promoted(world)).isFalse();
    }

    @Test
    void afterTheBakeTheCandidateServes() {
        PoolWorld world = onTrial();
        world.declares(it -> it.bakeSeconds = 200)
                .until("bakes", 600, it -> "Baking".equals(it.status.summary().verdict()))
                .runs(150);
        assertThat(promoted(world)).isFalse();

        world.until("promoted", 200, PeopleStoryTest::promoted);
    }
}
