package dev.sluice.local;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What became of a load, seen from outside: what went in beside what came out. Pure.
 *
 * @param offered messages that became due
 * @param accepted those that the platform took responsibility for
 * @param refusals refused attempts and failed connections; a message may have several
 * @param delivered those of {@code accepted} that arrived
 * @param lost the numbers of those accepted that did not arrive
 * @param duplicated the numbers of those that arrived more than once through no fault of the sender
 * @param sentTwice the numbers of those that arrived more than once because the sender had got no answer and sent again
 * @param delayed the numbers of those that took longer than allowed from the 250 to arrival; before the 250 a message is
 *     its sender's
 * @param notices notices that arrived: the platform told a sender that it gave up
 * @param acceptedByHost messages that arrived, by each host that had them, by the hosts' own names
 */
public record Conservation(
        long offered,
        long accepted,
        long refusals,
        long delivered,
        SortedSet<Long> lost,
        SortedSet<Long> duplicated,
        SortedSet<Long> sentTwice,
        SortedSet<Long> delayed,
        long notices,
        Map<String, Long> acceptedByHost) {

    /**
     * Joins both sides.
     *
     * @param load everything that load generators wrote, with numbers that no two of them used
     * @param receipts everything that sinks wrote
     * @param delayedAfter how long a message may take without being late
     */
    public static Conservation of(Collection<LoadEvent> load, Collection<Receipt> receipts, Duration delayedAfter) {
        Map<Long, Instant> offered = new HashMap<>();
        Set<Long> accepted = new HashSet<>();
        Map<Long, Instant> taken = new HashMap<>();
        Set<Long> uncertain = new HashSet<>();
        long refusals = 0;
        for (LoadEvent event : load) {
            switch (event.kind()) {
                case OFFERED -> offered.put(event.number(), event.time());
                case ACCEPTED -> {
                    accepted.add(event.number());
                    taken.put(event.number(), event.time());
                }
                case UNCERTAIN -> uncertain.add(event.number());
                case REFUSED -> refusals++;
            }
        }
        Map<Long, Instant> first = new HashMap<>();
        Map<Long, Integer> count = new HashMap<>();
        Map<String, Long> byHost = new TreeMap<>();
        long notices = 0;
        for (Receipt receipt : receipts) {
            if (receipt.notice()) {
                notices++;
            } else if (offered.containsKey(receipt.number())) {
                first.merge(receipt.number(), receipt.time(), (one, other) -> one.isBefore(other) ? one : other);
                count.merge(receipt.number(), 1, Integer::sum);
                new LinkedHashSet<>(receipt.path()).forEach(host -> byHost.merge(host, 1L, Long::sum));
            }
        }
        SortedSet<Long> lost = new TreeSet<>(accepted);
        lost.removeAll(first.keySet());
        SortedSet<Long> duplicated = new TreeSet<>();
        SortedSet<Long> sentTwice = new TreeSet<>();
        count.forEach((number, times) -> {
            if (times > 1) {
                (uncertain.contains(number) ? sentTwice : duplicated).add(number);
            }
        });
        SortedSet<Long> delayed = new TreeSet<>();
        first.forEach((number, arrived) -> {
            Instant from = taken.getOrDefault(number, offered.get(number));
            if (Duration.between(from, arrived).compareTo(delayedAfter) > 0) {
                delayed.add(number);
            }
        });
        return new Conservation(
                offered.size(),
                accepted.size(),
                refusals,
                accepted.stream().filter(first::containsKey).count(),
                lost,
                duplicated,
                sentTwice,
                delayed,
                notices,
                Map.copyOf(byHost));
    }

    /** Whether everything that was accepted arrived, once. */
    public boolean holds() {
        return lost.isEmpty() && duplicated.isEmpty();
    }

    /** Those that arrived and had passed a host. */
    public long acceptedBy(List<String> hosts) {
        return hosts.stream()
                .mapToLong(host -> acceptedByHost.getOrDefault(host, 0L))
                .sum();
    }
}
