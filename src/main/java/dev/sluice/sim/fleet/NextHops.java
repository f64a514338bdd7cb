package dev.sluice.sim.fleet;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** How each next hop answers each node: well, or as its troubles say. */
final class NextHops {
    private static final String ANYBODY = "*";
    private static final Attempt RELAY_DENIED = new Attempt.Deferred("454 4.7.1 Relay access denied");

    private final VirtualTime time;
    private final Random random;
    private final Map<String, HopTrouble> troubles = new TreeMap<>();
    private final Set<String> badRevisions = new TreeSet<>();

    NextHops(VirtualTime time, Random random) {
        this.time = time;
        this.random = random;
    }

    /** From now on every node meets that. */
    void trouble(String hop, HopTrouble trouble) {
        troubles.put(place(ANYBODY, hop), trouble);
    }

    /** From now on that node meets that. */
    void trouble(String node, String hop, HopTrouble trouble) {
        troubles.put(place(node, hop), trouble);
    }

    /** Nodes of that revision pass every probe and hand on no mail. */
    void badRevision(String revision) {
        badRevisions.add(revision);
    }

    void repaired() {
        troubles.clear();
        badRevisions.clear();
    }

    /** How an attempt of mail goes; empty when nothing is in its way. */
    Optional<Attempt> inTheWay(MailNodeModel node, String hop) {
        if (badRevisions.contains(node.revision)) {
            return Optional.of(RELAY_DENIED);
        }
        if (troubles.isEmpty()) {
            return Optional.empty();
        }
        return at(node, hop).flatMap(trouble -> trouble.rule().of(time.instant(), random));
    }

    /** What probes of a node meet, by next hop; empty when all is well. */
    Map<String, String> refusals(MailNodeModel node, List<String> hops) {
        if (troubles.isEmpty()) {
            return Map.of();
        }
        Map<String, String> refusals = new TreeMap<>();
        for (String hop : hops) {
            at(node, hop)
                    .filter(HopTrouble::seenByProbes)
                    .flatMap(trouble -> trouble.rule().of(time.instant(), random))
                    .ifPresent(attempt -> refusals.put(hop, words(attempt)));
        }
        return refusals;
    }

    private Optional<HopTrouble> at(MailNodeModel node, String hop) {
        return Optional.ofNullable(troubles.get(place(node.name, hop)))
                .or(() -> Optional.ofNullable(troubles.get(place(ANYBODY, hop))));
    }

    private static String place(String node, String hop) {
        return node + " " + hop;
    }

    private static String words(Attempt attempt) {
        Attempt end = attempt.atLast();
        if (end instanceof Attempt.Deferred deferred) {
            return deferred.reply();
        }
        return end instanceof Attempt.Refused refused ? refused.reply() : "too slow";
    }
}
