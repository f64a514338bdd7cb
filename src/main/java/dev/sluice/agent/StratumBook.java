package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.postfix.ReplyClassifier.Judgement;
import java.time.Instant;
import java.util.EnumMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/** The counters of one stratum. Counts by resolution at once, and by arrival once the arrival is older than the objective. */
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
    private long matureGood;
    private long matureBad;
    /** Outcomes of arrivals that are not yet mature, by the second of the arrival. */
    private NavigableMap<Long, Long> ripeningGood = new TreeMap<>();

    private NavigableMap<Long, Long> ripeningBad = new TreeMap<>();
    private long firstFailureMillis;
    private long lastFailureMillis;
    private long lastDeliveredMillis;
    private String lastReply = "";

    StratumBook() {}

    StratumBook(String hop) {
        this.hop = hop;
    }

    void good(long arrivalMillis) {
        good++;
        ripeningGood.merge(secondOf(arrivalMillis), 1L, Long::sum);
    }

    void bad(long arrivalMillis, Judgement judgement, Instant time) {
        bad.merge(judgement.fault(), 1L, Long::sum);
        if (judgement.pathFailure()) {
            pathFailures++;
        }
        if (judgement.fault() != Fault.RECIPIENT) {
            ripeningBad.merge(secondOf(arrivalMillis), 1L, Long::sum);
            failed(time);
        }
    }

    void late(long arrivalMillis, int count, Instant time) {
        late += count;
        ripeningBad.merge(secondOf(arrivalMillis), (long) count, Long::sum);
        failed(time);
    }

    /** The last millisecond of the second, so that a second is mature as a whole and the maps stay small. */
    private static long secondOf(long millis) {
        return millis - Math.floorMod(millis, 1_000L) + 999;
    }

    /** An attempt failed, whether it counts or repeats what was counted. */
    void failedAttempt(String reply, Instant time) {
        lastReply = reply;
        lastFailureMillis = time.toEpochMilli();
    }

    /** An attempt delivered, whether it counts or not. */
    void deliveredAttempt(Instant time) {
        lastDeliveredMillis = time.toEpochMilli();
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
                moment(firstFailureMillis),
                moment(lastFailureMillis),
                moment(lastDeliveredMillis),
                lastReply.isEmpty() ? Optional.empty() : Optional.of(lastReply));
    }
}
