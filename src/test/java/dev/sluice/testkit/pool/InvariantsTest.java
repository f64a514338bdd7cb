package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sim.fleet.BrokenPlanner;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Each invariant's check finds a planner that is broken in just that point. */
class InvariantsTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";

    @Test
    void i1FindsMailToNodesThatWereRefused() {
        breaks("I1", () -> grown(with(BrokenPlanner.TRUSTS_EVERYBODY).probes("filter-4", "relay-a", REFUSED)));
    }

    @Test
    void i2FindsWeightThatGrowsByItself() {
        breaks("I2", () -> grown(with(BrokenPlanner.GROWS_BY_ITSELF)));
    }

    @Test
    void i3FindsAPromotionWithoutMail() {
        breaks("I3", () -> {
            PoolWorld world = with(BrokenPlanner.IS_EASILY_CONVINCED);
            world.until("installed", 60, it -> it.serves(3));
            world.messagesPerSecond = 0;
            grow(world);
        });
    }

    @Test
    void i4FindsNodesThatGoWithMail() {
        breaks(
                "I4",
                () -> with(BrokenPlanner.IS_IN_A_HURRY)
                        .until("installed", 60, it -> it.serves(3))
                        .delivery("*", "*", REFUSED)
                        .runs(5)
                        .declares(it -> it.replicas = 1)
                        .runs(30));
    }

    @Test
    void i5FindsEjectionsBeyondTheBudget() {
        breaks(
                "I5",
                () -> with(BrokenPlanner.PANICS)
                        .until("installed", 60, it -> it.serves(3))
                        .runs(60)
                        .delivery("filter-1", "*", REFUSED)
                        .runs(300));
    }

    @Test
    void i6FindsTwoTrialsOnAPath() {
        breaks("I6", () -> {
            PoolWorld world = with(BrokenPlanner.IS_ALONE_IN_THE_WORLD);
            world.until("installed", 60, it -> it.serves(3));
            world.trialOnPath = Optional.of("FilterPool alpha");
            grow(world);
        });
    }

    @Test
    void i7FindsARetryThatNobodyAskedFor() {
        breaks("I7", () -> grown(with(BrokenPlanner.IS_FORGIVING).probes("filter-4", "relay-b", REFUSED)));
    }

    private static void breaks(String invariant, ThrowingCallable story) {
        assertThatThrownBy(story).isInstanceOf(AssertionError.class).hasMessageContaining(invariant);
    }

    private static void grown(PoolWorld world) {
        world.until("installed", 60, it -> it.serves(3));
        grow(world);
    }

    private static void grow(PoolWorld world) {
        world.declares(it -> it.replicas = 4).runs(200);
    }

    private static PoolWorld with(BrokenPlanner planner) {
        return new PoolWorld(1, planner, PoolWorld.allChecks());
    }
}
