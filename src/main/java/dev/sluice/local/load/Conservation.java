package dev.sluice.local.load;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What was accepted held against what arrived, message by message.
 *
 * @param offered messages offered
 * @param accepted messages answered with 250
 * @param delivered accepted messages that arrived
 * @param lost accepted messages that did not arrive, by number
 * @param duplicated messages that arrived more than once, by number
 * @param notices non-delivery notices that arrived
 * @param delays from being offered to being received for the first time, by number
 */
public record Conservation(
        long offered,
        long accepted,
        long delivered,
        List<Long> lost,
        List<Long> duplicated,
        long notices,
        Map<Long, Duration> delays) {
    public Conservation {
        lost = List.copyOf(lost);
        duplicated = List.copyOf(duplicated);
        delays = Map.copyOf(delays);
    }

    /** Joins the books of both ends. */
    public static Conservation of(List<Offered> offered, List<Received> received) {
        Map<Long, List<Received>> arrivals = new HashMap<>();
        for (Received each : received) {
            each.message()
                    .ifPresent(number -> arrivals.computeIfAbsent(number, key -> new ArrayList<>())
                            .add(each));
        }
        List<Long> lost = new ArrayList<>();
        List<Long> duplicated = new ArrayList<>();
        Map<Long, Duration> delays = new HashMap<>();
        long accepted = 0;
        for (Offered message : offered) {
            List<Received> copies = arrivals.getOrDefault(message.message(), List.of());
            if (message.accepted().isPresent()) {
                accepted++;
                if (copies.isEmpty()) {
                    lost.add(message.message());
                }
            }
            if (copies.size() > 1) {
                duplicated.add(message.message());
            }
            first(copies).ifPresent(time -> delays.put(message.message(), Duration.between(message.offered(), time)));
        }
        long delivered = accepted - lost.size();
        long notices = received.stream().filter(Received::notice).count();
        return new Conservation(offered.size(), accepted, delivered, lost, duplicated, notices, delays);
    }

    /** How many messages took longer than that from being offered to being received. */
    public long delayedMoreThan(Duration limit) {
        return delays.values().stream()
                .filter(delay -> delay.compareTo(limit) > 0)
                .count();
    }

    /** How many different messages came by one of those hosts first: the node that accepted them. */
    public static long acceptedBy(List<Received> received, Predicate<String> host) {
        return received.stream()
                .filter(each -> each.message().isPresent())
                .filter(each -> !each.via().isEmpty() && host.test(each.via().get(0)))
                .map(each -> each.message().get())
                .distinct()
                .count();
    }

    private static Optional<Instant> first(List<Received> copies) {
        return copies.stream().map(Received::received).min(Comparator.naturalOrder());
    }
}
