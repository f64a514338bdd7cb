package dev.sluice.operator;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolCondition;
import dev.sluice.api.PoolStatus;

/** Whether a pool has no node in service and waits for nothing but the end of the trials on its path. */
public final class Starvation {
    private Starvation() {}

    /** By what its status says. */
    public static boolean of(PoolStatus status) {
        return status.trial() == null
                && status.nodes().stream().noneMatch(node -> node.state() == NodeState.SERVING)
                && status.conditions().stream()
                        .anyMatch(condition -> condition.getType().equals(PoolCondition.PAUSED.word())
                                && condition.getReason().equals(ConditionReason.PATH_BUSY.word()));
    }
}
