package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport.StratumCounters;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the node out by its own decision, for the time in which nobody can take it out: when its orders say that others
 * carry the pool's mail, no operator has asked for a while, and nothing gets through any more. It never takes more mail
 * than it is ordered to. Other orders end it, and so does a delivery that succeeds.
 */
final class SelfClosure {
    private static final Logger LOG = LoggerFactory.getLogger(SelfClosure.class);
    private static final String FILE = "closure.json";
    /** An operator asks every second. One that cannot renew its lease ends after 10 s, and a successor needs 15 s more. */
    private static final Duration ALONE_AFTER = Duration.ofSeconds(15);
    /** In units, as the gate counts them: neither one sender's bulk mail nor one that is always refused closes a node. */
    private static final int LEAST_FAILURES = 5;

    private static final Duration LEAST_TIME = Duration.ofSeconds(10);

    private final InstantSource clock;
    private final StateStore store;
    private Optional<Closed> closed;
    private boolean canBeSpared;
    private Optional<NodeOrders> orders = Optional.empty();
    private Instant lastAsked;
    private Optional<Failing> failing = Optional.empty();

    /** Written down, so that a restarted agent does not take mail again. */
    record Closed(@JsonProperty("why") String why) {}

    /**
     * What is counted since the last delivery.
     *
     * @param delivered when that was, empty for never
     * @param failedBefore failures until then
     * @param since when the first failure after it was seen, empty before
     */
    private record Failing(Optional<Instant> delivered, long failedBefore, Optional<Instant> since) {}

    SelfClosure(InstantSource clock, StateStore store) throws IOException {
        this.clock = clock;
        this.store = store;
        closed = store.read(FILE, Closed.class).filter(kept -> kept.why() != null);
        lastAsked = clock.instant();
    }

    /** An operator has asked or ordered. */
    synchronized void asked() {
        lastAsked = clock.instant();
    }

    /** The orders that are in force from now on. The same of another leader decide nothing anew. */
    synchronized void order(NodeOrders given) {
        boolean same = orders.filter(given.withLeaderEpoch(0)::equals).isPresent();
        boolean first = orders.isEmpty();
        orders = Optional.of(given.withLeaderEpoch(0));
        canBeSpared = given.canBeSpared();
        if (!same && !first) {
            open("there are other orders");
        }
    }

    /** Looks at what became of the mail; called every few seconds. */
    synchronized void look(List<StratumCounters> strata) {
        Optional<Instant> delivered = strata.stream()
                .flatMap(stratum -> stratum.lastDeliveredTime().stream())
                .max(Comparator.naturalOrder());
        long failed = strata.stream().mapToLong(StratumCounters::failed).sum();
        if (failing.filter(before -> before.delivered().equals(delivered)).isEmpty()) {
            if (failing.isPresent()) {
                open("mail gets through again");
            }
            // Of one that never delivered every failure counts, also those before the first look.
            failing = Optional.of(new Failing(delivered, delivered.isPresent() ? failed : 0, Optional.empty()));
        }
        Failing now = failing.get();
        if (failed > now.failedBefore() && now.since().isEmpty()) {
            now = new Failing(delivered, now.failedBefore(), Optional.of(clock.instant()));
            failing = Optional.of(now);
        }
        long since = failed - now.failedBefore();
        if (closed.isEmpty() && canBeSpared && alone() && since >= LEAST_FAILURES && lasts(now)) {
            close("nothing gets through: %d failures since %s and no delivery; no operator has asked since %s"
                    .formatted(since, now.since().orElseThrow(), lastAsked));
        }
    }

    private boolean alone() {
        return lastAsked.plus(ALONE_AFTER).isBefore(clock.instant());
    }

    private boolean lasts(Failing now) {
        return now.since()
                .filter(begin -> !begin.plus(LEAST_TIME).isAfter(clock.instant()))
                .isPresent();
    }

    private void close(String why) {
        LOG.warn("this node takes itself out: {}", why);
        closed = Optional.of(new Closed(why));
        keep(closed.get());
    }

    private void open(String why) {
        if (closed.isPresent()) {
            LOG.warn("this node does as it is ordered again: {}", why);
            closed = Optional.empty();
            keep(new Closed(null));
        }
    }

    /** On a full volume it holds all the same, but for a restart. */
    private void keep(Closed state) {
        try {
            store.write(FILE, state);
        } catch (IOException e) {
            LOG.warn("{} cannot be written: {}", FILE, e.getMessage());
        }
    }

    /** Why the node takes no mail, in one line; empty while it does as it is ordered. */
    synchronized Optional<String> why() {
        return closed.map(Closed::why);
    }
}
