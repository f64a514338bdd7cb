package dev.sluice.plan;

import static dev.sluice.plan.Effect.Severity.NORMAL;
import static dev.sluice.plan.Effect.Severity.WARNING;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Every fact that people hear of by an Event: a closed list, one reason a fact, each with its severity and its action.
 * {@code docs/status.md} has the catalogue for people.
 */
public enum EventReason {
    /** An attempt begins. */
    CANDIDATE_DETECTED(NORMAL, "StartRollout"),
    /** The nodes on trial get another share of the mail. */
    STEP_ADVANCED(NORMAL, "ShiftWeight"),
    /** A step has its evidence. */
    ANALYSIS_PASSED(NORMAL, "JudgeStep"),
    /** A minute after a step could have been decided its evidence is still not enough. */
    ANALYSIS_INCONCLUSIVE(WARNING, "JudgeStep"),
    /** The evidence speaks against the nodes on trial. */
    ANALYSIS_FAILED(WARNING, "JudgeStep"),
    /** Somebody or something holds the attempt. */
    ROLLOUT_PAUSED(NORMAL, "HoldRollout"),
    /** The nodes of an attempt are taken out. */
    ROLLOUT_ROLLED_BACK(WARNING, "RollBack"),
    /** The nodes of an attempt never got mail. */
    ROLLOUT_REFUSED(WARNING, "RefuseNodes"),
    /** Another declaration ended an attempt. */
    ROLLOUT_SUPERSEDED(NORMAL, "EndRollout"),
    /** An attempt ended well. */
    REVISION_PROMOTED(NORMAL, "Promote"),
    /** A node gets no new mail. */
    NODE_DRAINING(NORMAL, "DrainNode"),
    /** A node is empty and may go. */
    NODE_DRAINED(NORMAL, "DrainNode"),
    /** A node is not empty although its time to drain is over. */
    NODE_DRAIN_OVERDUE(WARNING, "DrainNode"),
    /** A node that turned bad is out. */
    NODE_EJECTED(WARNING, "EjectNode"),
    /** A node that turned bad stays, since it cannot be spared. */
    EJECTION_HELD(WARNING, "EjectNode"),
    /** A node did not pass its probes. */
    PREFLIGHT_FAILED(WARNING, "RejectNode"),
    /** A node is not what was proven any more. */
    NODE_CHANGED(WARNING, "ProveNode"),
    /** A node's object is gone without a drain. */
    NODE_VANISHED(WARNING, "EnsureNode"),
    /** A node goes with mail on it, since a person accepted that. */
    LOSS_ACCEPTED(WARNING, "ReleaseNode"),
    /** A node's books do not add up when it should be empty. */
    LOSS_SUSPECTED(WARNING, "ProtectQueue"),
    /** The peer that took a queue cannot any more. */
    QUEUE_HAND_OVER_FAILED(WARNING, "ProtectQueue"),
    /** A person's request is carried out. */
    ACTION_ACCEPTED(NORMAL, "HandleAction"),
    /** A person's request is not carried out. */
    ACTION_REFUSED(WARNING, "HandleAction"),
    /** A node that carries mail does not report. */
    METRICS_STALE(WARNING, "AskNodes"),
    /** Something that the declaration names does not exist, or is not up. */
    DEPENDENCY_NOT_READY(WARNING, "ResolveReferences"),
    /** The declaration stays wrong until somebody changes it. */
    INVALID_SPEC(WARNING, "CheckDeclaration"),
    /** A next hop fails on every node that tried it. */
    NEXT_HOP_DOWN(WARNING, "WatchNextHops"),
    /** Mail does not flow, or through too few nodes. */
    POOL_UNAVAILABLE(WARNING, "WatchNodes"),
    /** Mail flows again. */
    POOL_AVAILABLE(NORMAL, "WatchNodes"),
    /** A receiver of notifications cannot be told. */
    NOTIFICATION_FAILED(WARNING, "Notify");

    private final Effect.Severity severity;
    private final String action;

    EventReason(Effect.Severity severity, String action) {
        this.severity = severity;
        this.action = action;
    }

    /** As it stands in an Event, such as {@code StepAdvanced}. */
    public String word() {
        return Arrays.stream(name().split("_"))
                .map(part -> part.charAt(0) + part.substring(1).toLowerCase(Locale.ROOT))
                .collect(Collectors.joining());
    }

    /** How grave. */
    public Effect.Severity severity() {
        return severity;
    }

    /** What Sluice does about it, a verb. */
    public String action() {
        return action;
    }
}
