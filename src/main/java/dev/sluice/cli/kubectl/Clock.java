package dev.sluice.cli.kubectl;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** The time at the rim of the commands; waiting belongs to it. */
final class Clock {
    private static final InstantSource SYSTEM = InstantSource.system();

    private Clock() {}

    static Instant now() {
        return SYSTEM.instant();
    }

    static void pause(Duration time) throws InterruptedException {
        Thread.sleep(time.toMillis());
    }
}
