package dev.sluice.sim.fleet;

import java.time.Instant;
import java.time.InstantSource;

/** The time of a world. It passes second by second, and only when it is told to. */
final class VirtualTime implements InstantSource {
    private static final int CLOCK_BEGINS = "2026-11-02T".length();
    private static final int CLOCK_ENDS = CLOCK_BEGINS + "09:00:00".length();

    private Instant now = Instant.parse("2026-11-02T09:00:00Z");
    private long seconds;

    @Override
    public Instant instant() {
        return now;
    }

    /** Seconds since the world began. */
    long seconds() {
        return seconds;
    }

    /** Lets one second pass. */
    void passes() {
        now = now.plusSeconds(1);
        seconds++;
    }

    Instant in(long wait) {
        return now.plusSeconds(wait);
    }

    boolean isBefore(Instant time) {
        return now.isBefore(time);
    }

    /** Hours, minutes and seconds. */
    String clock() {
        return now.toString().substring(CLOCK_BEGINS, CLOCK_ENDS);
    }
}
