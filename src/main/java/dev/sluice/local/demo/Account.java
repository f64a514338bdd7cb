package dev.sluice.local.demo;

import dev.sluice.local.Conservation;
import dev.sluice.local.LoadEvent;
import dev.sluice.local.LoadGenerator;
import dev.sluice.local.LoadPlan;
import dev.sluice.node.NodeReport.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The books of one act, or of one part of it: a load, what the world received of it, and what the nodes wrote down
 * meanwhile. Every figure is counted at the ends; the nodes' own books are held against it.
 */
final class Account {
    /** Later than this counts as delayed. Without a fault a message takes well below a second. */
    static final Duration DELAYED = Duration.ofSeconds(5);

    private static final Duration BOOKS_SETTLE = Duration.ofSeconds(20);

    private final Scene scene;
    private final LoadGenerator load;
    private final Books before;
    private Instant ended;

    /** The sums of the nodes' books. */
    private record Books(long fromClients, long delivered, long bounced, long handedOver, long unaccounted) {
        static Books of(Scene scene) {
            NodeWatch nodes = scene.nodes();
            return new Books(
                    nodes.sum(Pools.FILTER, ledger -> ledger.accepted() - ledger.receivedByHandover()),
                    nodes.sum(Pools.EAST, Ledger::delivered) + nodes.sum(Pools.WEST, Ledger::delivered),
                    nodes.sum(Pools.FILTER, ledger -> ledger.bounced() + ledger.expired()),
                    nodes.sum(Pools.FILTER, Ledger::handedOver),
                    nodes.sum(Pools.FILTER, ledger -> Math.abs(ledger.unaccounted())));
        }
    }

    private Account(Scene scene, double messagesPerSecond) {
        this.scene = scene;
        scene.nodes().look();
        this.before = Books.of(scene);
        this.load = scene.laboratory()
                .startLoad(LoadPlan.of(scene.edge().address(), 25, messagesPerSecond, Pools.RECIPIENT_DOMAINS));
        scene.timeline().tell("load", "begins", "%.0f messages a second to the edge".formatted(messagesPerSecond));
    }

    /** Begins to offer mail. */
    static Account open(Scene scene, double messagesPerSecond) {
        return new Account(scene, messagesPerSecond);
    }

    /** Offers nothing more and waits until all that was offered is accepted. */
    void endLoad() {
        load.finish(Duration.ofMinutes(1));
        ended = scene.clock().instant();
        scene.timeline().tell("load", "ends", "");
    }

    Conservation books() {
        List<LoadEvent> events = load.events();
        return Conservation.of(events, scene.world().receipts(), DELAYED);
    }

    /** Waits until all that was accepted has arrived. */
    void awaitAllDelivered(Duration limit) {
        scene.await(
                limit,
                "every accepted message is delivered",
                () -> books().lost().isEmpty());
    }

    /**
     * The report, once both ends agree or have had time to.
     *
     * @param newNodes nodes that joined during the act
     * @param bad nodes that failed
     */
    ActReport report(
            String act,
            Collection<String> newNodes,
            Collection<String> bad,
            int ejected,
            String reason,
            boolean passed) {
        settle();
        Conservation books = books();
        Books after = Books.of(scene);
        long bounced = after.bounced() - before.bounced();
        Optional<Instant> failure = scene.nodes().firstFailure(bad);
        Optional<Instant> zero =
                scene.edgeWatch().lastSeenAtZeroSince(scene.nodes().hosts(bad));
        Optional<Instant> empty = scene.nodes().emptySince(bad);
        List<Delays> delays =
                Delays.of(books.delayed(), load.events(), scene.world().receipts());
        delays.forEach(late -> scene.timeline()
                .tell(
                        "load",
                        "is late",
                        "%d messages by way of %s, up to %.1f s; accepted from %.1f s to %.1f s"
                                .formatted(
                                        late.messages(),
                                        String.join(", ", late.path()),
                                        late.longestSeconds(),
                                        scene.timeline().secondsAt(late.firstAccepted()),
                                        scene.timeline().secondsAt(late.lastAccepted()))));
        return new ActReport(
                act,
                passed && difference(books, after) == 0,
                rate(),
                books.offered(),
                books.accepted(),
                books.delivered(),
                bounced,
                books.lost().size(),
                books.duplicated().size(),
                books.delayed().size(),
                scene.nodes().sum(newNodes, ledger -> ledger.messages() - ledger.receivedByHandover()),
                after.handedOver() - before.handedOver(),
                difference(books, after),
                ejected,
                seconds(failure, zero),
                seconds(failure, empty),
                reason,
                delays,
                scene.timeline().lines());
    }

    private void settle() {
        Instant deadline = scene.clock().instant().plus(BOOKS_SETTLE);
        scene.nodes().look();
        while (difference(books(), Books.of(scene)) != 0
                && scene.clock().instant().isBefore(deadline)) {
            scene.pause(Duration.ofMillis(500));
            scene.nodes().look();
        }
    }

    /** What the nodes' own books lack, and by how much they differ from what went in and what came out. */
    private long difference(Conservation books, Books after) {
        long unaccounted = Math.abs(after.unaccounted());
        long in = Math.abs(after.fromClients() - before.fromClients() - books.accepted());
        long out = Math.abs(after.delivered()
                - before.delivered()
                - books.delivered()
                - books.duplicated().size());
        return unaccounted + in + out;
    }

    private double rate() {
        List<Instant> offered = new ArrayList<>(load.events().stream()
                .filter(event -> event.kind() == LoadEvent.Kind.OFFERED)
                .map(LoadEvent::time)
                .sorted(Comparator.naturalOrder())
                .toList());
        if (offered.size() < 2) {
            return 0;
        }
        double seconds = Duration.between(offered.get(0), offered.get(offered.size() - 1))
                        .toMillis()
                / 1000.0;
        return Math.round(10 * (offered.size() - 1) / seconds) / 10.0;
    }

    private static Double seconds(Optional<Instant> from, Optional<Instant> to) {
        if (from.isEmpty() || to.isEmpty()) {
            return null;
        }
        return Math.max(0, Math.round(Duration.between(from.get(), to.get()).toMillis() / 100.0) / 10.0);
    }

    Optional<Instant> ended() {
        return Optional.ofNullable(ended);
    }
}
