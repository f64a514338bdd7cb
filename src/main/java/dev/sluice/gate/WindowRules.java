package dev.sluice.gate;

import dev.sluice.gate.GateMemory.Regime;
import dev.sluice.gate.GateMemory.Window;
import java.util.concurrent.TimeUnit;

/**
 * When a window has enough for a test. The rules look at the numbers of finished units and at failures of both arms
 * together, never at whose they are: under equal odds every unit is as likely as any other to be the canary's, so that
 * such a choice of the moment gives no evidence.
 */
final class WindowRules {
    /** The shortest window; our choice, like the figures below: see above why any is valid. */
    private static final long SHORTEST_MILLIS = TimeUnit.SECONDS.toMillis(5);
    /** The longest one: six units of the baseline an hour make a window of {@link #LEAST_BASELINE}. */
    static final long LONGEST_MILLIS = TimeUnit.MINUTES.toMillis(80);
    /** Finished units of the baseline without which a window says next to nothing. */
    private static final long LEAST_BASELINE = 8;
    /** Windows of one next hop that were prolonged so often are tested together: 160 s. */
    private static final int TOGETHER_FROM = 5;

    private WindowRules() {}

    /** The window as it is at {@code now}: prolonged as often as it had too little at its end. */
    static Window prolonged(Window window, Regime regime, long now) {
        int doublings = window.doublings();
        while (now - window.began() >= length(doublings)
                && length(doublings) < LONGEST_MILLIS
                && !enough(window.counts(), regime)) {
            doublings++;
        }
        return doublings == window.doublings()
                ? window
                : new Window(window.began(), doublings, window.counts(), window.canaryAside(), window.baselineAside());
    }

    /** Whether a window of all failures, or of a cohort, is to be tested. */
    static boolean ended(Window window, long now) {
        return now - window.began() >= length(window.doublings());
    }

    /** Whether a window has waited so long that it may be tested together with others of its next hop. */
    static boolean mayJoin(Window window) {
        return window.doublings() > TOGETHER_FROM;
    }

    static boolean enough(Comparison counts, Regime regime) {
        return !regime.compared() || counts.baselineFinished() >= LEAST_BASELINE;
    }

    private static long length(int doublings) {
        return Math.min(LONGEST_MILLIS, SHORTEST_MILLIS << doublings);
    }
}
