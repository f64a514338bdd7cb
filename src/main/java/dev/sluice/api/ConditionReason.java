package dev.sluice.api;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Every reason that a condition of a pool may give: a closed list, so that scripts can rely on it. Which condition gives
 * which, and what it means, is in {@link PoolCondition} and in {@code docs/status.md}.
 */
public enum ConditionReason {
    /** The declared revision serves on all nodes. */
    IN_SERVICE,
    /** Nodes of the declared revision are made, proven or tried. */
    ROLLOUT_IN_PROGRESS,
    /** The declared revision, or the growth that was asked for, failed its trial. */
    REVISION_REJECTED,
    /** What is declared stays wrong until somebody changes it. */
    INVALID_SPEC,
    /** Something that the declaration names does not exist yet, or is not up. */
    DEPENDENCY_NOT_READY,
    /** Fewer nodes take and deliver mail than have to. */
    BELOW_MINIMUM_AVAILABILITY,
    /** The pool is on its way out. */
    BEING_DELETED,
    /** A minute after the step could have been decided its evidence is still not enough. */
    AWAITING_EVIDENCE,
    /** Every next hop is down for every node; mail waits in the queues. */
    AWAITING_NEXT_HOP,
    /** Nodes that serve are not up; they are waited for. */
    AWAITING_NODES,
    /** The edge does not look as it was asked to. */
    TRAFFIC_NOT_ROUTED,
    /** Nodes on their way out still have mail. */
    DRAINING_NODES,
    /** The nodes of a failed attempt give their mail away. */
    ROLLING_BACK,
    /** The pool gets more nodes of the revision that serves. */
    SCALING,
    /** The attempt did not move on within its deadline. */
    PROGRESS_DEADLINE_EXCEEDED,
    /** The nodes on trial could not be asked until the deadline was over. */
    METRICS_UNAVAILABLE,
    /** A node is not empty although its time to drain is over. */
    DRAIN_BLOCKED,
    /** Enough nodes take and deliver mail, whatever their revision. */
    MINIMUM_NODES_AVAILABLE,
    /** Some nodes take mail, but fewer than have to. */
    MINIMUM_NODES_UNAVAILABLE,
    /** No node gets mail through to a next hop, or there is none. */
    NO_DELIVERING_NODES,
    /** Nodes are there and none of them takes mail. */
    QUEUE_NOT_ACCEPTING,
    /** The pool has never served; its first nodes are being made. */
    INSTALLING,
    /** A person holds the attempt, by a PoolAction. */
    PAUSED_BY_USER,
    /** {@code spec.rollout.paused} or {@code spec.rollout.maxStep} holds it. */
    PAUSED_BY_SPEC,
    /** The policy's calendar holds it. */
    FREEZE_WINDOW,
    /** Another pool of the same path is on trial. */
    PATH_BUSY,
    /** The canary failed more often than the baseline. */
    CANARY_WORSE_THAN_BASELINE,
    /** A mail transfer agent of the attempt stopped. */
    NODE_CRASHED,
    /** A person ended the attempt. */
    ABORTED_BY_USER,
    /** A next hop refused the nodes before they had any mail. */
    PREFLIGHT_FAILED,
    /** Every node of the attempt was taken out or deleted. */
    NO_NODES_LEFT,
    /** A newer attempt was promoted. */
    PROMOTED,
    /** Every node that carries mail has reported lately. */
    FRESH,
    /** The last report of a node is too old to be evidence. */
    STALE,
    /** A node cannot be asked. */
    UNREACHABLE,
    /** No node carries mail. */
    NO_TRAFFIC,
    /** No next hop fails on every node. */
    DELIVERING,
    /** A next hop fails on every node that tried it. */
    NEXT_HOP_DOWN;

    private final String word;

    ConditionReason() {
        word = inCamelCase(name());
    }

    private static String inCamelCase(String name) {
        return Arrays.stream(name.split("_"))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining());
    }

    /** As it stands in a condition, such as {@code InService}. */
    public String word() {
        return word;
    }

    /** The reason of that word, empty when this version knows none. */
    public static Optional<ConditionReason> of(String word) {
        return Arrays.stream(values())
                .filter(reason -> reason.word().equals(word))
                .findFirst();
    }
}
