package dev.sluice.local.siege;

import dev.sluice.local.Conservation;
import dev.sluice.local.LoadEvent;
import dev.sluice.local.LoadEvent.Kind;
import dev.sluice.local.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Both ends' books after a siege: acknowledged mail has to be delivered, or returned for a reason that is its recipient's.
 * A duplicate is no loss (RFC 5321 section 4.5.4.1 prefers it to one), but it needs a cause: its sender had no answer and
 * sent again, or a node on its way was hit between acceptance and delivery. Pure.
 *
 * @param offered messages that became due
 * @param accepted those answered with 250
 * @param delivered accepted ones that arrived at least once
 * @param returned those of which the sender was told that the recipient does not exist, as is true
 * @param lost numbers of accepted ones that were neither delivered nor returned
 * @param wronglyReturned numbers of those returned although their recipient exists
 * @param sentTwice numbers of those that arrived more than once because their sender got no answer and sent again
 * @param duplicates numbers of the others that arrived more than once, and the number of the blow that explains it
 * @param unexplained numbers of those that arrived more than once for no reason that is known
 */
public record SiegeBooks(
        long offered,
        long accepted,
        long delivered,
        long returned,
        SortedSet<Long> lost,
        SortedSet<Long> wronglyReturned,
        SortedSet<Long> sentTwice,
        SortedMap<Long, Integer> duplicates,
        SortedSet<Long> unexplained) {
    /** The clocks of several processes of one machine, and the time that a kill takes. */
    private static final Duration TOLERANCE = Duration.ofSeconds(1);

    static SiegeBooks of(
            Collection<LoadEvent> load,
            Collection<Receipt> receipts,
            Set<String> domainsWithoutRecipients,
            List<Strike> strikes) {
        Conservation ends = Conservation.of(load, receipts, TOLERANCE);
        Map<Long, LoadEvent> offered = load.stream()
                .filter(event -> event.kind() == Kind.OFFERED)
                .collect(Collectors.toMap(LoadEvent::number, event -> event));
        Map<Boolean, List<Receipt>> byNotice = receipts.stream()
                .filter(receipt -> offered.containsKey(receipt.number()))
                .collect(Collectors.partitioningBy(Receipt::notice));
        Map<Long, List<Receipt>> copies = byNotice.get(false).stream().collect(Collectors.groupingBy(Receipt::number));
        SortedSet<Long> returned =
                byNotice.get(true).stream().map(Receipt::number).collect(Collectors.toCollection(TreeSet::new));
        SortedSet<Long> wronglyReturned = new TreeSet<>(returned);
        // The detail of an offer is its recipient's domain.
        wronglyReturned.removeIf(
                number -> domainsWithoutRecipients.contains(offered.get(number).detail()));
        SortedSet<Long> lost = new TreeSet<>(ends.lost());
        lost.removeAll(returned);
        SortedMap<Long, Integer> explained = new TreeMap<>();
        for (long number : ends.duplicated()) {
            strikes.stream()
                    .filter(strike -> explains(strike, offered.get(number).time(), copies.get(number)))
                    .findFirst()
                    .ifPresent(strike -> explained.put(number, strike.number()));
        }
        SortedSet<Long> unexplained = new TreeSet<>(ends.duplicated());
        unexplained.removeAll(explained.keySet());
        return new SiegeBooks(
                ends.offered(),
                ends.accepted(),
                ends.delivered(),
                (long) returned.size() - wronglyReturned.size(),
                lost,
                wronglyReturned,
                ends.sentTwice(),
                explained,
                unexplained);
    }

    private static boolean explains(Strike strike, Instant offered, List<Receipt> copies) {
        if (!strike.kind().hitsNode()) {
            return false;
        }
        Instant last =
                copies.stream().map(Receipt::time).max(Instant::compareTo).orElseThrow();
        return !strike.from().isAfter(last.plus(TOLERANCE))
                && !strike.until().isBefore(offered.minus(TOLERANCE))
                && copies.stream()
                        .flatMap(copy -> copy.path().stream())
                        .anyMatch(host -> host.startsWith(strike.target() + "."));
    }

    /** Whether nothing was lost, nobody was told a wrong thing, and every duplicate has a cause. */
    public boolean hold() {
        return accepted > 0 && lost.isEmpty() && wronglyReturned.isEmpty() && unexplained.isEmpty();
    }
}
