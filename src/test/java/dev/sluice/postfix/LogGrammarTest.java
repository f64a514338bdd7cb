package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.postfix.LogLine.Accepted;
import dev.sluice.postfix.LogLine.Delivery;
import dev.sluice.postfix.LogLine.Expired;
import dev.sluice.postfix.LogLine.Held;
import dev.sluice.postfix.LogLine.NoticeMade;
import dev.sluice.postfix.LogLine.Queued;
import dev.sluice.postfix.LogLine.Removed;
import dev.sluice.postfix.LogLine.Renamed;
import dev.sluice.postfix.LogLine.Status;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogGrammarTest {
    private static final InstantSource NOVEMBER = InstantSource.fixed(Instant.parse("2026-11-23T20:00:00Z"));

    private final LogGrammar grammar = new LogGrammar(NOVEMBER, ZoneOffset.UTC);

    private LogLine read(String line) {
        return grammar.parse(line).orElseThrow();
    }

    @Test
    void readsADelivery() {
        assertThat(read("Nov 23 18:33:06 filter-a postfix-A/smtp[15666]: 4jYF1Z1LPnzJFCj: to=<u@customer.test>,"
                        + " relay=10.20.1.21[10.20.1.21]:25, delay=0.05, delays=0.01/0.01/0.01/0.01, dsn=2.0.0,"
                        + " status=sent (250 2.0.0 Ok: queued as 4jYF1Z1dFWzJQfm)"))
                .isEqualTo(new Delivery(
                        Instant.parse("2026-11-23T18:33:06Z"),
                        "4jYF1Z1LPnzJFCj",
                        "smtp",
                        "u@customer.test",
                        new Relay("10.20.1.21", "10.20.1.21", 25),
                        0.05,
                        "2.0.0",
                        Status.SENT,
                        "250 2.0.0 Ok: queued as 4jYF1Z1dFWzJQfm"));
    }

    @Test
    void readsTheRfc3339TimeStampToo() {
        assertThat(read("2026-11-23T18:33:06.123456+01:00 filter-a postfix/qmgr[1]: 4jYF1Z1LPnzJFCj: removed"))
                .isEqualTo(new Removed(Instant.parse("2026-11-23T17:33:06.123456Z"), "4jYF1Z1LPnzJFCj"));
    }

    @Test
    void aLineOfDecemberReadInJanuaryIsOfLastYear() {
        LogGrammar january = new LogGrammar(InstantSource.fixed(Instant.parse("2027-01-01T00:00:10Z")), ZoneOffset.UTC);

        assertThat(january.parse("Dec 31 23:59:58 n postfix/qmgr[1]: 4jYF1Z1LPnzJFCj: removed"))
                .map(LogLine::time)
                .contains(Instant.parse("2026-12-31T23:59:58Z"));
    }

    @Test
    void tellsTheProgramByTheLastSegmentAndTheListenerByTheRest() {
        assertThat(read("Nov 23 18:33:06 b postfix/handover/smtpd[9]: 4jYF1Z1LPnzJFCj: client=unknown[10.20.0.12]"))
                .isInstanceOfSatisfying(Accepted.class, accepted -> {
                    assertThat(accepted.listener()).isEqualTo("handover");
                    assertThat(accepted.clientAddress()).isEqualTo("10.20.0.12");
                });
    }

    @Test
    void seesThatAnErrorLineIsNoAttempt() {
        LogLine line =
                read("Nov 23 18:35:29 filter-b postfix-B/error[22063]: 4jYF4K5cvBzJJKr: to=<s@ex.com>, relay=none,"
                        + " delay=0.01, delays=0/0.01/0/0, dsn=4.4.1, status=deferred (delivery temporarily suspended:"
                        + " connect to 10.20.1.21[10.20.1.21]:25: Connection timed out)");

        assertThat(line).isInstanceOfSatisfying(Delivery.class, delivery -> {
            assertThat(delivery.withoutAttempt()).isTrue();
            assertThat(delivery.relay()).isEqualTo(Relay.NONE);
            assertThat(Relay.mentionedIn(delivery.text())).contains(new Relay("10.20.1.21", "10.20.1.21", 25));
        });
    }

    @Test
    void readsASoftBounceAndAReusedConnection() {
        assertThat(read("Nov 23 18:34:32 filter-b postfix-B/smtp[18924]: 4jYF3D44mZzJJKs: to=<u@customer.test>,"
                        + " relay=10.20.1.21[10.20.1.21]:25, conn_use=6, delay=0.03, delays=0.01/0.01/0.01/0.01,"
                        + " dsn=4.7.1, status=SOFTBOUNCE (host 10.20.1.21[10.20.1.21] said: 554 5.7.1"
                        + " <u@customer.test>: Relay access denied (in reply to RCPT TO command))"))
                .isInstanceOfSatisfying(
                        Delivery.class,
                        delivery -> assertThat(delivery.status()).isEqualTo(Status.SOFT_BOUNCED));
    }

    @Test
    void readsWhatTheQueueManagerAndTheBouncerSay() {
        Instant time = Instant.parse("2026-11-23T18:35:29Z");
        String prefix = "Nov 23 18:35:29 filter-b postfix-B/";

        assertThat(read(prefix + "qmgr[1]: 4jYF425L2JzJJLr: from=<s@ex.com>, size=393, nrcpt=3 (queue active)"))
                .isEqualTo(new Queued(time, "4jYF425L2JzJJLr", "s@ex.com", 393, 3));
        assertThat(read(prefix + "qmgr[1]: 4jYF425L2JzJJLr: from=<s@ex.com>, status=expired, returned to sender"))
                .isEqualTo(new Expired(time, "4jYF425L2JzJJLr"));
        assertThat(read(prefix + "bounce[1]: 4jYF425L2JzJJLr: sender non-delivery notification: 4jYF4K5cvBzJJKr"))
                .isEqualTo(new NoticeMade(time, "4jYF425L2JzJJLr", "4jYF4K5cvBzJJKr"));
        assertThat(read(prefix + "postsuper[1]: 4jYF425L2JzJJLr: placed on hold"))
                .isEqualTo(new Held(time, "4jYF425L2JzJJLr"));
        assertThat(read(prefix + "pickup[1]: 4jYF4K5cvBzJJKr: uid=109 from=<s@ex.com> orig_id=4jYF425L2JzJJLr"))
                .isEqualTo(new Renamed(time, "4jYF4K5cvBzJJKr", "4jYF425L2JzJJLr"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "half a li",
                "Nov 23 18:33:43 filter-b postfix-B/smtp[15743]: connect to 10.20.1.21[10.20.1.21]:25: Connection timed out",
                "Nov 23 18:33:08 transport-t postfix-T/smtpd[15667]: NOQUEUE: reject: RCPT from unknown[10.20.0.12]: 554",
                "Nov 31 18:33:08 n postfix/qmgr[1]: 4jYF1Z1LPnzJFCj: removed",
                "Foo 23 18:33:08 n postfix/qmgr[1]: 4jYF1Z1LPnzJFCj: removed",
                "Nov 23 18:33:08 n sshd[1]: 4jYF1Z1LPnzJFCj: removed",
            })
    void passesOverWhatSaysNothingAboutAMessage(String line) {
        assertThat(grammar.parse(line)).isEmpty();
    }

    @Test
    void aLongQueueIdentifierTellsWhenTheMessageCame() {
        assertThat(QueueIdentifier.arrivalTime("4jYF1Z1LPnzJFCj"))
                .hasValueSatisfying(time -> assertThat(time)
                        .isBetween(Instant.parse("2026-11-23T18:33:05Z"), Instant.parse("2026-11-23T18:33:07Z")));
        assertThat(QueueIdentifier.arrivalTime("A1B2C3D4E5")).isEqualTo(Optional.empty());
    }
}
