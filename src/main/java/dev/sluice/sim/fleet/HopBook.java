package dev.sluice.sim.fleet;

import dev.sluice.node.Fault;
import dev.sluice.node.NodeReport.HopQueue;
import dev.sluice.node.NodeReport.RecipientCounters;
import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One next hop as a node has met it. Each message that a client sent counts once, by the outcome of its first attempt. */
public final class HopBook {
    /** The messages of one second that are not older than the time within which mail is to be delivered. */
    private static final class Arrivals {
        private final long second;
        private long good;
        private long bad;
        private long pending;

        private Arrivals(long second) {
            this.second = second;
        }
    }

    /** An attempt that takes its time. */
    private record UnderWay(Arrivals arrivals, long due, Attempt end) {}

    public long queued;

    private long good;
    private long bad;
    private long late;
    private long matureGood;
    private long matureBad;
    private long everFinished;
    private Optional<Instant> firstFailure = Optional.empty();
    private Optional<Instant> lastFailure = Optional.empty();
    private Optional<Instant> lastDelivered = Optional.empty();
    private Optional<String> lastReply = Optional.empty();
    private final Deque<Arrivals> young = new ArrayDeque<>();
    private final List<UnderWay> underWay = new ArrayList<>();

    /** First attempts that had an end, since the node was made. */
    long everFinished() {
        return everFinished;
    }

    /** Attempts that have no end yet. */
    long attemptsUnderWay() {
        return underWay.size();
    }

    void firstDelivered(Instant now, Instant byItsClock) {
        arrivals(now).good++;
        good++;
        everFinished++;
        delivered(byItsClock);
    }

    void firstFailed(String reply, Instant now, Instant byItsClock) {
        arrivals(now).bad++;
        bad++;
        everFinished++;
        failed(reply, byItsClock);
    }

    void firstUnderWay(Attempt.UnderWay attempt, Instant now) {
        Arrivals arrivals = arrivals(now);
        arrivals.pending++;
        underWay.add(new UnderWay(arrivals, now.getEpochSecond() + attempt.seconds(), attempt.end()));
    }

    void delivered(Instant byItsClock) {
        lastDelivered = Optional.of(byItsClock);
        nothingIsLaterThan(byItsClock);
    }

    /** As in the agent's books: what came before was before, though the clock was set back since. */
    void nothingIsLaterThan(Instant time) {
        firstFailure = firstFailure.map(known -> known.isAfter(time) ? time : known);
        lastFailure = lastFailure.map(known -> known.isAfter(time) ? time : known);
        lastDelivered = lastDelivered.map(known -> known.isAfter(time) ? time : known);
    }

    void failed(String reply, Instant byItsClock) {
        firstFailure = firstFailure.or(() -> Optional.of(byItsClock));
        lastFailure = Optional.of(byItsClock);
        lastReply = Optional.of(reply);
        nothingIsLaterThan(byItsClock);
    }

    private Arrivals arrivals(Instant now) {
        long second = now.getEpochSecond();
        if (young.isEmpty() || young.peekLast().second != second) {
            young.addLast(new Arrivals(second));
        }
        return young.peekLast();
    }

    /** What has no outcome though it is older than that many seconds, counts as failed. */
    void ages(Instant now, long objectiveSeconds) {
        long horizon = now.getEpochSecond() - objectiveSeconds;
        while (!young.isEmpty() && young.peekFirst().second <= horizon) {
            Arrivals old = young.removeFirst();
            matureGood += old.good;
            matureBad += old.bad + old.pending;
            late += old.pending;
            everFinished += old.pending;
        }
    }

    /** The attempts that end now; whether one was late is counted here. */
    List<Ended> ends(Instant now, long objectiveSeconds) {
        if (underWay.isEmpty()) {
            return List.of();
        }
        long second = now.getEpochSecond();
        List<Ended> ended = new ArrayList<>();
        underWay.removeIf(each -> {
            if (each.due > second) {
                return false;
            }
            ended.add(new Ended(each.end, isLate(each, second, objectiveSeconds)));
            count(each, second, objectiveSeconds);
            return true;
        });
        return ended;
    }

    /** An attempt that ended, and whether that was later than it is to be. */
    record Ended(Attempt end, boolean late) {}

    private static boolean isLate(UnderWay attempt, long second, long objectiveSeconds) {
        return second - attempt.arrivals.second >= objectiveSeconds;
    }

    private void count(UnderWay attempt, long second, long objectiveSeconds) {
        if (isLate(attempt, second, objectiveSeconds)) {
            return;
        }
        attempt.arrivals.pending--;
        everFinished++;
        if (attempt.end instanceof Attempt.Delivered) {
            attempt.arrivals.good++;
            good++;
        } else {
            attempt.arrivals.bad++;
            bad++;
        }
    }

    /** What was under way is cut off and has to be tried again. */
    void cutOff() {
        queued += underWay.size();
        underWay.clear();
        lastReply = lastReply.or(() -> Optional.of("lost connection"));
    }

    /** The counters begin at zero again. */
    void begins() {
        good = 0;
        bad = 0;
        late = 0;
        matureGood = 0;
        matureBad = 0;
        young.clear();
        firstFailure = Optional.empty();
        lastFailure = Optional.empty();
        lastDelivered = Optional.empty();
    }

    /** The counters as an agent tells them; {@code contradiction} more path failures than failures. */
    StratumCounters counters(String name, long contradiction) {
        long pending = young.stream().mapToLong(each -> each.pending).sum();
        return new StratumCounters(
                name,
                name,
                good,
                Map.of(Fault.NEXT_HOP, bad),
                late,
                bad + contradiction,
                matureGood,
                matureBad,
                pending,
                List.of(),
                new RecipientCounters(good, bad, late),
                firstFailure,
                lastFailure,
                lastDelivered,
                lastReply);
    }

    HopQueue queue(String name) {
        return new HopQueue(name, queued + underWay.size(), 1, lastReply, List.of());
    }
}
