package dev.sluice.sim.replay;

import java.time.ZoneId;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A recorded day.
 *
 * @param source where it comes from, for people
 * @param zone the time zone in which people read its times
 * @param outcomes what became of each recipient, by arrival
 * @param canary the nodes on trial
 * @param endMillis when the recording ends, in milliseconds since 1970
 * @param notes what was read and what could not be
 */
public record Recording(
        String source,
        ZoneId zone,
        List<RecordedOutcome> outcomes,
        Set<String> canary,
        long endMillis,
        ReadingNotes notes) {
    public Recording {
        outcomes = outcomes.stream()
                .sorted(Comparator.comparingLong(RecordedOutcome::arrivalMillis))
                .toList();
        canary = Set.copyOf(canary);
    }

    /** All nodes that are not on trial, in the order of their names. */
    public List<String> baseline() {
        TreeSet<String> names = new TreeSet<>();
        outcomes.forEach(outcome -> names.add(outcome.node()));
        names.removeAll(canary);
        return List.copyOf(names);
    }

    /**
     * Refuses a recording in which there is nothing to compare.
     *
     * @throws UnusableRecording when it has no outcome, no canary mail or no baseline mail
     */
    Recording checked() {
        if (outcomes.isEmpty()) {
            throw new UnusableRecording("%s holds no delivery of any recipient (%d lines, %d of them unreadable)%s"
                    .formatted(
                            source,
                            notes.lines(),
                            notes.unreadable(),
                            notes.unreadable() > 0
                                    ? ", such as " + notes.examples().get(0)
                                    : ""));
        }
        TreeSet<String> nodes = new TreeSet<>();
        outcomes.forEach(outcome -> nodes.add(outcome.node()));
        for (String name : new TreeSet<>(canary)) {
            if (!nodes.contains(name)) {
                throw new UnusableRecording("%s has no mail of the canary node %s; it has %s: write one of these"
                        .formatted(source, name, String.join(", ", nodes)));
            }
        }
        if (canary.isEmpty()) {
            throw new UnusableRecording("nothing says which nodes are the canary; write --canary NAME with one of %s"
                    .formatted(String.join(", ", nodes)));
        }
        if (canary.containsAll(nodes)) {
            throw new UnusableRecording("%s has the canary's mail alone (%s); add the log of a node to compare it with"
                    .formatted(source, String.join(", ", nodes)));
        }
        return this;
    }
}
