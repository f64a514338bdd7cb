package dev.sluice.gate;

import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.Window;
import java.util.concurrent.TimeUnit;

/**
 * When a window has enough for a test. The rules look at the numbers of finished recipients and at failures of both arms
 * together, never at whose they are: under equal odds every recipient is as likely as any other to be the canary's, so
 * that such a choice of the moment gives no evidence.
 */
final class WindowRules {
    /** The shortest window. Source: the reference. */
    private static final long SHORTEST_MILLIS = TimeUnit.SECONDS.toMillis(5);
    /** The longest one. Source: the reference. */
    private static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(80);
    /** Finished recipients of the baseline without which a window says next to nothing. Source: the reference. */
    private static final long LEAST_BASELINE = 8;
    /** A window without path failures is not kept longer, since the canary's true share of the mail may drift. */
    private static final long QUIET_MILLIS = TimeUnit.MINUTES.toMillis(5);

    private WindowRules() {}

    /** The window as it is at {@code now}: prolonged as often as it had too little at its end. */
    static Window prolonged(Window window, Regime regime, long now) {
        int doublings = window.doublings();
        while (!enough(window, regime)
                && length(doublings) < LONGEST_MILLIS
                && now - window.began() >= length(doublings)) {
            doublings++;
        }
        return new Window(window.began(), doublings, window.counts());
    }

    /** Whether a window of all failures, or of a cohort, is to be tested. */
    static boolean ended(Window window, long now) {
        return now - window.began() >= length(window.doublings());
    }

    /** Whether a window of path failures is to be tested: as soon as there is one and something to compare it with. */
    static boolean pathEnded(Window window, Regime regime, long now) {
        long age = now - window.began();
        boolean worthIt = window.counts().failed() > 0 || age >= QUIET_MILLIS;
        return (worthIt && enough(window, regime)) || age >= LONGEST_MILLIS;
    }

    private static boolean enough(Window window, Regime regime) {
        return !regime.compared() || window.counts().baselineFinished() >= LEAST_BASELINE;
    }

    private static long length(int doublings) {
        return Math.min(LONGEST_MILLIS, SHORTEST_MILLIS << doublings);
    }
}
