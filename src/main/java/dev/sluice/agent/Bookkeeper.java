package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.node.MessageFates;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.QueueSummary;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.postfix.LogGrammar;
import dev.sluice.postfix.QueueFiles;
import dev.sluice.postfix.QueueFiles.Queue;
import dev.sluice.postfix.QueueIdentifier;
import dev.sluice.postfix.QueuedMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/** Feeds the ledger from the log and the queue directory, and keeps it on disk together with the place in the log. */
final class Bookkeeper implements AutoCloseable {
    private static final String FILE = "ledger.json";
    private static final int READ_AT_ONCE = 1024 * 1024;
    private static final Duration SCAN_INTERVAL = Duration.ofSeconds(1);
    private static final Duration SAVE_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LISTING_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_SCAN_INTERVAL = Duration.ofSeconds(5);
    private static final Duration LONGEST_INTERVAL = Duration.ofSeconds(60);
    /** No more than one part in so many of the time goes into one kind of upkeep. */
    private static final int UPKEEP_DIVISOR = 10;

    /** Books and place in the log belong together: a line is in the one or still ahead in the other. */
    record Saved(
            @JsonProperty("position") LogFollower.Position position,
            @JsonProperty("books") LedgerBooks books,
            @JsonProperty("notBefore") long notBeforeMillis) {}

    /** What the report needs of the books, taken at one moment. */
    record Extract(String epoch, List<StratumCounters> strata, Ledger ledger, QueueSummary queue) {}

    private final InstantSource clock;
    private final StateStore store;
    private final LogGrammar grammar;
    private final LogFollower follower;
    private final OutcomeLedger ledger;
    private final MessageJournal journal;
    private final Path queueDirectory;
    private final Set<String> ownAddresses;
    private final Upkeep scan = new Upkeep(SCAN_INTERVAL, LONGEST_SCAN_INTERVAL);
    private final Upkeep save = new Upkeep(SAVE_INTERVAL, LONGEST_INTERVAL);
    private final Upkeep listing = new Upkeep(LISTING_INTERVAL, LONGEST_INTERVAL);
    private QueueFiles files = QueueFiles.none();
    private int emptyScans;
    private boolean caughtUp;

    Bookkeeper(InstantSource clock, StateStore store, Path logFile, Path queueDirectory, Set<String> ownAddresses)
            throws IOException {
        this.clock = clock;
        this.store = store;
        this.queueDirectory = queueDirectory;
        this.ownAddresses = Set.copyOf(ownAddresses);
        this.grammar = new LogGrammar(clock, ZoneId.systemDefault());
        Saved saved = store.read(FILE, Saved.class)
                .orElseGet(() -> new Saved(
                        LogFollower.Position.BEGINNING,
                        new LedgerBooks(UUID.randomUUID().toString()),
                        0));
        this.journal = new MessageJournal(store.directory());
        this.ledger = new OutcomeLedger(saved.books(), journal::note);
        this.follower = new LogFollower(logFile, saved.position());
    }

    synchronized void order(NodeOrders orders) {
        boolean delivering = !orders.holdQueue() && orders.handoverTo().isEmpty();
        ledger.order(
                peers -> Routes.of(orders, peers, ownAddresses),
                Duration.ofSeconds(orders.objectiveSeconds()),
                delivering,
                orders.lanes());
    }

    /** Reads what the log has; called several times a second. */
    synchronized void read() throws IOException {
        boolean more = follower.poll(line -> grammar.parse(line).ifPresent(ledger::enter), READ_AT_ONCE);
        caughtUp = !more;
        if (caughtUp) {
            ledger.advance(clock.instant());
        }
    }

    /** Whether the end of the log has been reached since the start; before that the books are of the past. */
    synchronized boolean caughtUp() {
        return caughtUp;
    }

    /** Looks into the queue directory, not more often than its size allows. */
    void scan(MailTransferAgent mta) throws IOException {
        if (scan.due(clock.instant())) {
            scanNow(mta);
        }
    }

    /** Looks into the queue directory. */
    QueueFiles scanNow(MailTransferAgent mta) throws IOException {
        Instant begin = clock.instant();
        QueueFiles found = mta.queueFiles();
        Instant end = clock.instant();
        synchronized (this) {
            files = found;
            emptyScans = found.empty() ? emptyScans + 1 : 0;
            if (caughtUp) {
                ledger.reconcile(found, clock.instant());
            }
            scan.done(begin, end);
        }
        return found;
    }

    /** Lists the queue when that would tell something new; costly, so rarely. */
    void list(MailTransferAgent mta) throws IOException {
        Instant begin = clock.instant();
        synchronized (this) {
            if (!listing.due(begin) || !caughtUp || !ledger.wantsListing(begin)) {
                return;
            }
        }
        List<QueuedMessage> messages = new ArrayList<>();
        mta.list(messages::add);
        synchronized (this) {
            messages.forEach(ledger::learn);
            listing.done(begin, clock.instant());
        }
    }

    void saveWhenDue() throws IOException {
        if (save.due(clock.instant())) {
            save();
        }
    }

    synchronized void save() throws IOException {
        Instant begin = clock.instant();
        // What the books no longer know must be on disk before the place in the log is.
        journal.flush();
        store.write(FILE, new Saved(follower.position(), ledger.books(), begin.toEpochMilli()));
        save.done(begin, clock.instant());
    }

    /** Whether nothing has been in any queue for two looks and the books know of nothing either. */
    synchronized boolean nothingLeft() {
        return emptyScans >= 2 && caughtUp && ledger.nothingOpen();
    }

    synchronized long left() {
        return files.queues().size() + (long) files.unfinished();
    }

    synchronized QueueFiles files() {
        return files;
    }

    synchronized Map<String, Long> attempts() {
        return Map.copyOf(ledger.books().attempts);
    }

    synchronized Extract extract() {
        Instant now = clock.instant();
        long oldest = files.queues().keySet().stream()
                .flatMap(id -> QueueIdentifier.arrivalTime(id).stream())
                .mapToLong(Instant::getEpochSecond)
                .min()
                .orElse(now.getEpochSecond());
        QueueSummary queue = new QueueSummary(
                files.count(Queue.INCOMING) + files.unfinished(),
                files.count(Queue.ACTIVE),
                files.count(Queue.DEFERRED),
                files.count(Queue.HOLD),
                Math.max(0, now.getEpochSecond() - oldest),
                ledger.waiting(now),
                freeBytes());
        return new Extract(ledger.books().epoch, ledger.strata(), ledger.ledger(now), queue);
    }

    /** What became of the newest messages, and of all that are still here. */
    MessageFates fates(String node) throws IOException {
        // Reading takes a while and must not keep the log waiting.
        List<MessageFate> messages =
                new ArrayList<>(journal.newest(MessageFates.MOST_MESSAGES).values());
        synchronized (this) {
            List<MessageFate> present = ledger.present();
            Set<String> open = present.stream().map(MessageFate::queueId).collect(Collectors.toSet());
            messages.removeIf(message -> open.contains(message.queueId()));
            messages.addAll(present);
            int most = Math.min(messages.size(), MessageFates.MOST_MESSAGES);
            long all = ledger.books().messages + ledger.books().receivedByHandover;
            return new MessageFates(
                    node,
                    ledger.books().epoch,
                    Math.max(0, all - most),
                    messages.subList(messages.size() - most, messages.size()));
        }
    }

    private long freeBytes() {
        try {
            return Files.getFileStore(queueDirectory).getUsableSpace();
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public synchronized void close() throws IOException {
        save();
        follower.close();
        journal.close();
    }

    /** A task that is repeated at an interval that grows with its own cost, up to a bound. */
    private static final class Upkeep {
        private final Duration interval;
        private final Duration longest;
        private Instant next = Instant.MIN;

        private Upkeep(Duration interval, Duration longest) {
            this.interval = interval;
            this.longest = longest;
        }

        private boolean due(Instant now) {
            return !now.isBefore(next);
        }

        private void done(Instant begin, Instant end) {
            Duration cost = Duration.between(begin, end).multipliedBy(UPKEEP_DIVISOR);
            Duration pause = cost.compareTo(interval) > 0 ? cost : interval;
            next = end.plus(pause.compareTo(longest) > 0 ? longest : pause);
        }
    }
}
