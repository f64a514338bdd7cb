package dev.sluice.local.siege;

import dev.sluice.local.LoadEvent;
import dev.sluice.local.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Both ends' books after a siege: acknowledged mail has to be delivered, or returned for a reason that is its recipient's.
 * A duplicate is no loss (RFC 5321 section 4.5.4.1 prefers it to one), but it needs a cause: its sender had no answer and
 * sent again, or a node on its way was hit between acceptance and delivery. Pure.
 *
 * @param offered messages that became due
 * @param accepted those answered with 250
 * @param delivered accepted ones that arrived at least once
 * @param returned accepted ones of which the sender was told that the recipient does not exist, as is true
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
        Map<Long, String> domain = new HashMap<>();
        Set<Long> accepted = new HashSet<>();
        Set<Long> uncertain = new HashSet<>();
        Map<Long, Instant> since = new HashMap<>();
        for (LoadEvent event : load) {
            switch (event.kind()) {
                case OFFERED -> {
                    domain.put(event.number(), event.detail());
                    since.put(event.number(), event.time());
                }
                case ACCEPTED -> accepted.add(event.number());
                case UNCERTAIN -> uncertain.add(event.number());
                case REFUSED -> {
                    // It is its sender's still.
                }
            }
        }
        Map<Long, List<Receipt>> arrivals = new HashMap<>();
        Set<Long> notices = new HashSet<>();
        for (Receipt receipt : receipts) {
            if (!domain.containsKey(receipt.number())) {
                continue;
            }
            if (receipt.notice()) {
                notices.add(receipt.number());
            } else {
                arrivals.computeIfAbsent(receipt.number(), number -> new ArrayList<>())
                        .add(receipt);
            }
        }
        SortedSet<Long> lost = new TreeSet<>(accepted);
        lost.removeAll(arrivals.keySet());
        lost.removeAll(notices);
        SortedSet<Long> wronglyReturned = new TreeSet<>();
        long returned = 0;
        for (long number : notices) {
            if (!domainsWithoutRecipients.contains(domain.get(number))) {
                wronglyReturned.add(number);
            } else if (accepted.contains(number)) {
                returned++;
            }
        }
        SortedSet<Long> sentTwice = new TreeSet<>();
        SortedMap<Long, Integer> duplicates = new TreeMap<>();
        SortedSet<Long> unexplained = new TreeSet<>();
        arrivals.forEach((number, copies) -> {
            if (copies.size() < 2) {
                return;
            }
            if (uncertain.contains(number)) {
                sentTwice.add(number);
                return;
            }
            strikes.stream()
                    .filter(strike -> explains(strike, since.get(number), copies))
                    .findFirst()
                    .ifPresentOrElse(strike -> duplicates.put(number, strike.number()), () -> unexplained.add(number));
        });
        return new SiegeBooks(
                domain.size(),
                accepted.size(),
                accepted.stream().filter(arrivals::containsKey).count(),
                returned,
                lost,
                wronglyReturned,
                sentTwice,
                duplicates,
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
