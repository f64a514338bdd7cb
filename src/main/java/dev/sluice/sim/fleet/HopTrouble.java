package dev.sluice.sim.fleet;

import java.time.Instant;
import java.util.Optional;
import java.util.Random;

/**
 * What is wrong with a next hop.
 *
 * @param words what people would say of it
 * @param seenByProbes whether a probe meets it as mail does
 * @param rule what becomes of an attempt; empty when this one goes well
 */
record HopTrouble(String words, boolean seenByProbes, Rule rule) {
    private static final int ENDPOINTS = 5;
    private static final int TARPIT_SECONDS = 30;
    private static final int BETWEEN_PEAKS = 120;
    private static final int PEAK = 40;

    /** What becomes of an attempt at a time. */
    @FunctionalInterface
    interface Rule {
        Optional<Attempt> of(Instant time, Random random);
    }

    /** The whole next hop answers so. */
    static HopTrouble always(String words, Attempt attempt) {
        return new HopTrouble(words, true, (time, random) -> Optional.of(attempt));
    }

    /** Mail is answered so, and a probe finds nothing. */
    static HopTrouble ofMailOnly(String words, Attempt attempt) {
        return new HopTrouble(words, false, (time, random) -> Optional.of(attempt));
    }

    /** It takes mail only after some seconds. */
    static HopTrouble slow(int seconds) {
        return ofMailOnly(
                "takes " + seconds + " s for each message", new Attempt.UnderWay(seconds, Attempt.delivered()));
    }

    /** It takes the connection and then says nothing. */
    static HopTrouble tarpit() {
        return always(
                "answers nothing",
                new Attempt.UnderWay(TARPIT_SECONDS, new Attempt.Deferred("conversation timed out")));
    }

    /** Of its five endpoints so many do not answer. */
    static HopTrouble partly(int failing) {
        return new HopTrouble(
                failing + " of " + ENDPOINTS + " endpoints are down",
                true,
                (time, random) -> random.nextInt(ENDPOINTS) < failing
                        ? Optional.of(new Attempt.Deferred("connect to [10.20.200.3]:25: connection timed out"))
                        : Optional.empty());
    }

    /** It goes well until that time. */
    HopTrouble onlyFrom(Instant begin) {
        return new HopTrouble(
                words + ", but only later",
                seenByProbes,
                (time, random) -> time.isBefore(begin) ? Optional.empty() : rule.of(time, random));
    }

    /** It goes well but for the peak of the traffic. */
    HopTrouble onlyAtThePeak() {
        return new HopTrouble(
                words + ", but only at the peak",
                seenByProbes,
                (time, random) -> isPeak(time) ? rule.of(time, random) : Optional.empty());
    }

    /** The top of the hour, which in these worlds comes every two minutes. */
    static boolean isPeak(Instant time) {
        return time.getEpochSecond() % BETWEEN_PEAKS < PEAK;
    }
}
