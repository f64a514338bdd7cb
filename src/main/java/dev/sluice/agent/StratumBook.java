package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.sluice.agent.UnitBook.Unit;
import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.postfix.ReplyClassifier.Judgement;
import java.time.Instant;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The counters of one stratum: the first outcomes of recipients, and of units by the recipient that decided each. Units are
 * counted when they resolve, and by arrival once the arrival is older than the objective.
 */
@JsonAutoDetect(
        fieldVisibility = JsonAutoDetect.Visibility.ANY,
        getterVisibility = JsonAutoDetect.Visibility.NONE,
        isGetterVisibility = JsonAutoDetect.Visibility.NONE)
final class StratumBook {
    private String hop = "";
    private long good;
    private Map<Fault, Long> bad = new EnumMap<>(Fault.class);
    private long late;
    private long pathFailures;
    private long[] finishedBySenderClass = new long[Unit.SENDER_CLASSES];
    private long matureGood;
    private long matureBad;
    /** Outcomes of arrivals that are not yet mature, by the second of the arrival. */
    private NavigableMap<Long, Long> ripeningGood = new TreeMap<>();

    private NavigableMap<Long, Long> ripeningBad = new TreeMap<>();
    private long recipientsGood;
    private long recipientsBad;
    private long recipientsLate;
    private long firstFailureMillis;
    private long lastFailureMillis;
    private long lastDeliveredMillis;
    private String lastReply = "";

    StratumBook() {}

    StratumBook(String hop) {
        this.hop = hop;
    }

    /** A recipient was delivered at the first attempt within the objective. */
    void good() {
        recipientsGood++;
    }

    /** A recipient's first attempt did not deliver. */
    void bad(Judgement judgement, Instant time) {
        if (judgement.fault() != Fault.RECIPIENT) {
            recipientsBad++;
            failed(time);
        }
    }

    /** Recipients had no outcome within the objective. */
    void late(int count, Instant time) {
        recipientsLate += count;
        failed(time);
    }

    /** A unit was decided by a recipient that was {@link #good}. */
    void good(Unit unit) {
        good++;
        finished(unit);
        ripeningGood.merge(secondOf(unit.arrivalMillis()), 1L, Long::sum);
    }

    /** A unit was decided by a recipient that was {@link #bad}. */
    void bad(Unit unit, Judgement judgement) {
        bad.merge(judgement.fault(), 1L, Long::sum);
        if (judgement.pathFailure()) {
            pathFailures++;
        }
        if (judgement.fault() != Fault.RECIPIENT) {
            finished(unit);
            ripeningBad.merge(secondOf(unit.arrivalMillis()), 1L, Long::sum);
        }
    }

    /** A unit was decided by a recipient that was {@link #late}. */
    void late(Unit unit) {
        late++;
        finished(unit);
        ripeningBad.merge(secondOf(unit.arrivalMillis()), 1L, Long::sum);
    }

    private void finished(Unit unit) {
        finishedBySenderClass[unit.senderClass()]++;
    }

    /** The last millisecond of the second, so that a second is mature as a whole and the maps stay small. */
    private static long secondOf(long millis) {
        return millis - Math.floorMod(millis, 1_000L) + 999;
    }

    /** An attempt failed, whether it counts or repeats what was counted. */
    void failedAttempt(String reply, Instant time) {
        lastReply = reply;
        lastFailureMillis = time.toEpochMilli();
        nothingIsLaterThan(time);
    }

    /** An attempt delivered, whether it counts or not. */
    void deliveredAttempt(Instant time) {
        lastDeliveredMillis = time.toEpochMilli();
        nothingIsLaterThan(time);
    }

    /**
     * What was logged before was before, whatever its time says: a clock that was ahead is set back. Else the node would
     * seem to fail until the time comes at which it failed by the wrong clock.
     */
    void nothingIsLaterThan(Instant time) {
        long now = time.toEpochMilli();
        firstFailureMillis = Math.min(firstFailureMillis, now);
        lastFailureMillis = Math.min(lastFailureMillis, now);
        lastDeliveredMillis = Math.min(lastDeliveredMillis, now);
    }

    private static Optional<Instant> moment(long millis) {
        return millis == 0 ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private void failed(Instant time) {
        if (firstFailureMillis == 0) {
            firstFailureMillis = time.toEpochMilli();
        }
    }

    /** Arrivals before this moment are mature. */
    void mature(long beforeMillis) {
        matureGood += take(ripeningGood, beforeMillis);
        matureBad += take(ripeningBad, beforeMillis);
    }

    private static long take(NavigableMap<Long, Long> ripening, long beforeMillis) {
        Map<Long, Long> ripe = ripening.headMap(beforeMillis);
        long sum = ripe.values().stream().mapToLong(Long::longValue).sum();
        ripe.clear();
        return sum;
    }

    StratumCounters counters(String name, long pending) {
        return new StratumCounters(
                name,
                hop,
                good,
                Map.copyOf(bad),
                late,
                pathFailures,
                matureGood,
                matureBad,
                pending,
                Arrays.stream(finishedBySenderClass).boxed().toList(),
                new RecipientCounters(recipientsGood, recipientsBad, recipientsLate),
                moment(firstFailureMillis),
                moment(lastFailureMillis),
                moment(lastDeliveredMillis),
                lastReply.isEmpty() ? Optional.empty() : Optional.of(lastReply));
    }
}
