package dev.sluice.sim.replay;

import dev.sluice.postfix.LogLine.Delivery;
import dev.sluice.postfix.Relay;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Names of next hops: by default the relay's host as the log has it.
 *
 * @param names a name for each host or address that is to have another one
 * @param ownTier hosts, addresses or names of hops that belong to the platform, beside those with a private address
 * @param peers hosts or addresses of other nodes of the pool: what goes there is handed over and no outcome
 */
public record HopNames(Map<String, String> names, Set<String> ownTier, Set<String> peers) {
    /** As the log has them. */
    public static final HopNames AS_LOGGED = new HopNames(Map.of(), Set.of(), Set.of());

    /** More hops than the gate keeps apart are too many to compare; the rarer ones are taken together. */
    private static final int MOST_HOPS = 16;

    private static final String OTHER = "other";
    private static final String UNKNOWN = "unknown";

    public HopNames {
        names = Map.copyOf(names);
        ownTier = Set.copyOf(ownTier);
        peers = Set.copyOf(peers);
    }

    /** The host that an attempt went to or tried to reach; empty when the line does not tell. */
    static Optional<Relay> target(Delivery line) {
        return line.relay().host().equals(Relay.NONE.host())
                ? Relay.mentionedIn(line.text())
                : Optional.of(line.relay());
    }

    boolean isPeer(Relay relay) {
        return peers.contains(relay.host()) || peers.contains(relay.address());
    }

    String name(Relay relay) {
        String host = relay.host().toLowerCase(Locale.ROOT);
        return names.getOrDefault(host, names.getOrDefault(relay.address(), host));
    }

    boolean isOwnTier(Relay relay) {
        return ownTier.contains(relay.host())
                || ownTier.contains(relay.address())
                || ownTier.contains(name(relay))
                || isPrivate(relay.address());
    }

    private static boolean isPrivate(String address) {
        if (address.isEmpty() || !address.matches("[0-9.]+|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return false;
        }
        try {
            InetAddress parsed = InetAddress.getByName(address);
            boolean uniqueLocal = parsed.getAddress().length == 16 && (parsed.getAddress()[0] & 0xfe) == 0xfc;
            return parsed.isSiteLocalAddress() || parsed.isLoopbackAddress() || uniqueLocal;
        } catch (java.net.UnknownHostException e) {
            return false;
        }
    }

    /**
     * Gives each outcome whose attempt named no host the usual hop of its destination, and takes rare hops together. The
     * hop must not depend on how the attempt ended, or the arms would not be comparable.
     */
    static List<RecordedOutcome> completed(List<RecordedOutcome> outcomes) {
        Map<String, Map<String, Long>> byDestination = new HashMap<>();
        Map<String, Long> overall = new TreeMap<>();
        for (RecordedOutcome outcome : outcomes) {
            if (!outcome.nextHop().isEmpty()) {
                byDestination
                        .computeIfAbsent(outcome.destination(), unused -> new TreeMap<>())
                        .merge(outcome.nextHop(), 1L, Long::sum);
                overall.merge(outcome.nextHop(), 1L, Long::sum);
            }
        }
        List<String> ranked = overall.entrySet().stream()
                .sorted(Map.Entry.<String, Long>comparingByValue().reversed().thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
        Set<String> kept = Set.copyOf(ranked.subList(0, ranked.size() > MOST_HOPS ? MOST_HOPS - 1 : ranked.size()));
        String usual = ranked.isEmpty() ? UNKNOWN : ranked.get(0);
        List<RecordedOutcome> completed = new ArrayList<>(outcomes.size());
        for (RecordedOutcome outcome : outcomes) {
            String hop = outcome.nextHop().isEmpty()
                    ? most(byDestination.getOrDefault(outcome.destination(), Map.of()))
                            .orElse(usual)
                    : outcome.nextHop();
            String shown = kept.contains(hop) || ranked.isEmpty() ? hop : OTHER;
            completed.add(outcome.at(shown, shown));
        }
        return completed;
    }

    private static Optional<String> most(Map<String, Long> counts) {
        return counts.entrySet().stream().max(Map.Entry.comparingByValue()).map(Map.Entry::getKey);
    }
}
