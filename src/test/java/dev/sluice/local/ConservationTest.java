package dev.sluice.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConservationTest {
    private static final Instant START = Instant.parse("2022-12-01T16:30:00Z");
    private static final Duration LATE = Duration.ofSeconds(5);

    private final List<LoadEvent> load = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();

    @Test
    void everythingAcceptedArrivedOnce() {
        accepted(1);
        accepted(2);
        arrived(1, 1, "filter-a", "transport");
        arrived(2, 1, "filter-b", "transport");

        Conservation conservation = Conservation.of(load, receipts, LATE);

        assertThat(conservation.holds()).isTrue();
        assertThat(conservation.delivered()).isEqualTo(2);
        assertThat(conservation.acceptedByHost())
                .containsEntry("filter-a", 1L)
                .containsEntry("filter-b", 1L)
                .containsEntry("transport", 2L);
    }

    @Test
    void acceptedAndNeverSeenAgainIsLost() {
        accepted(1);
        accepted(2);
        arrived(2, 1);

        Conservation conservation = Conservation.of(load, receipts, LATE);

        assertThat(conservation.lost()).containsExactly(1L);
        assertThat(conservation.holds()).isFalse();
    }

    @Test
    void refusedIsNotLostButIsCounted() {
        offered(1);
        load.add(new LoadEvent(LoadEvent.Kind.REFUSED, 1, START, "554 5.7.1 Relay access denied"));

        Conservation conservation = Conservation.of(load, receipts, LATE);

        assertThat(conservation.holds()).isTrue();
        assertThat(conservation.refusals()).isEqualTo(1);
        assertThat(conservation.accepted()).isZero();
    }

    @Test
    void whatArrivesTwiceIsADuplicateUnlessTheSenderSentItTwice() {
        accepted(1);
        accepted(2);
        load.add(new LoadEvent(LoadEvent.Kind.UNCERTAIN, 2, START, "connection closed"));
        arrived(1, 1);
        arrived(1, 2);
        arrived(2, 1);
        arrived(2, 2);

        Conservation conservation = Conservation.of(load, receipts, LATE);

        assertThat(conservation.duplicated()).containsExactly(1L);
        assertThat(conservation.sentTwice()).containsExactly(2L);
        assertThat(conservation.holds()).isFalse();
    }

    @Test
    void lateIsMeasuredFromTheAcceptanceToTheFirstArrival() {
        accepted(1);
        accepted(2);
        arrived(1, 6);
        arrived(2, 9);
        arrived(2, 5);

        assertThat(Conservation.of(load, receipts, LATE).delayed()).containsExactly(1L);
    }

    @Test
    void aNoticeIsNoDelivery() {
        accepted(1);
        receipts.add(new Receipt(1, "customer.example", true, START, "10.20.1.1", List.of()));

        Conservation conservation = Conservation.of(load, receipts, LATE);

        assertThat(conservation.notices()).isEqualTo(1);
        assertThat(conservation.lost()).containsExactly(1L);
    }

    @Test
    void mailOfNoLoadIsIgnored() {
        receipts.add(new Receipt(-1, "probe.invalid", false, START, "10.20.1.1", List.of()));

        Conservation conservation = Conservation.of(load, receipts, LATE);

        assertThat(conservation.delivered()).isZero();
        assertThat(conservation.holds()).isTrue();
    }

    private void offered(long number) {
        load.add(new LoadEvent(LoadEvent.Kind.OFFERED, number, START, "a.example"));
    }

    private void accepted(long number) {
        offered(number);
        load.add(new LoadEvent(LoadEvent.Kind.ACCEPTED, number, START.plusMillis(20), "250 2.0.0 Ok"));
    }

    private void arrived(long number, int afterSeconds, String... path) {
        receipts.add(
                new Receipt(number, "a.example", false, START.plusSeconds(afterSeconds), "10.20.1.1", List.of(path)));
    }
}
