package dev.sluice.sim.replay;

import dev.sluice.sim.replay.RecordedOutcome.Fate;
import dev.sluice.sim.replay.RecordedOutcome.First;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What happened to the canary's mail.
 *
 * @param messages messages that it accepted
 * @param recipients their recipients
 * @param notInTime recipients whose first attempt failed or that were not delivered within the objective, for another
 *     fault than their own
 * @param lost of these, recipients whose mail bounced or expired
 * @param waiting of these, recipients whose mail still waits
 * @param untold of these, recipients whose fate was not recorded
 * @param longestSeconds the longest that one of these took to be delivered, to bounce or to expire, or has waited
 */
public record Impact(
        long messages, long recipients, long notInTime, long lost, long waiting, long untold, double longestSeconds) {
    /** As it was recorded. */
    static Impact recorded(Recording recording, long objectiveMillis) {
        return of(
                recording,
                objectiveMillis,
                outcome -> recording.canary().contains(outcome.node()),
                recording.endMillis());
    }

    /**
     * As it would have been with nodes taken out. Mail that came later would have gone to the baseline; what waited would
     * have been handed to it.
     *
     * @param removedMillis when each node would have been taken out
     */
    static Impact until(Recording recording, long objectiveMillis, Map<String, Long> removedMillis) {
        long last =
                removedMillis.values().stream().mapToLong(Long::longValue).max().orElse(recording.endMillis());
        return of(
                recording,
                objectiveMillis,
                outcome -> recording.canary().contains(outcome.node())
                        && outcome.arrivalMillis() <= removedMillis.getOrDefault(outcome.node(), recording.endMillis()),
                removedMillis.size() < recording.canary().size() ? recording.endMillis() : last);
    }

    private static Impact of(
            Recording recording, long objectiveMillis, Predicate<RecordedOutcome> counted, long seenMillis) {
        Set<String> messages = new HashSet<>();
        long recipients = 0;
        long notInTime = 0;
        long lost = 0;
        long waiting = 0;
        long untold = 0;
        long longest = 0;
        for (RecordedOutcome outcome : recording.outcomes()) {
            if (!counted.test(outcome)) {
                continue;
            }
            messages.add(outcome.node() + " " + outcome.message());
            recipients++;
            if (!harmed(outcome, objectiveMillis, recording.endMillis())) {
                continue;
            }
            notInTime++;
            if (outcome.fate() == Fate.UNTOLD) {
                untold++;
                continue;
            }
            boolean over = outcome.fateMillis() <= seenMillis || seenMillis == recording.endMillis();
            Fate fate = over ? outcome.fate() : Fate.OPEN;
            lost += fate == Fate.BOUNCED || fate == Fate.EXPIRED ? 1 : 0;
            waiting += fate == Fate.OPEN ? 1 : 0;
            long end = fate == Fate.OPEN ? seenMillis : outcome.fateMillis();
            longest = Math.max(longest, end - outcome.arrivalMillis());
        }
        return new Impact(messages.size(), recipients, notInTime, lost, waiting, untold, longest / 1000.0);
    }

    /** Whether a recipient's first attempt failed, or it was not delivered within the objective. */
    static boolean harmed(RecordedOutcome outcome, long objectiveMillis, long endMillis) {
        if (outcome.first() == First.RECIPIENT_FAULT) {
            return false;
        }
        long due = outcome.arrivalMillis() + objectiveMillis;
        boolean inTime = outcome.fate() == Fate.DELIVERED && outcome.fateMillis() <= due;
        return outcome.first() == First.FAILED || outcome.first() == First.PATH_FAILED || (due <= endMillis && !inTime);
    }
}
