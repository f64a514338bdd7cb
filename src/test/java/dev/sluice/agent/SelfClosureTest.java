package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.Fault;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** When a node takes itself out, and when it takes mail again. */
class SelfClosureTest {
    @TempDir
    private Path state;

    private Instant now = Instant.parse("2026-11-02T09:00:00Z");
    private Optional<Instant> delivered = Optional.of(now);
    private long failed;
    private SelfClosure closure;

    @BeforeEach
    void begin() throws IOException {
        restarted();
        closure.order(orders(1, 30, true));
        looks();
    }

    private void restarted() throws IOException {
        closure = new SelfClosure(() -> now, new StateStore(state));
    }

    private static NodeOrders orders(long epoch, int weight, boolean canBeSpared) {
        return new NodeOrders(
                epoch,
                "edge-3",
                weight,
                true,
                true,
                false,
                60,
                Map.of(),
                ClientAddress.CONNECTION,
                List.of(),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                1,
                canBeSpared);
    }

    private void looks() {
        closure.look(List.of(new StratumCounters(
                "partner",
                "partner",
                100,
                Map.of(Fault.NODE, failed, Fault.RECIPIENT, 1_000L),
                0,
                failed,
                100,
                failed,
                0,
                List.of(),
                new RecipientCounters(100, failed, 0),
                Optional.empty(),
                Optional.empty(),
                delivered,
                Optional.empty())));
    }

    /** So many seconds in which one message a second fails and nobody asks. */
    private void failsAlone(int seconds) {
        for (int second = 0; second < seconds; second++) {
            now = now.plusSeconds(1);
            failed++;
            looks();
        }
    }

    private void delivers() {
        delivered = Optional.of(now);
        looks();
    }

    @Test
    void aNodeThatFailsAloneTakesItselfOutAndSaysWhy() {
        failsAlone(15);
        assertThat(closure.why()).as("an operator may still come").isEmpty();

        failsAlone(1);
        assertThat(closure.why().orElseThrow())
                .contains("nothing gets through: 16 failures since 2026-11-02T09:00:01Z", "no operator has asked");
    }

    @Test
    void whileAnOperatorAsksItIsTheOperatorWhoDecides() {
        for (int minute = 0; minute < 20; minute++) {
            failsAlone(15);
            closure.asked();
        }
        assertThat(closure.why()).isEmpty();
    }

    @Test
    void whoeverCannotBeSparedStays() {
        closure.order(orders(1, 100, false));
        failsAlone(600);
        assertThat(closure.why()).isEmpty();
    }

    @Test
    void aNodeThatGetsSomethingThroughStays() {
        for (int minute = 0; minute < 60; minute++) {
            failsAlone(9);
            delivers();
        }
        assertThat(closure.why()).isEmpty();
    }

    @Test
    void silenceAndAFewFailuresCloseNothing() {
        now = now.plusSeconds(600);
        looks();
        failed += 4;
        looks();
        now = now.plusSeconds(600);
        looks();
        assertThat(closure.why()).isEmpty();
    }

    @Test
    void aBurstOfFailuresHasToLast() {
        now = now.plusSeconds(600);
        failed += 1_000;
        looks();
        assertThat(closure.why()).isEmpty();
        now = now.plusSeconds(10);
        looks();
        assertThat(closure.why()).isPresent();
    }

    @Test
    void whatFailedBeforeTheFirstLookCountsWhereNothingWasEverDelivered() throws IOException {
        delivered = Optional.empty();
        failed = 8;
        restarted();
        closure.order(orders(1, 30, true));
        looks();
        now = now.plusSeconds(16);
        looks();
        assertThat(closure.why().orElseThrow()).contains("8 failures");
    }

    @Test
    void aRestartedAgentDoesNotTakeMailAgain() throws IOException {
        failsAlone(30);
        restarted();
        closure.order(orders(1, 30, true));
        looks();
        assertThat(closure.why()).isPresent();
    }

    @Test
    void theSameOrdersOfANewLeaderDecideNothingAnewAndOthersDo() {
        failsAlone(30);
        closure.asked();
        closure.order(orders(2, 30, true));
        assertThat(closure.why()).isPresent();

        closure.order(orders(2, 60, true));
        assertThat(closure.why()).isEmpty();
    }

    @Test
    void aDeliveryThatSucceedsEndsItForGood() throws IOException {
        failsAlone(30);
        delivers();
        assertThat(closure.why()).isEmpty();
        restarted();
        assertThat(closure.why()).isEmpty();
    }
}
