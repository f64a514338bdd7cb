package dev.sluice.agent;

import dev.sluice.agent.MessageBook.RecipientBook;
import dev.sluice.agent.MessageBook.Source;
import dev.sluice.agent.Routes.Stratum;
import dev.sluice.agent.UnitBook.Unit;
import dev.sluice.node.Fault;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.NodeReport.HopQueue;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.postfix.LogLine;
import dev.sluice.postfix.PostfixConfiguration;
import dev.sluice.postfix.QueueFiles;
import dev.sluice.postfix.QueueIdentifier;
import dev.sluice.postfix.QueuedMessage;
import dev.sluice.postfix.ReplyClassifier;
import dev.sluice.postfix.ReplyClassifier.Judgement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The books of a node: what became of every recipient that was accepted, from the lines of the log and the files of the
 * queue. Two views of the same lines: the ledger (last state of each recipient) and the evidence (first outcomes of client
 * mail, by stratum; of each unit the recipient that resolves first counts). Pure but for its own memory; the same lines in the same order give the same
 * books. Not safe for use by several threads.
 */
final class OutcomeLedger {
    /** The log writes whole seconds and is read with a delay; within this time nothing is called late. */
    private static final Duration MARGIN = Duration.ofSeconds(2);
    /** A message may be missed while it moves between queues, and its log lines come after it has moved. */
    private static final Duration SETTLING = Duration.ofSeconds(5);
    /**
     * How long to wait for the recipients' addresses before an overdue message is charged to the default hop, and to one unit
     * of its sender.
     */
    private static final Duration INQUIRY = Duration.ofSeconds(15);

    private static final Duration FORGET = Duration.ofMinutes(10);
    private static final Duration UNROUTED = Duration.ofSeconds(3);

    private final LedgerBooks books;
    private final Consumer<MessageFate> departures;
    private final ReplyClassifier classifier = new ReplyClassifier();
    private final Map<String, MessageBook> unsettled = new LinkedHashMap<>();
    private final Map<String, Long> strangeFiles = new HashMap<>();
    private Routes routes = Routes.none();
    private Duration objective = Duration.ofSeconds(60);
    private boolean judging = true;
    private int lanes = 1;
    private QueueFiles files = QueueFiles.none();

    OutcomeLedger(LedgerBooks books) {
        this(books, message -> {});
    }

    /**
     * A ledger.
     *
     * @param departures told of each message of others that has left, once it has
     */
    OutcomeLedger(LedgerBooks books, Consumer<MessageFate> departures) {
        this.books = books;
        this.departures = departures;
        books.open.forEach((id, message) -> {
            if (!message.settled()) {
                unsettled.put(id, message);
            }
        });
    }

    LedgerBooks books() {
        return books;
    }

    /**
     * Takes over what the orders say about counting.
     *
     * @param makeRoutes routes for the peers known so far
     * @param judging false while the node is kept from delivering on its own: then silence is nobody's failure
     * @param lanes into how many lanes messages are divided before units are counted, at least 1
     */
    void order(Function<Set<String>, Routes> makeRoutes, Duration objective, boolean judging, int lanes) {
        this.routes = makeRoutes.apply(books.peers);
        books.peers.addAll(routes.peers());
        this.objective = objective;
        this.judging = judging;
        this.lanes = lanes;
    }

    /** Enters a line. Time goes on to the line's time first, so that reading late and reading at once agree. */
    void enter(LogLine line) {
        advance(line.time());
        if (line instanceof LogLine.Accepted accepted) {
            accepted(accepted);
        } else if (line instanceof LogLine.Queued queued) {
            queued(queued);
        } else if (line instanceof LogLine.Delivery delivery) {
            delivery(delivery);
        } else if (line instanceof LogLine.Expired expired) {
            expired(expired);
        } else if (line instanceof LogLine.NoticeMade notice) {
            notice(notice);
        } else if (line instanceof LogLine.Removed removed) {
            removed(removed);
        } else if (line instanceof LogLine.Renamed renamed) {
            renamed(renamed);
        }
    }

    private void accepted(LogLine.Accepted line) {
        if (line.listener().endsWith(PostfixConfiguration.INSPECTION_LISTENER)) {
            return;
        }
        MessageBook message = new MessageBook();
        if (line.listener().endsWith(PostfixConfiguration.HANDOVER_LISTENER)) {
            message.source = Source.HANDOVER;
        } else if (routes.fromContentFilter(line.clientAddress())) {
            message.source = Source.REINJECTED;
        }
        message.arrivalMillis = arrival(line);
        message.sender = line.clientAddress();
        books.open.put(line.queueId(), message);
    }

    private void queued(LogLine.Queued line) {
        MessageBook message = books.open.get(line.queueId());
        if (message == null) {
            message = new MessageBook();
            message.arrivalMillis = arrival(line);
            boolean ownMail = line.sender().isEmpty() || line.sender().startsWith("double-bounce@");
            message.source = ownMail ? Source.INTERNAL : Source.CLIENT;
            books.open.put(line.queueId(), message);
        }
        if (!line.sender().isEmpty()) {
            message.sender = domain(line.sender());
        }
        message.envelopeSender = line.sender();
        if (!message.counted()) {
            count(line.queueId(), message, line.recipients());
        }
    }

    private static String domain(String address) {
        return address.substring(address.lastIndexOf('@') + 1).toLowerCase(Locale.ROOT);
    }

    private void count(String id, MessageBook message, int recipients) {
        message.recipients = recipients;
        switch (message.source) {
            case CLIENT -> {
                books.messages++;
                books.accepted += recipients;
            }
            case HANDOVER -> {
                books.accepted += recipients;
                books.receivedByHandover += recipients;
            }
            case REINJECTED, INTERNAL -> {
                // Neither is new mail of anybody.
            }
        }
        if (message.source == Source.CLIENT || message.source == Source.REINJECTED) {
            unsettled.put(id, message);
        } else {
            message.strangersJudged = recipients;
        }
    }

    private static long arrival(LogLine line) {
        return QueueIdentifier.arrivalTime(line.queueId()).orElse(line.time()).toEpochMilli();
    }

    private void delivery(LogLine.Delivery line) {
        MessageBook message = books.open.get(line.queueId());
        if (message == null || message.source == Source.INTERNAL) {
            return;
        }
        if (line.text().contains("message may be sent more than once")) {
            books.possibleDuplicates++;
        }
        RecipientBook recipient = message.recipient(line.recipient());
        if (recipient.done) {
            return;
        }
        Stratum stratum = routes.stratum(line.recipient());
        recipient.hop = stratum.hop();
        recipient.lastMillis = line.time().toEpochMilli();
        boolean toPeer = routes.toPeer(line);
        switch (line.status()) {
            case SENT -> sent(line, message, recipient, stratum, toPeer);
            case DEFERRED, SOFT_BOUNCED -> failed(line, message, recipient, stratum, toPeer);
            case BOUNCED -> {
                recipient.done = true;
                recipient.outcome = Outcome.BOUNCED;
                books.bounced++;
                failed(line, message, recipient, stratum, toPeer);
            }
            case DELIVERABLE, UNDELIVERABLE -> recipient.judged = true;
        }
        if (message.settled()) {
            unsettled.remove(line.queueId());
        }
    }

    private void sent(
            LogLine.Delivery line, MessageBook message, RecipientBook recipient, Stratum stratum, boolean toPeer) {
        recipient.done = true;
        if (routes.toContentFilter(line)) {
            recipient.judged = true;
            return;
        }
        if (toPeer) {
            recipient.outcome = Outcome.HANDED_OVER;
            recipient.peerQueueId = MessageAccounts.queueIdOnPeer(line.text());
            books.handedOver++;
            attempt("delivered", "peer", "handover");
            recipient.judged = true;
            return;
        }
        recipient.outcome = Outcome.DELIVERED;
        books.delivered++;
        attempt("delivered", stratum.hop(), "none");
        book(stratum).deliveredAttempt(line.time());
        if (recipient.judged) {
            if (message.source != Source.HANDOVER) {
                books.deliveredLate++;
            }
            return;
        }
        recipient.judged = true;
        if (line.program().equals("discard")) {
            return;
        }
        if (line.delaySeconds() <= objective.toSeconds()) {
            book(stratum).good();
            decided(line.queueId(), message, line.recipient()).ifPresent(book(stratum)::good);
        } else {
            books.deliveredLate++;
            late(line.queueId(), message, line.recipient(), 1, line.time());
        }
    }

    /** The unit that a recipient's first outcome decides, empty when an earlier one did. */
    private Optional<Unit> decided(String id, MessageBook message, String recipient) {
        Unit unit =
                new Unit(message.sender, domain(recipient), UnitBook.checksumModulo(id, lanes), message.arrivalMillis);
        return Optional.of(unit).filter(books.units::decides);
    }

    /**
     * No outcome came within the objective.
     *
     * @param recipient one of them, empty when no address is known
     */
    private void late(String id, MessageBook message, String recipient, int recipients, Instant time) {
        StratumBook book = book(routes.stratum(recipient));
        book.late(recipients, time);
        decided(id, message, recipient).ifPresent(book::late);
    }

    private void failed(
            LogLine.Delivery line, MessageBook message, RecipientBook recipient, Stratum stratum, boolean toPeer) {
        Judgement judgement = classifier.judge(line.statusCode(), line.text(), stratum.ownTier());
        String reply = ReplyClassifier.anonymous(line.text());
        recipient.lastReply = reply;
        recipient.deferrals += line.status() == LogLine.Status.BOUNCED ? 0 : 1;
        String outcome = line.status() == LogLine.Status.BOUNCED ? "bounced" : "deferred";
        if (toPeer) {
            attempt(outcome, "peer", judgement.reasonClass());
            return;
        }
        if (line.withoutAttempt()) {
            return;
        }
        attempt(outcome, stratum.hop(), judgement.reasonClass());
        if (judgement.fault() != Fault.RECIPIENT) {
            book(stratum).failedAttempt(reply, line.time());
        }
        if (!recipient.judged) {
            recipient.judged = true;
            book(stratum).bad(judgement, line.time());
            decided(line.queueId(), message, line.recipient())
                    .ifPresent(unit -> book(stratum).bad(unit, judgement));
        }
    }

    private StratumBook book(Stratum stratum) {
        return books.strata.computeIfAbsent(stratum.name(), name -> new StratumBook(stratum.hop()));
    }

    private void attempt(String outcome, String hop, String reasonClass) {
        books.attempts.merge(outcome + "|" + hop + "|" + reasonClass, 1L, Long::sum);
    }

    private void expired(LogLine.Expired line) {
        MessageBook message = books.open.get(line.queueId());
        if (message == null || message.source == Source.INTERNAL) {
            return;
        }
        if (message.strangersUnjudged() > 0) {
            late(line.queueId(), message, "", message.strangersUnjudged(), line.time());
        }
        message.strangersExpired = message.strangers();
        message.known.forEach((address, recipient) -> {
            if (!recipient.judged) {
                late(line.queueId(), message, address, 1, line.time());
                recipient.judged = true;
            }
            if (!recipient.done) {
                recipient.outcome = Outcome.EXPIRED;
                recipient.lastMillis = line.time().toEpochMilli();
            }
        });
        int unfinished = message.unfinished();
        books.expired += unfinished;
        books.attempts.merge("expired|" + routes.defaultStratum().hop() + "|none", (long) unfinished, Long::sum);
        // What is left of the message is its removal.
        message.known.values().forEach(recipient -> recipient.done = true);
        message.recipients = message.known.size();
        message.strangersJudged = 0;
        unsettled.remove(line.queueId());
        if (message.recipients == 0) {
            books.open.remove(line.queueId());
            departed(line.queueId(), message);
        }
    }

    private void departed(String id, MessageBook message) {
        if (MessageAccounts.isOfOthers(message)) {
            departures.accept(MessageAccounts.of(id, message, Outcome.UNKNOWN));
        }
    }

    /** What is known of the messages that are still here. */
    List<MessageFate> present() {
        List<MessageFate> messages = new ArrayList<>();
        books.open.forEach((id, message) -> {
            if (message.counted() && MessageAccounts.isOfOthers(message)) {
                messages.add(MessageAccounts.of(id, message, Outcome.QUEUED));
            }
        });
        return messages;
    }

    private void notice(LogLine.NoticeMade line) {
        books.notices++;
        MessageBook notice = new MessageBook();
        notice.source = Source.INTERNAL;
        notice.arrivalMillis = line.time().toEpochMilli();
        books.open.putIfAbsent(line.noticeId(), notice);
    }

    private void removed(LogLine.Removed line) {
        MessageBook message = books.open.remove(line.queueId());
        unsettled.remove(line.queueId());
        if (message != null && message.source != Source.INTERNAL) {
            books.vanished += message.unfinished();
            departed(line.queueId(), message);
        }
    }

    private void renamed(LogLine.Renamed line) {
        MessageBook message = books.open.remove(line.formerId());
        if (message == null) {
            return;
        }
        books.open.put(line.queueId(), message);
        if (unsettled.remove(line.formerId()) != null) {
            unsettled.put(line.queueId(), message);
        }
    }

    /** Lets time pass: what is overdue becomes late, arrivals become mature. */
    void advance(Instant now) {
        long due = now.minus(objective).minus(MARGIN).toEpochMilli();
        long settled = due;
        Iterator<Map.Entry<String, MessageBook>> messages = unsettled.entrySet().iterator();
        while (messages.hasNext()) {
            Map.Entry<String, MessageBook> entry = messages.next();
            MessageBook message = entry.getValue();
            if (message.arrivalMillis >= due) {
                continue;
            }
            boolean unrouted = message.strangersUnjudged() > 0 && message.arrivalMillis >= due - INQUIRY.toMillis();
            if (unrouted) {
                settled = Math.min(settled, message.arrivalMillis);
            } else {
                overdue(entry.getKey(), message, now);
                messages.remove();
            }
        }
        // An arrival is mature when nothing that came before it is without an outcome: the quick ones get no start.
        long mature = settled;
        books.strata.values().forEach(stratum -> {
            stratum.mature(mature);
            stratum.nothingIsLaterThan(now);
        });
        books.units.forget(due - INQUIRY.toMillis());
    }

    private void overdue(String id, MessageBook message, Instant now) {
        int strangers = message.strangersUnjudged();
        if (strangers > 0) {
            message.strangersJudged += strangers;
            if (judging) {
                late(id, message, "", strangers, now);
            }
        }
        message.known.forEach((address, recipient) -> {
            if (!recipient.judged) {
                recipient.judged = true;
                if (judging) {
                    late(id, message, address, 1, now);
                }
            }
        });
    }

    /** Compares the books with the files that are really there. */
    void reconcile(QueueFiles found, Instant now) {
        files = found;
        long moment = now.toEpochMilli();
        Iterator<Map.Entry<String, MessageBook>> messages =
                books.open.entrySet().iterator();
        while (messages.hasNext()) {
            Map.Entry<String, MessageBook> entry = messages.next();
            MessageBook message = entry.getValue();
            if (found.queues().containsKey(entry.getKey())) {
                message.missingSinceMillis = 0;
            } else if (message.missingSinceMillis == 0) {
                message.missingSinceMillis = moment;
            } else if (moment - message.missingSinceMillis > FORGET.toMillis()
                    && (message.source == Source.INTERNAL || !message.counted())) {
                // A client that broke off before the end of its message leaves a line and no file.
                messages.remove();
            }
        }
        strangeFiles.keySet().retainAll(found.queues().keySet());
        for (String id : found.queues().keySet()) {
            MessageBook message = books.open.get(id);
            if (message != null && (message.counted() || message.source == Source.INTERNAL)) {
                strangeFiles.remove(id);
            } else {
                strangeFiles.putIfAbsent(id, moment);
            }
        }
    }

    /** Whether a listing of the queue would tell something that the log did not. */
    boolean wantsListing(Instant now) {
        long settled = now.minus(SETTLING).toEpochMilli();
        if (strangeFiles.values().stream().anyMatch(since -> since <= settled)) {
            return true;
        }
        long old = now.minus(UNROUTED).toEpochMilli();
        return unsettled.values().stream()
                .anyMatch(message -> message.arrivalMillis <= old && message.strangersUnjudged() > 0);
    }

    /** Learns of a message from the queue's listing: who its recipients are, or that it exists at all. */
    void learn(QueuedMessage listed) {
        MessageBook message = books.open.get(listed.id());
        if (message == null && strangeFiles.containsKey(listed.id())) {
            message = new MessageBook();
            message.source = listed.notice() ? Source.INTERNAL : Source.CLIENT;
            message.arrivalMillis = listed.arrivalTime().toEpochMilli();
            books.open.put(listed.id(), message);
        }
        if (message == null || listed.recipients().isEmpty()) {
            return;
        }
        if (!message.counted() && strangeFiles.containsKey(listed.id())) {
            count(listed.id(), message, listed.recipients().size());
        }
        if (message.counted() && message.strangers() > 0) {
            for (String address : listed.recipients()) {
                if (message.known.containsKey(address) || message.strangers() > 0) {
                    message.recipient(address).hop = routes.hop(address).name();
                }
            }
        }
    }

    /** The sums. */
    Ledger ledger(Instant now) {
        long settled = now.minus(SETTLING).toEpochMilli();
        long queued = 0;
        long missing = 0;
        for (MessageBook message : books.open.values()) {
            if (message.source == Source.INTERNAL) {
                continue;
            }
            int unfinished = message.unfinished();
            if (message.missingSinceMillis != 0 && message.missingSinceMillis <= settled) {
                missing += unfinished;
            } else {
                queued += unfinished;
            }
        }
        return new Ledger(
                books.messages,
                books.accepted,
                books.receivedByHandover,
                books.delivered,
                books.bounced,
                books.expired,
                books.handedOver,
                queued,
                books.vanished + missing,
                books.possibleDuplicates,
                books.deliveredLate);
    }

    /** The evidence. */
    List<StratumCounters> strata() {
        Map<String, Long> pending = new HashMap<>();
        Stratum rest = routes.defaultStratum();
        for (MessageBook message : unsettled.values()) {
            if (message.strangersUnjudged() > 0) {
                book(rest);
                pending.merge(rest.name(), (long) message.strangersUnjudged(), Long::sum);
            }
            message.known.forEach((address, recipient) -> {
                if (!recipient.judged) {
                    Stratum stratum = routes.stratum(address);
                    book(stratum);
                    pending.merge(stratum.name(), 1L, Long::sum);
                }
            });
        }
        List<StratumCounters> counters = new ArrayList<>();
        books.strata.forEach((name, stratum) -> counters.add(stratum.counters(name, pending.getOrDefault(name, 0L))));
        return counters;
    }

    /** What waits, by next hop. */
    List<HopQueue> waiting(Instant now) {
        Map<String, Waiting> hops = new TreeMap<>();
        String rest = routes.defaultStratum().hop();
        books.open.forEach((id, message) -> {
            if (!files.queues().containsKey(id)) {
                return;
            }
            Map<String, String> replies = new HashMap<>();
            message.known.forEach((address, recipient) -> {
                if (!recipient.done) {
                    replies.merge(
                            recipient.hop.isEmpty() ? rest : recipient.hop,
                            recipient.lastReply,
                            (one, other) -> one.isEmpty() ? other : one);
                }
            });
            if (replies.isEmpty()) {
                replies.put(rest, "");
            }
            replies.forEach((hop, reply) ->
                    hops.computeIfAbsent(hop, unused -> new Waiting()).add(message.arrivalMillis, reply, now));
        });
        List<HopQueue> queues = new ArrayList<>();
        hops.forEach((hop, waiting) -> queues.add(waiting.queue(hop, now)));
        return queues;
    }

    /** Whether everything that the books know of has left. */
    boolean nothingOpen() {
        return books.open.values().stream()
                .noneMatch(message -> message.source != Source.INTERNAL && message.unfinished() > 0);
    }

    private static final class Waiting {
        private long messages;
        private long oldestMillis = Long.MAX_VALUE;
        private String reply = "";
        private final long[] ages = new long[HopQueue.AGE_LIMITS_MINUTES.size() + 1];

        private void add(long arrivalMillis, String lastReply, Instant now) {
            messages++;
            ages[HopQueue.ageGroup(Duration.ofMillis(Math.max(0, now.toEpochMilli() - arrivalMillis)))]++;
            oldestMillis = Math.min(oldestMillis, arrivalMillis);
            if (!lastReply.isEmpty()) {
                reply = lastReply;
            }
        }

        private HopQueue queue(String hop, Instant now) {
            return new HopQueue(
                    hop,
                    messages,
                    Math.max(0, (now.toEpochMilli() - oldestMillis) / 1_000),
                    reply.isEmpty() ? Optional.empty() : Optional.of(reply),
                    Arrays.stream(ages).boxed().toList());
        }
    }
}
