package dev.sluice.sim.fleet;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Revisions;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Parts of a pool's status. */
final class StatusParts {
    private StatusParts() {}

    /** The status without what the gate remembers of the serving nodes. */
    static PoolStatus withoutWatch(PoolStatus status) {
        return new PoolStatus(
                status.observedGeneration(),
                status.replicas(),
                status.selector(),
                status.conditions(),
                status.revisions(),
                status.trial(),
                status.nodes(),
                status.nextHops(),
                null,
                status.lastNodeNumber(),
                status.attained(),
                status.handledRetryNonce(),
                status.handledActions(),
                status.shares(),
                status.summary(),
                status.facts());
    }

    /** The status as if that revision were stable and nothing on trial. */
    static PoolStatus withStable(String revision, PoolStatus status) {
        return status.with(new Revisions(revision, null, status.revisions().rejected()), null, status.nodes());
    }

    /** What its conditions say now and did not before, in one line; empty when they say the same. */
    static Optional<String> reworded(PoolStatus before, PoolStatus after) {
        List<String> known =
                before.conditions().stream().map(StatusParts::words).toList();
        String now = after.conditions().stream()
                .map(StatusParts::words)
                .filter(each -> !known.contains(each))
                .collect(Collectors.joining("; "));
        return now.isEmpty() ? Optional.empty() : Optional.of(now);
    }

    private static String words(Condition condition) {
        return "%s is %s, %s: %s"
                .formatted(condition.getType(), condition.getStatus(), condition.getReason(), condition.getMessage());
    }

    /** The state of a node, null when the status does not know it. */
    static NodeState stateOf(String node, PoolStatus status) {
        for (NodeEntry entry : status.nodes()) {
            if (entry.name().equals(node)) {
                return entry.state();
            }
        }
        return null;
    }
}
