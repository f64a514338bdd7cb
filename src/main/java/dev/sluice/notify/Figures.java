package dev.sluice.notify;

import dev.sluice.gate.Comparison;
import dev.sluice.plan.Grounds;
import java.util.Locale;

/** Says in one line what a decision rests on: the value, its interval, the limit and how many were counted. */
final class Figures {
    private Figures() {}

    static String of(Grounds grounds) {
        Comparison counts = grounds.counts();
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT,
                "%s (%s): %s failed on the canary (%d of %d)",
                grounds.rule().word(),
                grounds.scope().equals("*") ? "all next hops" : grounds.scope(),
                percent(counts.canaryFailed(), counts.canaryFinished()),
                counts.canaryFailed(),
                counts.canaryFinished()));
        grounds.difference()
                .ifPresent(difference -> text.append(String.format(
                        Locale.ROOT,
                        ", %s on the baseline (%d of %d), difference %+.1f points [%+.1f, %+.1f]",
                        percent(counts.baselineFailed(), counts.baselineFinished()),
                        counts.baselineFailed(),
                        counts.baselineFinished(),
                        100 * difference.value(),
                        100 * difference.low(),
                        100 * difference.high())));
        return text.append(
                        String.format(Locale.ROOT, "; evidence %.3g, limit %.3g", grounds.evidence(), grounds.limit()))
                .toString();
    }

    private static String percent(long part, long whole) {
        return whole == 0 ? "nothing" : String.format(Locale.ROOT, "%.1f %%", 100.0 * part / whole);
    }
}
