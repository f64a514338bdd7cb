package dev.sluice.plan;

import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Holds what nodes met against what others met later: who fails where others deliver stands out. */
final class Contrast {
    /** A node that delivered this shortly before its last failure fails only now and then. */
    private static final Duration STILL_DELIVERS = Duration.ofSeconds(2);
    /** What was under way when a next hop went down may still end well. */
    private static final Duration LAST_ONES_UNDER_WAY = Duration.ofMillis(500);

    private Contrast() {}

    /**
     * Reports are not taken at the same instant: when a next hop goes down, the node that was asked last looks bad alone
     * for a moment. So nodes stand out only if somebody delivered there after they had ceased to.
     */
    static boolean othersDeliver(List<NodeDraft> suspects, List<NodeDraft> others, Draft draft) {
        List<StratumCounters> failing = strata(suspects, draft).stream()
                .filter(stratum -> stratum.lastFailureTime().isPresent())
                .toList();
        return failing.isEmpty()
                || failing.stream()
                        .anyMatch(stratum -> strata(others, draft).stream()
                                .filter(other -> other.nextHop().equals(stratum.nextHop()))
                                .flatMap(other -> other.lastDeliveredTime().stream())
                                .anyMatch(time -> time.isAfter(goneBad(stratum))));
    }

    private static Instant goneBad(StratumCounters stratum) {
        Instant failure = stratum.lastFailureTime().orElseThrow();
        return stratum.lastDeliveredTime()
                .map(delivered -> delivered.isAfter(failure.minus(STILL_DELIVERS))
                        ? failure.minus(STILL_DELIVERS)
                        : delivered.plus(LAST_ONES_UNDER_WAY))
                .orElse(stratum.firstFailureTime().orElse(failure));
    }

    static List<StratumCounters> strata(List<NodeDraft> nodes, Draft draft) {
        return nodes.stream()
                .flatMap(each -> each.freshReport(draft.now(), draft.staleAfter()).stream())
                .flatMap(report -> report.strata().stream())
                .toList();
    }
}
