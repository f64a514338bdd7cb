package dev.sluice.plan;

import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Holds what nodes met against what others met later: who fails where others deliver stands out. */
final class Contrast {
    /** What was under way when a next hop went down may still end well. */
    private static final Duration LAST_ONES_UNDER_WAY = Duration.ofMillis(500);

    private Contrast() {}

    /**
     * Reports are not taken at the same instant: when a next hop goes down, the node that was asked last looks bad alone
     * for a moment. So nodes stand out only if somebody delivered there after they had ceased to, or since they last
     * failed.
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
                                .anyMatch(time -> !time.isBefore(goneBad(stratum))));
    }

    /** From when on a delivery of somebody else shows that it is not the next hop. */
    private static Instant goneBad(StratumCounters stratum) {
        Instant failure = stratum.lastFailureTime().orElseThrow();
        return stratum.lastDeliveredTime()
                .map(delivered -> delivered.plus(LAST_ONES_UNDER_WAY))
                .map(ceased -> ceased.isBefore(failure) ? ceased : failure)
                .orElse(stratum.firstFailureTime().orElse(failure));
    }

    static List<StratumCounters> strata(List<NodeDraft> nodes, Draft draft) {
        return nodes.stream()
                .flatMap(each -> each.freshReport(draft.now(), draft.staleAfter()).stream())
                .flatMap(report -> report.strata().stream())
                .toList();
    }
}
