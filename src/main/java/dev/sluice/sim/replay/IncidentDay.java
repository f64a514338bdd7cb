package dev.sluice.sim.replay;

import dev.sluice.sim.replay.RecordedOutcome.Fate;
import dev.sluice.sim.replay.RecordedOutcome.First;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * The incident as a world: two new nodes among sixteen old ones get 11 % of the mail; their addresses are not in the
 * transport servers' allow-list, so that each attempt of theirs is answered {@code 454 4.7.1 Relay access denied}; what
 * waits expires after 12 hours. They carry mail from 16:30 to 18:00, are taken out, and carry mail again on the next
 * morning from 05:30 to 14:00. Times and shares: the provider's notice of 5 December 2022; the rate of 820 messages a
 * minute is the one at which 11 % of ten hours are the 54,000 messages that the notice counts.
 */
public final class IncidentDay {
    private static final ZoneId ZONE = ZoneId.of("America/New_York");
    private static final Instant BEGIN = Instant.parse("2022-12-01T21:30:00Z");
    private static final Instant FIRST_END = Instant.parse("2022-12-01T23:00:00Z");
    private static final Instant SECOND_BEGIN = Instant.parse("2022-12-02T10:30:00Z");
    private static final Instant END = Instant.parse("2022-12-02T19:00:00Z");
    private static final Duration QUEUE_LIFETIME = Duration.ofHours(12);
    private static final double MESSAGES_A_MINUTE = 820;
    private static final double CANARY_SHARE = 0.11;
    private static final int OLD_NODES = 16;
    private static final int NEW_NODES = 2;
    private static final int SENDERS = 4000;
    private static final int DESTINATIONS = 500;
    private static final List<String> NEXT_HOPS = List.of("transport-east", "transport-west");
    /** Ordinary failures of a healthy node: greylisting, rate limits, content; and addresses that do not exist. */
    private static final double POLICY_FAILURES = 0.02;

    private static final double RECIPIENT_FAULTS = 0.015;
    private static final double PATH_FAILURES = 0.0001;
    private static final double MEAN_DELAY_MILLIS = 400;
    private static final double MEAN_RETRY_MILLIS = 12 * 60_000.0;

    private final SplittableRandom random;

    private IncidentDay(long seed) {
        this.random = new SplittableRandom(seed);
    }

    /** The recording that such a day would have left. */
    public static Recording recording(long seed) {
        return new IncidentDay(seed).play();
    }

    private Recording play() {
        List<RecordedOutcome> outcomes = new ArrayList<>();
        double meanGap = 60_000 / MESSAGES_A_MINUTE;
        int number = 0;
        for (double time = BEGIN.toEpochMilli() + exponential(meanGap);
                time < END.toEpochMilli();
                time += exponential(meanGap)) {
            number++;
            outcomes.add(message(number, (long) time));
        }
        Set<String> canary = new TreeSet<>();
        for (int node = 0; node < NEW_NODES; node++) {
            canary.add(node(OLD_NODES + node));
        }
        return new Recording("the incident", ZONE, outcomes, canary, END.toEpochMilli(), ReadingNotes.NONE);
    }

    private RecordedOutcome message(int number, long arrival) {
        boolean fresh = newNodesCarryMail(arrival) && random.nextDouble() < CANARY_SHARE;
        String node = node(fresh ? OLD_NODES + random.nextInt(NEW_NODES) : random.nextInt(OLD_NODES));
        String hop = NEXT_HOPS.get(random.nextInt(NEXT_HOPS.size()));
        String sender = "sender-" + popular(SENDERS);
        String destination = "customer-" + popular(DESTINATIONS);
        long attempted = arrival + (long) exponential(MEAN_DELAY_MILLIS);
        String id = Integer.toString(number, Character.MAX_RADIX);
        if (fresh) {
            return new RecordedOutcome(
                    node,
                    id,
                    sender,
                    destination,
                    hop,
                    hop,
                    arrival,
                    First.PATH_FAILED,
                    attempted,
                    Fate.EXPIRED,
                    arrival + QUEUE_LIFETIME.toMillis());
        }
        First first = first();
        Fate fate = first == First.RECIPIENT_FAULT ? Fate.BOUNCED : Fate.DELIVERED;
        boolean retried = first == First.FAILED || first == First.PATH_FAILED;
        return new RecordedOutcome(
                node,
                id,
                sender,
                destination,
                hop,
                hop,
                arrival,
                first,
                attempted,
                fate,
                attempted + (retried ? (long) exponential(MEAN_RETRY_MILLIS) : 0));
    }

    private First first() {
        double chance = random.nextDouble();
        if (chance < PATH_FAILURES) {
            return First.PATH_FAILED;
        }
        if (chance < PATH_FAILURES + POLICY_FAILURES) {
            return First.FAILED;
        }
        return chance < PATH_FAILURES + POLICY_FAILURES + RECIPIENT_FAULTS ? First.RECIPIENT_FAULT : First.DELIVERED;
    }

    private static boolean newNodesCarryMail(long time) {
        return time < FIRST_END.toEpochMilli() || time >= SECOND_BEGIN.toEpochMilli();
    }

    private static String node(int number) {
        return "filter-" + (number + 1);
    }

    /** A rank that few of many share most: the density falls with the rank, as in Zipf's law. */
    private int popular(int count) {
        return (int) Math.min(count - 1, Math.pow(count, random.nextDouble()) - 1);
    }

    private double exponential(double mean) {
        return -mean * Math.log1p(-random.nextDouble());
    }
}
