package dev.sluice.local.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ConservationTest {
    private static final Instant START = Instant.parse("2026-11-23T16:30:00Z");

    @Test
    void everythingAcceptedArrivedOnce() {
        Conservation books = Conservation.of(List.of(accepted(1), accepted(2)), List.of(arrived(1, 1), arrived(2, 3)));

        assertThat(books.accepted()).isEqualTo(2);
        assertThat(books.delivered()).isEqualTo(2);
        assertThat(books.lost()).isEmpty();
        assertThat(books.duplicated()).isEmpty();
        assertThat(books.delayedMoreThan(Duration.ofSeconds(2))).isEqualTo(1);
    }

    @Test
    void anAcceptedMessageThatNeverArrivesIsLost() {
        Conservation books = Conservation.of(List.of(accepted(1), accepted(2)), List.of(arrived(1, 1)));

        assertThat(books.lost()).containsExactly(2L);
        assertThat(books.delivered()).isEqualTo(1);
    }

    @Test
    void aMessageThatWasRefusedIsNotLost() {
        Offered refused =
                new Offered(1, "east.test", START, Optional.empty(), 3, Optional.of("454 4.7.1 Relay access denied"));

        Conservation books = Conservation.of(List.of(refused), List.of());

        assertThat(books.offered()).isEqualTo(1);
        assertThat(books.accepted()).isZero();
        assertThat(books.lost()).isEmpty();
    }

    @Test
    void aSecondCopyIsADuplicateAndDoesNotHideALoss() {
        Conservation books = Conservation.of(List.of(accepted(1), accepted(2)), List.of(arrived(1, 1), arrived(1, 2)));

        assertThat(books.duplicated()).containsExactly(1L);
        assertThat(books.lost()).containsExactly(2L);
    }

    @Test
    void noticesAreCountedApart() {
        Received notice = new Received(Optional.empty(), true, "load.test", START, List.of());

        assertThat(Conservation.of(List.of(), List.of(notice)).notices()).isEqualTo(1);
    }

    @Test
    void theFirstHostOnTheWayIsTheNodeThatAccepted() {
        List<Received> received = List.of(arrived(1, 1), arrived(2, 1));

        assertThat(Conservation.acceptedBy(received, host -> host.startsWith("edge-in-1")))
                .isEqualTo(2);
        assertThat(Conservation.acceptedBy(received, host -> host.startsWith("transport")))
                .isZero();
    }

    private static Offered accepted(long number) {
        return new Offered(number, "east.test", START, Optional.of(START), 1, Optional.empty());
    }

    private static Received arrived(long number, int secondsLater) {
        return new Received(
                Optional.of(number),
                false,
                "east.test",
                START.plusSeconds(secondsLater),
                List.of("edge-in-1.mail.node.sluice.dev", "transport-east-1.mail.node.sluice.dev"));
    }
}
