package dev.sluice.sim;

import dev.sluice.gate.GateParameters;
import java.time.Duration;

/**
 * One thing that may happen to a canary, to be played many times.
 *
 * @param world what mail comes
 * @param share the canary's share of it; 0 for another one every hour
 * @param tick how long a tick lasts; the gate looks at each
 * @param goodFor how long the canary is healthy
 * @param ailment what ails it then
 * @param lasts how long it is watched from then on
 * @param parameters the figures of the gate
 * @param bySender whether nodes report the classes of senders
 */
record Scenario(
        World world,
        double share,
        Duration tick,
        Duration goodFor,
        Ailment ailment,
        Duration lasts,
        GateParameters parameters,
        boolean bySender) {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration DAY = Duration.ofHours(24);

    /** A healthy canary for a day, looked at every ten seconds. */
    static Scenario healthyDay(World world, double share, GateParameters parameters) {
        return new Scenario(
                world, share, Duration.ofSeconds(10), Duration.ZERO, new Ailment.None(), DAY, parameters, false);
    }

    /** A canary that is ill from its first message on, looked at every second. */
    static Scenario ill(World world, double share, Ailment ailment, GateParameters parameters) {
        return new Scenario(world, share, SECOND, Duration.ZERO, ailment, DAY, parameters, false);
    }

    /** The same after some healthy time, looked at every five seconds. */
    Scenario after(Duration healthy) {
        return new Scenario(world, share, Duration.ofSeconds(5), healthy, ailment, lasts, parameters, bySender);
    }

    Scenario lookedAtEvery(Duration time) {
        return new Scenario(world, share, time, goodFor, ailment, lasts, parameters, bySender);
    }

    Scenario lasting(Duration time) {
        return new Scenario(world, share, tick, goodFor, ailment, time, parameters, bySender);
    }

    Scenario withSenders() {
        return new Scenario(world, share, tick, goodFor, ailment, lasts, parameters, true);
    }
}
