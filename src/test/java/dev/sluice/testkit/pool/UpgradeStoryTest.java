package dev.sluice.testkit.pool;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.NodeState;
import dev.sluice.operator.RevisionSchemes;
import dev.sluice.operator.RevisionSchemes.Scheme;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A new version of the operator names declarations in another way, while pools run that the old one named. */
class UpgradeStoryTest {
    private static final String REFUSED = "454 4.7.1 Relay access denied";
    private static final RevisionSchemes OLD = RevisionSchemes.KNOWN;
    private static final Scheme LONGER = new Scheme(
            "v2-",
            spec -> "v2-" + spec.template().image().hashCode() + "-"
                    + spec.nextHops().size());
    private static final RevisionSchemes NEW = new RevisionSchemes(
            Stream.concat(Stream.of(LONGER), OLD.newestFirst().stream()).toList());
    private static final RevisionSchemes FORGETFUL = new RevisionSchemes(List.of(LONGER));

    private static PoolWorld serving() {
        PoolWorld world = new PoolWorld(9).named(OLD::desired);
        return world.until("all three serve", 60, it -> it.serves(3)).runs(60);
    }

    private static boolean onTrial(PoolWorld world) {
        return world.status.trial() != null && world.status.trial().step() == 1;
    }

    @Test
    void anUpgradeOfTheOperatorStartsNoRollout() {
        PoolWorld world = serving();
        String stable = world.status.revisions().stable();
        int writes = world.statusWrites;

        world.named(NEW::desired).runs(300);

        assertThat(stable).startsWith("v1-");
        assertThat(world.status.revisions().stable()).isEqualTo(stable);
        assertThat(world.status.trial()).isNull();
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.statusWrites).isEqualTo(writes);
        assertThat(world.records).as("the install alone").hasSize(1);
    }

    @Test
    void aVersionThatForgotTheOldSchemeWouldStartOne() {
        PoolWorld world = serving();

        world.named(FORGETFUL::desired).runs(2);

        assertThat(world.status.trial()).isNotNull();
    }

    @Test
    void aTrialThatRunsGoesOnUnderItsNameAndTheNextOneIsNamedAnew() {
        PoolWorld world = serving();
        world.declares(it -> it.image = "registry.example/filter:2").until("canary", 60, UpgradeStoryTest::onTrial);
        String candidate = world.status.trial().revision();

        world.named(NEW::desired)
                .until(
                        "promoted",
                        600,
                        it -> candidate.equals(it.status.revisions().stable()));
        assertThat(candidate).startsWith("v1-");

        world.declares(it -> it.image = "registry.example/filter:3").runs(3);
        assertThat(world.status.trial().revision()).startsWith("v2-");
    }

    @Test
    void whatWasRejectedBeforeTheUpgradeIsNotTriedAgainAndWhatServedIsStillWhatServes() {
        PoolWorld world = serving();
        world.declares(it -> it.image = "registry.example/filter:2").until("canary", 60, UpgradeStoryTest::onTrial);
        world.delivery("filter-4", "relay-b", REFUSED)
                .until("rolled back", 120, it -> it.condition("Stalled").startsWith("True"));

        world.named(NEW::desired).runs(300);
        assertThat(world.status.trial()).isNull();
        assertThat(world.condition("Ready")).isEqualTo("False/RevisionRejected");

        world.declares(it -> it.image = "registry.example/filter:1").runs(1);
        assertThat(world.condition("Ready")).isEqualTo("True/InService");
        assertThat(world.in(NodeState.SERVING)).containsExactly("filter-1", "filter-2", "filter-3");
    }
}
