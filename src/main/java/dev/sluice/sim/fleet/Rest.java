package dev.sluice.sim.fleet;

import dev.sluice.api.HopState;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import java.util.EnumSet;
import java.util.Set;

/** Whether the pools have come to where nothing more is to be done. */
final class Rest {
    private static final Set<NodeState> MOVING = EnumSet.of(NodeState.QUARANTINED, NodeState.DRAINING, NodeState.GONE);

    private Rest() {}

    /**
     * Both serve as declared or say that they cannot, or the one waits for the other that cannot; no node is on its way;
     * and no mail waits, unless there is nobody to hand it to.
     */
    static boolean isReached(FleetPool filter, FleetPool transport) {
        boolean filterRests =
                isCutOff(transport) ? waits(filter) : isStill(filter) && isSettled(filter) && filter.queued() == 0;
        return isStill(transport) && isSettled(transport) && transport.queued() == 0 && filterRests;
    }

    /** Nothing is to be done by anybody for this pool: it has what is declared. */
    static boolean serves(FleetPool pool) {
        return count(pool, NodeState.SERVING) == pool.replicas
                && pool.revision.equals(pool.status.revisions().stable());
    }

    /** Nobody is in service, and nobody is to come unasked. */
    static boolean isCutOff(FleetPool transport) {
        return count(transport, NodeState.SERVING) == 0 && isStalled(transport);
    }

    /** Who drains keeps the mail that nobody takes. */
    private static boolean waits(FleetPool pool) {
        return pool.exists
                && pool.status.trial() == null
                && pool.status.nodes().stream().noneMatch(node -> node.state() == NodeState.GONE);
    }

    private static boolean isSettled(FleetPool pool) {
        return count(pool, NodeState.SERVING) == pool.replicas || isStalled(pool);
    }

    private static boolean isStill(FleetPool pool) {
        return pool.exists
                && !pool.deleting
                && pool.status.trial() == null
                && pool.status.nextHops().stream().noneMatch(hop -> hop.state() == HopState.RECOVERING)
                && pool.status.nodes().stream().map(NodeEntry::state).noneMatch(MOVING::contains);
    }

    private static long count(FleetPool pool, NodeState state) {
        return pool.status.nodes().stream()
                .filter(node -> node.state() == state)
                .count();
    }

    private static boolean isStalled(FleetPool pool) {
        return pool.status.conditions().stream()
                .anyMatch(each ->
                        each.getType().equals("Stalled") && each.getStatus().equals("True"));
    }
}
