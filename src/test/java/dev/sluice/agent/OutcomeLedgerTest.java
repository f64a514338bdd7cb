package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.node.Fault;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.MessageFates.RecipientFate;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeOrders.Peer;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.postfix.LogGrammar;
import dev.sluice.postfix.QueueFiles;
import dev.sluice.postfix.QueuedMessage;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each counting rule as a story; identifiers are short ones, so that a message's arrival is its first line's time. */
class OutcomeLedgerTest {
    private static final Instant START = Instant.parse("2026-11-23T10:00:00Z");
    private static final HopRoute TRANSPORT =
            new HopRoute("transport", List.of(new Endpoint("10.20.1.21", 25)), List.of(), true);

    private static final String REFUSED = "host t[10.20.1.21] said: 554 5.7.1 <u@c.test>: Relay access denied";
    private static final String SUSPENDED =
            "delivery temporarily suspended: connect to t[10.20.1.21]:25: Connection refused";

    private final LogGrammar grammar =
            new LogGrammar(InstantSource.fixed(START.plus(Duration.ofHours(1))), ZoneOffset.UTC);
    private final List<MessageFate> left = new ArrayList<>();
    private OutcomeLedger ledger = new OutcomeLedger(new LedgerBooks("epoch"), left::add);

    @BeforeEach
    void order() {
        order(ledger, Map.of(), true);
    }

    private static void order(OutcomeLedger books, Map<String, String> settings, boolean judging) {
        order(books, settings, judging, 1);
    }

    private static void order(OutcomeLedger books, Map<String, String> settings, boolean judging, int lanes) {
        order(books, List.of(TRANSPORT), settings, judging, lanes);
    }

    private static void order(
            OutcomeLedger books, List<HopRoute> hops, Map<String, String> settings, boolean judging, int lanes) {
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
                hops,
                Optional.of(new Peer("n2", new Endpoint("10.20.1.2", 2526))),
                Optional.empty(),
                lanes,
                false);
        books.order(
                peers -> Routes.of(orders, peers, Set.of("10.20.1.1")),
                Duration.ofSeconds(30),
                judging,
                orders.lanes());
    }

    private void line(int second, String program, String message) {
        ledger.enter(grammar.parse(START.plusSeconds(second) + " n1 postfix/" + program + "[1]: " + message)
                .orElseThrow());
    }

    private void accept(int second, String id, int recipients) {
        accept(second, id, "10.20.0.5", "s@ex.test", recipients);
    }

    private void accept(int second, String id, String client, String sender, int recipients) {
        line(second, "smtpd", id + ": client=unknown[" + client + "]");
        line(second, "qmgr", id + ": from=<" + sender + ">, size=100, nrcpt=" + recipients + " (queue active)");
    }

    private void delivered(int second, String id, String to) {
        attempt(second, id, to, "sent", "2.0.0", "250 ok");
    }

    private void refused(int second, String id, String to) {
        attempt(second, id, to, "deferred", "4.7.1", REFUSED);
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
        assertThat(sums(9)).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 1));
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
        ledger.advance(START.plusSeconds(60));
        delivered(61, "AAAAAA1", "u@c.test");
        delivered(61, "AAAAAA1", "v@c.test");

        assertThat(stratum().late()).isOne();
        assertThat(stratum().recipients()).isEqualTo(new RecipientCounters(0, 0, 2));
        assertThat(stratum().good()).isZero();
        assertThat(stratum().matureBad()).isOne();
        assertThat(sums(61).delivered()).isEqualTo(2);
        assertThat(sums(61).deliveredLate()).isEqualTo(2);
    }

    @Test
    void manyMessagesOfOneSenderToOneDestinationAreOneUnit() {
        for (int number = 1; number <= 5; number++) {
            accept(number, "AAAAAA" + number, "10.20.0." + number, "s" + number + "@EX.test", 2);
            delivered(number, "AAAAAA" + number, "u" + number + "@c.test");
            delivered(number, "AAAAAA" + number, "v" + number + "@C.test");
        }

        assertThat(stratum().good()).isOne();
        assertThat(stratum().recipients()).isEqualTo(new RecipientCounters(10, 0, 0));
        assertThat(sums(5).delivered()).isEqualTo(10);
    }

    @Test
    void aUnitIsWhatItsFirstResolvedRecipientWas() {
        accept(0, "AAAAAA1", 1);
        accept(1, "AAAAAA2", 1);
        refused(2, "AAAAAA2", "v@c.test");
        delivered(3, "AAAAAA1", "u@c.test");

        assertThat(stratum().good()).isZero();
        assertThat(stratum().bad()).isEqualTo(Map.of(Fault.NEXT_HOP, 1L));
        assertThat(stratum().pathFailures()).isOne();
        assertThat(stratum().recipients()).isEqualTo(new RecipientCounters(1, 1, 0));
    }

    @Test
    void anotherSenderAnotherDestinationAndLaterMailAreUnitsOfTheirOwn() {
        accept(0, "AAAAAA1", "10.20.0.5", "s@ex.test", 2);
        delivered(1, "AAAAAA1", "u@c.test");
        delivered(1, "AAAAAA1", "u@d.test");
        accept(2, "AAAAAA2", "10.20.0.5", "s@other.test", 1);
        delivered(3, "AAAAAA2", "u@c.test");
        accept(301, "AAAAAA3", "10.20.0.5", "s@ex.test", 1);
        attempt(302, "AAAAAA3", "u@c.test", "deferred", "4.7.1", REFUSED);

        assertThat(stratum().good()).isEqualTo(3);
        assertThat(stratum().bad()).isEqualTo(Map.of(Fault.NEXT_HOP, 1L));
    }

    @Test
    void aDomainWithADotInFrontTakesItsSubdomainsToItsHop() {
        HopRoute east = new HopRoute("east", List.of(new Endpoint("10.20.1.22", 25)), List.of(".east.test"), true);
        HopRoute west = new HopRoute("west", List.of(new Endpoint("10.20.1.23", 25)), List.of(), true);
        order(ledger, List.of(east, west), Map.of(), true, 1);
        accept(0, "AAAAAA1", 2);
        delivered(1, "AAAAAA1", "u@a.East.test");
        delivered(1, "AAAAAA1", "u@b.c.east.test");
        accept(1, "AAAAAA2", 1);
        delivered(2, "AAAAAA2", "u@east.test");

        assertThat(ledger.strata()).extracting(StratumCounters::nextHop).containsExactly("east", "west");
        assertThat(ledger.strata()).extracting(StratumCounters::good).containsExactly(2L, 1L);
    }

    @Test
    void noticesOfOthersCountByWhoBroughtThem() {
        accept(0, "AAAAAA1", "192.0.2.1", "", 1);
        delivered(1, "AAAAAA1", "u@c.test");
        accept(1, "AAAAAA2", "192.0.2.1", "", 1);
        delivered(2, "AAAAAA2", "v@c.test");
        accept(2, "AAAAAA3", "192.0.2.2", "", 1);
        delivered(3, "AAAAAA3", "w@c.test");

        assertThat(stratum().good()).isEqualTo(2);
    }

    @Test
    void lanesDivideTheMailOfOneSender() {
        order(ledger, Map.of(), true, 8);
        for (int number = 100; number < 200; number++) {
            accept(number / 10, "AAAA" + number, 1);
            delivered(number / 10, "AAAA" + number, "u" + number + "@c.test");
        }

        assertThat(stratum().good()).isEqualTo(8);
        assertThat(stratum().recipients().good()).isEqualTo(100);
    }

    @Test
    void finishedUnitsAreCountedByClassOfTheirSender() {
        for (int number = 100; number < 150; number++) {
            accept(number / 10, "AAAA" + number, "10.20.0.5", "s@ex" + number + ".test", 1);
            delivered(number / 10, "AAAA" + number, "u@c.test");
        }
        accept(20, "AAAA200", "10.20.0.5", "s@failing.test", 2);
        refused(21, "AAAA200", "u@c.test");
        accept(21, "AAAA201", "10.20.0.5", "s@unknown.test", 1);
        attempt(22, "AAAA201", "u@c.test", "bounced", "5.1.1", "host t[10.20.1.21] said: 550 5.1.1 no such user");

        assertThat(stratum().good()).isEqualTo(50);
        assertThat(stratum().finishedBySenderClass()).hasSize(16);
        assertThat(stratum().finishedBySenderClass().stream()
                        .mapToLong(Long::longValue)
                        .sum())
                .as("the recipient's fault is in none")
                .isEqualTo(51);
    }

    @Test
    void anArrivalIsMatureOnlyWhenNothingBeforeItIsUnknown() {
        accept(0, "AAAAAA1", "10.20.0.5", "s@slow.test", 1);
        accept(1, "AAAAAA2", "10.20.0.5", "s@ex.test", 1);
        delivered(2, "AAAAAA2", "u@c.test");

        ledger.advance(START.plusSeconds(40));
        assertThat(stratum().matureGood()).isZero();

        ledger.advance(START.plusSeconds(60));
        assertThat(stratum().matureGood()).isOne();
        assertThat(stratum().matureBad()).isOne();
    }

    @Test
    void whatTheQueueTellsOfSilentMailMakesItUnitsByDestination() {
        accept(0, "AAAAAA1", 3);
        assertThat(ledger.wantsListing(START.plusSeconds(4))).isTrue();
        ledger.reconcile(new QueueFiles(Map.of("AAAAAA1", QueueFiles.Queue.ACTIVE), 0), START.plusSeconds(4));
        ledger.learn(new QueuedMessage("active", "AAAAAA1", START, false, List.of("u@c.test", "v@c.test", "w@d.test")));

        ledger.advance(START.plusSeconds(33));

        assertThat(stratum().late()).isEqualTo(2);
        assertThat(stratum().recipients().late()).isEqualTo(3);
    }

    @Test
    void whatWaitsIsCountedByAge() {
        accept(0, "AAAAAA1", 1);
        accept(60, "AAAAAA2", 1);
        accept(600, "AAAAAA3", 1);
        ledger.reconcile(
                new QueueFiles(
                        Map.of(
                                "AAAAAA1",
                                QueueFiles.Queue.DEFERRED,
                                "AAAAAA2",
                                QueueFiles.Queue.DEFERRED,
                                "AAAAAA3",
                                QueueFiles.Queue.ACTIVE),
                        0),
                START.plusSeconds(601));

        assertThat(ledger.waiting(START.plusSeconds(601)))
                .flatExtracting(queue -> queue.ages())
                .as("up to 5, 10 and 20 minutes, ten minutes and a second being the third")
                .containsExactly(1L, 1L, 1L, 0L, 0L, 0L, 0L, 0L);
        assertThat(ledger.waiting(START.plusSeconds(300)))
                .flatExtracting(queue -> queue.ages())
                .as("five minutes are not more than five minutes")
                .startsWith(3L);
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

        assertThat(sums(3)).isEqualTo(new Ledger(1, 3, 0, 1, 0, 2, 0, 0, 0, 0, 0));
    }

    @Test
    void aRecipientsFaultNeverRipensIntoAFailure() {
        accept(0, "AAAAAA1", 2);
        attempt(1, "AAAAAA1", "u@c.test", "bounced", "5.1.1", "host t[10.20.1.21] said: 550 5.1.1 no such user");
        delivered(1, "AAAAAA1", "v@d.test");
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

        assertThat(sums(4)).isEqualTo(new Ledger(1, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0));
        assertThat(ledger.strata())
                .allSatisfy(stratum -> assertThat(stratum.good()).isZero());
    }

    @Test
    void whatAPeerHandedOverIsAcceptedButIsNoEvidence() {
        line(0, "handover/smtpd", "AAAAAA1: client=unknown[10.20.1.2]");
        line(0, "qmgr", "AAAAAA1: from=<s@ex.test>, size=100, nrcpt=1 (queue active)");
        attempt(1, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");

        assertThat(sums(1)).isEqualTo(new Ledger(0, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0));
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

        assertThat(sums(1)).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0));
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

        assertThat(sums(2)).isEqualTo(new Ledger(1, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0));
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

        assertThat(sums(60)).isEqualTo(new Ledger(1, 2, 0, 2, 0, 0, 0, 0, 0, 0, 1));
        assertThat(stratum().good()).isZero();
        assertThat(stratum().recipients()).isEqualTo(new RecipientCounters(1, 1, 0));
        assertThat(stratum().matureGood()).isZero();
        assertThat(stratum().matureBad()).isOne();
    }

    private static RecipientFate fate(
            String address, Outcome outcome, int deferrals, int second, String reply, String onPeer) {
        return new RecipientFate(address, "transport", outcome, deferrals, START.plusSeconds(second), reply, onPeer);
    }

    @Test
    void whatBecameOfEachRecipientIsToldWhenTheMessageHasLeft() {
        accept(0, "AAAAAA1", 2);
        attempt(1, "AAAAAA1", "u@c.test", "deferred", "4.7.1", REFUSED);
        attempt(2, "AAAAAA1", "v@c.test", "bounced", "5.1.1", "host t[10.20.1.21] said: 550 5.1.1 no such user");
        assertThat(left).isEmpty();
        assertThat(ledger.present())
                .singleElement()
                .satisfies(message -> assertThat(message.recipients())
                        .extracting(RecipientFate::outcome)
                        .containsExactlyInAnyOrder(Outcome.QUEUED, Outcome.BOUNCED));

        attempt(9, "AAAAAA1", "u@c.test", "sent", "2.0.0", "250 ok");
        line(9, "qmgr", "AAAAAA1: removed");

        assertThat(left).singleElement().satisfies(message -> {
            assertThat(message.queueId()).isEqualTo("AAAAAA1");
            assertThat(message.sender()).isEqualTo("s@ex.test");
            assertThat(message.arrivedTime()).isEqualTo(START);
            assertThat(message.recipients()).hasSize(2).anySatisfy(recipient -> {
                assertThat(recipient.address()).isEqualTo("u@c.test");
                assertThat(recipient.outcome()).isEqualTo(Outcome.DELIVERED);
                assertThat(recipient.deferrals()).isOne();
                assertThat(recipient.time()).isEqualTo(START.plusSeconds(9));
                assertThat(recipient.reply()).contains("Relay access denied").doesNotContain("u@c.test");
            });
        });
        assertThat(ledger.present()).isEmpty();
    }

    @Test
    void whatAPeerTookIsToldByItsNameThere() {
        accept(0, "AAAAAA1", 1);
        attempt(
                3,
                "smtp",
                "10.20.1.2[10.20.1.2]:2526",
                "AAAAAA1",
                "u@c.test",
                "sent",
                "2.0.0",
                "250 2.0.0 Ok: queued as 4jYF1Z1dFWzJQfm");
        line(3, "qmgr", "AAAAAA1: removed");

        assertThat(left)
                .singleElement()
                .satisfies(message -> assertThat(message.recipients())
                        .containsExactly(fate("u@c.test", Outcome.HANDED_OVER, 0, 3, "", "4jYF1Z1dFWzJQfm")));
    }

    @Test
    void whatExpiredIsToldAlsoOfRecipientsThatTheLogNeverNamed() {
        accept(0, "AAAAAA1", 2);
        attempt(1, "AAAAAA1", "u@c.test", "deferred", "4.7.1", REFUSED);
        line(50, "qmgr", "AAAAAA1: from=<s@ex.test>, status=expired, returned to sender");
        line(50, "qmgr", "AAAAAA1: removed");

        assertThat(left)
                .singleElement()
                .satisfies(message -> assertThat(message.recipients())
                        .extracting(RecipientFate::outcome)
                        .containsExactly(Outcome.EXPIRED, Outcome.EXPIRED));
    }

    @Test
    void aMessageThatVanishedIsToldAsUnknown() {
        accept(0, "AAAAAA1", 1);
        line(1, "qmgr", "AAAAAA1: removed");

        assertThat(left)
                .singleElement()
                .satisfies(message -> assertThat(message.recipients())
                        .extracting(RecipientFate::outcome)
                        .containsExactly(Outcome.UNKNOWN));
    }
}
