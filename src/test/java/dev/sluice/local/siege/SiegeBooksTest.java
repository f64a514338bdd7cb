package dev.sluice.local.siege;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.local.LoadEvent;
import dev.sluice.local.LoadEvent.Kind;
import dev.sluice.local.Receipt;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What counts as lost, as wrongly returned, and as a duplicate with or without a cause. */
class SiegeBooksTest {
    private static final Instant START = Instant.parse("2026-03-02T16:30:00Z");
    private static final String NOBODY = "nobody.test";

    private final List<LoadEvent> load = new ArrayList<>();
    private final List<Receipt> receipts = new ArrayList<>();
    private final List<Strike> strikes = new ArrayList<>();

    private void accepted(long number, String domain) {
        load.add(new LoadEvent(Kind.OFFERED, number, START.plusSeconds(number), domain));
        load.add(new LoadEvent(Kind.ACCEPTED, number, START.plusSeconds(number), "250 2.0.0 Ok"));
    }

    private void arrived(long number, int second, String... path) {
        receipts.add(new Receipt(number, "a.test", false, START.plusSeconds(second), "10.20.1.2", List.of(path)));
    }

    private void returned(long number, int second) {
        receipts.add(new Receipt(number, "sender.test", true, START.plusSeconds(second), "10.20.1.2", List.of()));
    }

    private void struck(Blow kind, String target, int from, int until) {
        strikes.add(new Strike(
                strikes.size() + 1,
                kind,
                "SERVING",
                target,
                "SERVING",
                START.plusSeconds(from),
                START.plusSeconds(until)));
    }

    private SiegeBooks books() {
        return SiegeBooks.of(load, receipts, Set.of(NOBODY), strikes);
    }

    @Test
    void whatArrivedOnceHolds() {
        accepted(1, "a.test");
        arrived(1, 2, "filter-1.siege.node.sluice.dev");

        assertThat(books().hold()).isTrue();
        assertThat(books().delivered()).isEqualTo(1);
    }

    @Test
    void nothingAcceptedProvesNothing() {
        assertThat(books().hold()).isFalse();
    }

    @Test
    void anAcceptedMessageOfWhichNobodyHeardIsLost() {
        accepted(1, "a.test");
        accepted(2, "a.test");
        arrived(2, 3, "filter-1.siege.node.sluice.dev");

        assertThat(books().lost()).containsExactly(1L);
        assertThat(books().hold()).isFalse();
    }

    @Test
    void whatWasNeverAcceptedIsItsSendersStill() {
        load.add(new LoadEvent(Kind.OFFERED, 1, START, "a.test"));
        load.add(new LoadEvent(Kind.REFUSED, 1, START, "452 4.3.1"));
        accepted(2, "a.test");
        arrived(2, 3);

        assertThat(books().lost()).isEmpty();
        assertThat(books().hold()).isTrue();
    }

    @Test
    void aNoticeAboutARecipientWhoDoesNotExistIsRight() {
        accepted(1, NOBODY);
        returned(1, 2);

        assertThat(books().returned()).isEqualTo(1);
        assertThat(books().hold()).isTrue();
    }

    @Test
    void aNoticeAboutARecipientWhoExistsIsWrong() {
        accepted(1, "a.test");
        returned(1, 2);

        assertThat(books().wronglyReturned()).containsExactly(1L);
        assertThat(books().hold()).isFalse();
    }

    @Test
    void aSecondCopyAfterABlowOnItsWayIsExplainedByIt() {
        struck(Blow.EDGE_KILLED, "HAProxy", 1, 1);
        struck(Blow.POSTFIX_KILLED, "west-1", 3, 3);
        accepted(1, "a.test");
        arrived(1, 2, "filter-1.siege.node.sluice.dev", "west-1.siege.node.sluice.dev");
        arrived(1, 8, "filter-1.siege.node.sluice.dev", "west-1.siege.node.sluice.dev");

        assertThat(books().duplicates()).containsEntry(1L, 2);
        assertThat(books().hold()).isTrue();
    }

    @Test
    void aSecondCopyWithoutABlowOnItsWayHasNoCause() {
        struck(Blow.OPERATOR_KILLED, "operator", 3, 3);
        struck(Blow.POSTFIX_KILLED, "filter-2", 3, 3);
        struck(Blow.POSTFIX_KILLED, "filter-1", 20, 20);
        accepted(1, "a.test");
        arrived(1, 2, "filter-1.siege.node.sluice.dev");
        arrived(1, 8, "filter-1.siege.node.sluice.dev");

        assertThat(books().unexplained()).containsExactly(1L);
        assertThat(books().hold()).isFalse();
    }

    @Test
    void aNodeIsNotTakenForOneWhoseNameBeginsAlike() {
        struck(Blow.POSTFIX_KILLED, "filter-1", 3, 3);
        accepted(1, "a.test");
        arrived(1, 2, "filter-11.siege.node.sluice.dev");
        arrived(1, 8, "filter-11.siege.node.sluice.dev");

        assertThat(books().unexplained()).containsExactly(1L);
    }

    @Test
    void aSenderWithoutAnAnswerSendsTwiceAndThatIsNobodysFault() {
        accepted(1, "a.test");
        load.add(new LoadEvent(Kind.UNCERTAIN, 1, START, "connection reset"));
        arrived(1, 2, "filter-1.siege.node.sluice.dev");
        arrived(1, 8, "filter-2.siege.node.sluice.dev");

        assertThat(books().sentTwice()).containsExactly(1L);
        assertThat(books().hold()).isTrue();
    }
}
