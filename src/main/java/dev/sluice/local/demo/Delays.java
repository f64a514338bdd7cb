package dev.sluice.local.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import dev.sluice.local.LoadEvent;
import dev.sluice.local.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Messages that arrived late by the same way.
 *
 * @param path the hosts that had them, the first one first
 * @param messages how many
 * @param longestSeconds the longest time from the 250 to arrival
 * @param firstAccepted when the first of them was accepted
 * @param lastAccepted when the last of them was
 */
@JsonPropertyOrder({"path", "messages", "longestSeconds", "firstAccepted", "lastAccepted"})
public record Delays(
        @JsonProperty(required = true) List<String> path,
        @JsonProperty(required = true) long messages,
        @JsonProperty(required = true) double longestSeconds,
        @JsonProperty(required = true) Instant firstAccepted,
        @JsonProperty(required = true) Instant lastAccepted) {
    /** No list can be changed afterwards. */
    public Delays {
        path = List.copyOf(path);
    }

    /**
     * Sorts late messages by their way.
     *
     * @param numbers the late ones
     * @return one entry for each way, the one with the most messages first
     */
    static List<Delays> of(Set<Long> numbers, Collection<LoadEvent> load, Collection<Receipt> receipts) {
        Map<Long, Instant> accepted = new HashMap<>();
        load.stream()
                .filter(event -> event.kind() == LoadEvent.Kind.ACCEPTED)
                .forEach(event -> accepted.put(event.number(), event.time()));
        Map<Long, Receipt> first = new HashMap<>();
        receipts.stream()
                .filter(receipt -> numbers.contains(receipt.number()) && accepted.containsKey(receipt.number()))
                .forEach(receipt -> first.merge(
                        receipt.number(), receipt, (one, other) -> one.time().isBefore(other.time()) ? one : other));
        Map<String, Delays> byPath = new TreeMap<>();
        first.forEach((number, receipt) -> {
            Instant from = accepted.get(number);
            double seconds = Math.round(Duration.between(from, receipt.time()).toMillis() / 100.0) / 10.0;
            byPath.merge(
                    String.join(" ", receipt.path()), new Delays(receipt.path(), 1, seconds, from, from), Delays::and);
        });
        List<Delays> sorted = new ArrayList<>(byPath.values());
        sorted.sort(Comparator.comparingLong(Delays::messages).reversed());
        return sorted;
    }

    private Delays and(Delays other) {
        return new Delays(
                path,
                messages + other.messages,
                Math.max(longestSeconds, other.longestSeconds),
                firstAccepted.isBefore(other.firstAccepted) ? firstAccepted : other.firstAccepted,
                lastAccepted.isAfter(other.lastAccepted) ? lastAccepted : other.lastAccepted);
    }
}
