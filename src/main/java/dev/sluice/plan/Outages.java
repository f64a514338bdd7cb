package dev.sluice.plan;

import dev.sluice.api.HopState;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.HopOutage;
import dev.sluice.node.NodeReport;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Which next hops nobody gets through to. While one is down for all, and until each node has had time to find it again,
 * what fails there is held against no node, and what was counted around the beginning of the outage is forgotten.
 */
final class Outages {
    /**
     * How long a node may go on failing after the others deliver again: Postfix tries a destination that it found dead only
     * after {@code minimal_backoff_time}, 10 s here, and a deferred message waits for the next run of the queue after its
     * own back-off (qmgr(8), postconf(5)).
     */
    private static final Duration FOUND_AGAIN = Duration.ofSeconds(30);

    private Outages() {}

    static void note(Draft draft) {
        List<NodeReport> serving = reports(draft, NodeState.SERVING);
        List<NodeReport> carrying = reports(draft, NodeState.SERVING, NodeState.CANARY);
        List<HopOutage> now = new ArrayList<>();
        boolean anyNew = false;
        for (HopFacts hop : draft.snapshot().hops()) {
            Optional<HopOutage> known = draft.outages().stream()
                    .filter(outage -> outage.name().equals(hop.name()))
                    .findFirst();
            boolean wasDown =
                    known.filter(outage -> outage.state() == HopState.DOWN).isPresent();
            // A canary that does get through shows that the hop is up, whatever the others say.
            boolean down = HopHealth.of(hop.name(), serving, draft.now()).failing() > 0
                    && HopHealth.of(hop.name(), carrying, draft.now()).down();
            if (down) {
                anyNew |= !wasDown;
                now.add(wasDown ? known.get() : new HopOutage(hop.name(), HopState.DOWN, draft.now()));
            } else if (wasDown) {
                now.add(new HopOutage(hop.name(), HopState.RECOVERING, draft.now()));
            } else {
                known.filter(outage -> draft.now().isBefore(end(outage, draft))).ifPresent(now::add);
            }
        }
        now.forEach(outage -> draft.lookWithin(Duration.ofSeconds(1)));
        draft.outages(now);
        if (anyNew) {
            draft.forgetAllEvidence();
        }
    }

    /** A message that was tried while the node still held the hop for dead fails once more when it is overdue. */
    private static Instant end(HopOutage outage, Draft draft) {
        int objective = draft.policy().gate().objectiveSeconds();
        return outage.since().plus(FOUND_AGAIN).plusSeconds(objective);
    }

    private static List<NodeReport> reports(Draft draft, NodeState... states) {
        return draft.in(states).stream()
                .flatMap(node -> node.freshReport(draft.now(), draft.staleAfter()).stream())
                .toList();
    }
}
