package dev.sluice.notify;

import java.time.Duration;

/**
 * How hard a notifier tries.
 *
 * @param reach which addresses may be called
 * @param answerLimit the longest that one try may take
 * @param firstPause between the first try and the second; each further one is twice as long
 * @param longestPause at most so long, also when a receiver asks for longer
 * @param lifetime a message older than this is given up
 * @param mostWaiting how many messages wait for one receiver at most; one more drops the oldest
 */
public record NotifierSettings(
        Reach reach,
        Duration answerLimit,
        Duration firstPause,
        Duration longestPause,
        Duration lifetime,
        int mostWaiting) {

    /** The usual figures. */
    public static NotifierSettings usual(Reach reach) {
        return new NotifierSettings(
                reach,
                Duration.ofSeconds(10),
                Duration.ofSeconds(1),
                Duration.ofMinutes(2),
                Duration.ofMinutes(30),
                100);
    }
}
