package dev.sluice.api;

import static dev.sluice.api.ConditionReason.*;

import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The conditions of a pool, and which status each of its reasons stands for. The types are those that kstatus, Helm, Flux
 * and {@code kubectl wait} know; {@code Available} answers whether mail flows, {@code Ready} whether the declaration is in
 * service. {@code docs/status.md} says the same to people.
 */
public enum PoolCondition {
    /** The declared revision serves everywhere and the pool is available. */
    READY(
            "Ready",
            says("True", IN_SERVICE),
            says("Unknown", ROLLOUT_IN_PROGRESS),
            says(
                    "False",
                    REVISION_REJECTED,
                    INVALID_SPEC,
                    DEPENDENCY_NOT_READY,
                    BELOW_MINIMUM_AVAILABILITY,
                    BEING_DELETED)),
    /** Work for this generation goes on; present only while true, never beside {@link #STALLED}. */
    RECONCILING(
            "Reconciling",
            says(
                    "True",
                    ROLLOUT_IN_PROGRESS,
                    AWAITING_EVIDENCE,
                    ROLLING_BACK,
                    SCALING,
                    DRAINING_NODES,
                    DEPENDENCY_NOT_READY,
                    TRAFFIC_NOT_ROUTED,
                    AWAITING_NEXT_HOP,
                    AWAITING_NODES)),
    /** Only a person or another declaration helps; present only while true. */
    STALLED(
            "Stalled",
            says(
                    "True",
                    REVISION_REJECTED,
                    PROGRESS_DEADLINE_EXCEEDED,
                    METRICS_UNAVAILABLE,
                    INVALID_SPEC,
                    DRAIN_BLOCKED)),
    /** Enough nodes of some good revision take and deliver mail. */
    AVAILABLE(
            "Available",
            says("True", MINIMUM_NODES_AVAILABLE),
            says("Unknown", INSTALLING, BEING_DELETED),
            says("False", MINIMUM_NODES_UNAVAILABLE, NO_DELIVERING_NODES, QUEUE_NOT_ACCEPTING)),
    /** A person or a policy holds the attempt; present only while true. */
    PAUSED("Paused", says("True", PAUSED_BY_USER, PAUSED_BY_SPEC, FREEZE_WINDOW, PATH_BUSY)),
    /** The last attempt was rolled back; its message is the deciding evidence. Stays until a newer one is promoted. */
    ROLLED_BACK(
            "RolledBack",
            says(
                    "True",
                    CANARY_WORSE_THAN_BASELINE,
                    NODE_CRASHED,
                    ABORTED_BY_USER,
                    PROGRESS_DEADLINE_EXCEEDED,
                    METRICS_UNAVAILABLE,
                    PREFLIGHT_FAILED,
                    NO_NODES_LEFT),
            says("False", PROMOTED)),
    /** The sources of evidence answer, and lately. */
    METRICS_READY("MetricsReady", says("True", FRESH), says("Unknown", NO_TRAFFIC), says("False", STALE, UNREACHABLE)),
    /** No next hop is down for every node. */
    NEXT_HOPS_REACHABLE("NextHopsReachable", says("True", DELIVERING), says("False", NEXT_HOP_DOWN));

    private final String word;

    @SuppressWarnings("ImmutableEnumChecker") // nobody can write to it
    private final Map<ConditionReason, String> statuses;

    private record Saying(String status, List<ConditionReason> reasons) {}

    PoolCondition(String word, Saying... sayings) {
        this.word = word;
        Map<ConditionReason, String> known = new EnumMap<>(ConditionReason.class);
        for (Saying saying : sayings) {
            for (ConditionReason reason : saying.reasons()) {
                known.put(reason, saying.status());
            }
        }
        statuses = Collections.unmodifiableMap(known);
    }

    private static Saying says(String status, ConditionReason... reasons) {
        return new Saying(status, List.of(reasons));
    }

    /** The condition's type, such as {@code Ready}. */
    public String word() {
        return word;
    }

    /** Its reasons, each with the status that it stands for: {@code True}, {@code False} or {@code Unknown}. */
    public Map<ConditionReason, String> statuses() {
        return statuses;
    }

    /**
     * The status that a reason stands for.
     *
     * @throws IllegalArgumentException if this condition never gives that reason
     */
    public String status(ConditionReason reason) {
        String status = statuses.get(reason);
        if (status == null) {
            throw new IllegalArgumentException("%s never says %s".formatted(word, reason.word()));
        }
        return status;
    }
}
