package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What the books of a stratum make of a clock that is set back. */
class StratumBookTest {
    private static final Instant NINE = Instant.parse("2026-11-02T09:00:00Z");

    @Test
    void aFailureByAClockThatWasAheadIsNotLaterThanTheDeliveryThatFollowedIt() {
        StratumBook book = new StratumBook("relay-a");
        book.failedAttempt("454 4.7.1 Relay access denied", NINE.plus(Duration.ofHours(1)));

        book.deliveredAttempt(NINE);

        assertThat(book.counters("relay-a", 0).lastFailureTime()).contains(NINE);
        assertThat(book.counters("relay-a", 0).lastDeliveredTime()).contains(NINE);
    }

    @Test
    void withoutAnyMailTheNextLookPutsItRight() {
        StratumBook book = new StratumBook("relay-a");
        book.failedAttempt("454 4.7.1 Relay access denied", NINE.plus(Duration.ofHours(1)));

        book.nothingIsLaterThan(NINE);

        assertThat(book.counters("relay-a", 0).lastFailureTime()).contains(NINE);
    }

    @Test
    void timesThatGoForwardStay() {
        StratumBook book = new StratumBook("relay-a");
        book.failedAttempt("454 4.7.1 Relay access denied", NINE);

        book.deliveredAttempt(NINE.plusSeconds(5));

        assertThat(book.counters("relay-a", 0).lastFailureTime()).contains(NINE);
        assertThat(book.counters("relay-a", 0).lastDeliveredTime()).contains(NINE.plusSeconds(5));
    }
}
