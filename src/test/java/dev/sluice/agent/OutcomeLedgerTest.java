package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.node.Fault;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.Peer;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.postfix.LogGrammar;
import dev.sluice.postfix.QueueFiles;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each counting rule as a story; identifiers are short ones, so that a message's arrival is its first line's time. */
class OutcomeLedgerTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final String REFUSED = "host t[10.20.1.21] said: 554 5.7.1 <u@c.test>: Relay access denied";
    private static final String SUSPENDED =
            "delivery temporarily suspended: connect to t[10.20.1.21]:25: Connection refused";

    private final LogGrammar grammar =
            new LogGrammar(InstantSource.fixed(START.plus(Duration.ofHours(1))), ZoneOffset.UTC);
    private OutcomeLedger ledger = new OutcomeLedger(new LedgerBooks("epoch"));

    @BeforeEach
    void order() {
        order(ledger, Map.of(), true);
    }

    private static void order(OutcomeLedger books, Map<String, String> settings, boolean judging) {
        HopRoute transport = new HopRoute("transport", List.of(new Endpoint("10.20.1.21", 25)), List.of(), true);
        NodeOrders orders = new NodeOrders(
                1,
                "n1",
                50,
                true,
                true,
                false,
                30,
                settings,
                ClientAddress.CONNECTION,
                List.of(),
                List.of(),
                List.of(transport),
                Optional.of(new Peer("n2", new Endpoint("10.20.1.2", 2526))),
                Optional.empty());
        books.order(peers -> Routes.of(orders, peers, Set.of("10.20.1.1")), Duration.ofSeconds(30), judging);
    }

    private void line(int second, String program, String message) {
        ledger.enter(grammar.parse(START.plusSeconds(second) + " n1 postfix/" + program + "[1]: " + message)
                .orElseThrow());
    }

    private void accept(int second, String id, int recipients) {
        line(second, "smtpd", id + ": client=unknown[10.20.0.5]");
        line(second, "qmgr", id + ": from=<s@ex.test>, size=100, nrcpt=" + recipients + " (queue active)");
    }

    private void attempt(int second, String id, String to, String status, String code, String text) {
        attempt(second, "smtp", "10.20.1.21[10.20.1.21]:25", id, to, status, code, text);
    }

    private void attempt(
            int second, String program, String relay, String id, String to, String status, String code, String text) {
        line(
                second,
                program,
                id + ": to=<" + to + ">, relay=" + relay + ", delay=" + second + ", delays=0/0/0/0, dsn=" + code
                        + ", status=" + status + " (" + text + ")");
    }

    private Ledger sums(int second) {
        return ledger.ledger(START.plusSeconds(second));
    }

    private StratumCounters stratum() {
        assertThat(ledger.strata()).hasSize(1);
        return ledger.strata().get(0);
    }

    @Test
    void aRecipientCountsOnceHoweverOftenItIsTried() {
        accept(0, "AAAAAA1", 1);
        attempt(1, "AAAAAA1", "u@c.test", "deferred", "4.7.1", REFUSED);
        attempt(5, "AAAAAA1", "u@c.test", "deferred", "4.7.1", REFUSED);
        attempt(9, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        line(9, "qmgr", "AAAAAA1: removed");

        assertThat(stratum().bad()).isEqualTo(Map.of(Fault.NEXT_HOP, 1L));
        assertThat(stratum().good()).isZero();
        assertThat(stratum().pathFailures()).isOne();
        assertThat(stratum().firstFailureTime()).contains(START.plusSeconds(1));
        assertThat(stratum().lastFailureTime()).contains(START.plusSeconds(5));
        assertThat(stratum().lastDeliveredTime()).contains(START.plusSeconds(9));
        assertThat(sums(9)).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aSoftBounceIsAFailureAndTheMailIsKept() {
        accept(0, "AAAAAA1", 1);
        attempt(1, "AAAAAA1", "u@c.test", "SOFTBOUNCE", "4.7.1", REFUSED);

        assertThat(stratum().bad()).isEqualTo(Map.of(Fault.NEXT_HOP, 1L));
        assertThat(sums(1).bounced()).isZero();
        assertThat(sums(1).queued()).isOne();
    }

    @Test
    void aDeadDestinationIsNoNewEvidence() {
        accept(0, "AAAAAA1", 1);
        attempt(1, "error", "none", "AAAAAA1", "u@c.test", "deferred", "4.4.1", SUSPENDED);
        assertThat(stratum().bad()).isEmpty();
        assertThat(stratum().pending()).isOne();

        ledger.advance(START.plusSeconds(40));

        assertThat(stratum().late()).isOne();
        assertThat(stratum().pending()).isZero();
    }

    @Test
    void silenceIsLateAndStaysLateWhenItIsDeliveredAfterwards() {
        accept(0, "AAAAAA1", 2);
        ledger.advance(START.plusSeconds(40));
        attempt(41, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        attempt(41, "AAAAAA1", "v@c.test", "sent", "2.0.0", "250 ok");

        assertThat(stratum().late()).isEqualTo(2);
        assertThat(stratum().good()).isZero();
        assertThat(stratum().matureBad()).isEqualTo(2);
        assertThat(sums(41).delivered()).isEqualTo(2);
    }

    @Test
    void whatIsFrozenOnPurposeIsNobodysFailure() {
        accept(0, "AAAAAA1", 1);
        order(ledger, Map.of(), false);

        ledger.advance(START.plusSeconds(40));

        assertThat(stratumLate()).isZero();
    }

    private long stratumLate() {
        return ledger.strata().stream().mapToLong(StratumCounters::late).sum();
    }

    @Test
    void expiryFinishesEveryRecipientThoughItNamesNone() {
        accept(0, "AAAAAA1", 3);
        attempt(1, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        attempt(1, "AAAAAA1", "v@c.test", "deferred", "4.7.1", REFUSED);
        line(2, "qmgr", "AAAAAA1: from=<s@ex.test>, status=expired, returned to sender");
        line(2, "bounce", "AAAAAA1: sender non-delivery notification: AAAAAA2");
        line(2, "qmgr", "AAAAAA2: from=<>, size=100, nrcpt=1 (queue active)");
        line(2, "qmgr", "AAAAAA1: removed");
        attempt(3, "AAAAAA2", "s@ex.test", "bounced", "5.7.1", REFUSED);

        assertThat(sums(3)).isEqualTo(new Ledger(1, 3, 0, 1, 0, 2, 0, 0, 0, 0));
    }

    @Test
    void aRecipientsFaultNeverRipensIntoAFailure() {
        accept(0, "AAAAAA1", 2);
        attempt(1, "AAAAAA1", "u@c.test", "bounced", "5.1.1", "host t[10.20.1.21] said: 550 5.1.1 no such user");
        attempt(1, "AAAAAA1", "v@c.test", "sent", "2.0.0", "250 ok");
        assertThat(stratum().matureGood()).isZero();

        ledger.advance(START.plusSeconds(60));

        assertThat(stratum().bad()).isEqualTo(Map.of(Fault.RECIPIENT, 1L));
        assertThat(stratum().matureGood()).isOne();
        assertThat(stratum().matureBad()).isZero();
        assertThat(stratum().firstFailureTime()).isEmpty();
    }

    @Test
    void aDeliveryToThePeerIsAHandoverAndNoSuccess() {
        accept(0, "AAAAAA1", 1);
        attempt(4, "smtp", "10.20.1.2[10.20.1.2]:2526", "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        line(4, "qmgr", "AAAAAA1: removed");

        assertThat(sums(4)).isEqualTo(new Ledger(1, 1, 0, 0, 0, 0, 1, 0, 0, 0));
        assertThat(ledger.strata())
                .allSatisfy(stratum -> assertThat(stratum.good()).isZero());
    }

    @Test
    void whatAPeerHandedOverIsAcceptedButIsNoEvidence() {
        line(0, "handover/smtpd", "AAAAAA1: client=unknown[10.20.1.2]");
        line(0, "qmgr", "AAAAAA1: from=<s@ex.test>, size=100, nrcpt=1 (queue active)");
        attempt(1, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");

        assertThat(sums(1)).isEqualTo(new Ledger(0, 1, 1, 1, 0, 0, 0, 0, 0, 0));
        assertThat(ledger.strata())
                .allSatisfy(stratum -> assertThat(stratum.good()).isZero());
    }

    @Test
    void mailThatGoesThroughAContentFilterIsOneMessage() {
        order(ledger, Map.of("content_filter", "scan:[10.20.1.1]:10025"), true);
        accept(0, "AAAAAA1", 1);
        line(0, "smtpd", "AAAAAA2: client=unknown[10.20.1.1]");
        line(0, "qmgr", "AAAAAA2: from=<s@ex.test>, size=120, nrcpt=1 (queue active)");
        attempt(
                0,
                "smtp",
                "10.20.1.1[10.20.1.1]:10025",
                "AAAAAA1",
                "u@c.test",
                "sent",
                "2.0.0",
                "250 2.0.0 Ok: queued as AAAAAA2");
        line(0, "qmgr", "AAAAAA1: removed");
        attempt(1, "AAAAAA2", "u@c.test", "sent", "2.0.0", "250 ok");
        line(1, "qmgr", "AAAAAA2: removed");

        assertThat(sums(1)).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0, 0, 0, 0));
        assertThat(stratum().good()).isOne();
    }

    @Test
    void aLostConfirmationIsCountedAsAPossibleDuplicate() {
        accept(0, "AAAAAA1", 1);
        attempt(
                1,
                "AAAAAA1",
                "u@c.test",
                "deferred",
                "4.4.2",
                "lost connection with t[10.20.1.21] while sending end of data -- message may be sent more than once");

        assertThat(sums(1).possibleDuplicates()).isOne();
    }

    @Test
    void aRenamedMessageIsNoNewOne() {
        accept(0, "AAAAAA1", 1);
        line(1, "pickup", "AAAAAA2: uid=109 from=<s@ex.test> orig_id=AAAAAA1");
        line(1, "qmgr", "AAAAAA2: from=<s@ex.test>, size=100, nrcpt=1 (queue active)");
        attempt(2, "AAAAAA2", "u@c.test", "sent", "2.0.0", "250 ok");

        assertThat(sums(2)).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void aMessageWithoutItsFileIsUnaccountedOnceItHadTimeToMove() {
        accept(0, "AAAAAA1", 1);
        ledger.reconcile(QueueFiles.none(), START.plusSeconds(1));
        assertThat(sums(3).unaccounted()).isZero();
        assertThat(sums(3).queued()).isOne();

        assertThat(sums(10).unaccounted()).isOne();
        assertThat(sums(10).queued()).isZero();

        ledger.reconcile(new QueueFiles(Map.of("AAAAAA1", QueueFiles.Queue.DEFERRED), 0), START.plusSeconds(11));
        assertThat(sums(11).unaccounted()).isZero();
    }

    @Test
    void aMessageRemovedWithoutAnOutcomeIsUnaccounted() {
        accept(0, "AAAAAA1", 2);
        attempt(1, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        line(1, "qmgr", "AAAAAA1: removed");

        assertThat(sums(1).unaccounted()).isOne();
    }

    @Test
    void booksThatWereWrittenDownGoOnAsIfNothingHadHappened() throws JsonProcessingException {
        accept(0, "AAAAAA1", 2);
        attempt(1, "AAAAAA1", "u@c.test", "deferred", "4.7.1", REFUSED);
        String written = NodeJson.mapper().writeValueAsString(ledger.books());

        ledger = new OutcomeLedger(NodeJson.mapper().readValue(written, LedgerBooks.class));
        order(ledger, Map.of(), true);
        attempt(3, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        attempt(3, "AAAAAA1", "v@c.test", "sent", "2.0.0", "250 ok");
        line(3, "qmgr", "AAAAAA1: removed");
        ledger.advance(START.plusSeconds(60));

        assertThat(sums(60)).isEqualTo(new Ledger(1, 2, 0, 2, 0, 0, 0, 0, 0, 0));
        assertThat(stratum().good()).isOne();
        assertThat(stratum().matureGood()).isOne();
        assertThat(stratum().matureBad()).isOne();
    }
}
