package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolCondition;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.TrialPhase;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The conditions of a pool, in the words that {@code kubectl wait}, Helm, Flux and Argo CD understand (kstatus):
 * {@code Ready} whether the declaration is in service, {@code Available} whether mail flows, {@code Reconciling} and
 * {@code Stalled} only while true and never both, {@code RolledBack} until a newer attempt is promoted. What each may
 * say is in {@link PoolCondition}.
 */
final class Conditions {
    /** So long after a step could have been decided first it is worth saying that it was not. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Draft draft;
    private final List<HopHealth> down;
    private final List<HopHealth> hops;
    private final Optional<Rejection> standing;
    private final String message;

    /**
     * The conditions of a plan.
     *
     * @param message what happens now and why, empty when nothing does
     */
    Conditions(Draft draft, String message) {
        this.draft = draft;
        this.message = message;
        List<NodeReport> reports = draft.serving().stream()
                .flatMap(node -> node.freshReport(draft.now(), draft.staleAfter()).stream())
                .toList();
        this.hops = draft.snapshot().hops().stream()
                .map(hop -> HopHealth.of(hop.name(), reports, draft.now()))
                .toList();
        this.down = hops.stream().filter(HopHealth::down).toList();
        this.standing = standingRejection();
    }

    List<Condition> all() {
        List<Condition> result = new ArrayList<>();
        result.add(ready());
        reconciling().ifPresent(result::add);
        stalled().ifPresent(result::add);
        result.add(available());
        paused().ifPresent(result::add);
        rolledBack().ifPresent(result::add);
        result.add(evidence());
        result.add(nextHops());
        return result;
    }

    /** The state in one sentence, the most urgent thing first. */
    String sentence() {
        if (deleting()) {
            return leavingMessage();
        }
        if (!isAvailable() && draft.stable().isPresent()) {
            return availableMessage();
        }
        if (!down.isEmpty()) {
            return hopsMessage();
        }
        if (draft.problem().isPresent()) {
            return draft.problem().get();
        }
        if (!message.isEmpty()) {
            return message;
        }
        if (standing.isPresent()) {
            return told(standing.get());
        }
        return readyNow()
                ? "revision %s serves on %d nodes"
                        .formatted(draft.stable().orElse("-"), draft.serving().size())
                : "%d of %d nodes serve".formatted(draft.serving().size(), draft.wantedNodes());
    }

    /** Whether what is declared, or its size, was rejected and nothing more is tried of itself. */
    boolean rejectedForGood() {
        return standing.isPresent() && draft.trial().isEmpty();
    }

    // ---- whether mail flows

    private boolean deleting() {
        return draft.snapshot().deleting();
    }

    /** After a start of this program nobody was asked yet: then what was known before holds. */
    private boolean blind() {
        List<NodeDraft> serving = draft.serving();
        return !serving.isEmpty() && serving.stream().allMatch(Conditions::neverAsked);
    }

    private static boolean neverAsked(NodeDraft node) {
        return node.facts()
                .filter(facts ->
                        facts.reportTime().isEmpty() && facts.contactProblem().isEmpty())
                .isPresent();
    }

    /** Nodes that serve, but for those that are known not to be up; silence alone says nothing of a node's mail. */
    private int accepting() {
        return (int) draft.serving().stream().filter(this::accepts).count();
    }

    private boolean accepts(NodeDraft node) {
        boolean up = node.facts()
                .filter(facts -> facts.address().isPresent() && facts.problem().isEmpty())
                .isPresent();
        return up
                && node.freshReport(draft.now(), draft.staleAfter())
                        .map(report -> report.mta().phase())
                        .filter(phase -> phase == MtaPhase.FAILED || phase == MtaPhase.STOPPED)
                        .isEmpty();
    }

    private int least() {
        return Math.max(1, draft.snapshot().spec().minAvailable());
    }

    private boolean allHopsDown() {
        return known(PoolCondition.AVAILABLE)
                .map(known -> ConditionReason.NO_DELIVERING_NODES.word().equals(known.getReason()))
                .orElseGet(() -> !down.isEmpty() && down.size() == hops.size());
    }

    /** What was known of it before nobody could be asked any more; empty while nodes are asked. */
    private Optional<Condition> known(PoolCondition type) {
        return before(type).filter(known -> blind());
    }

    private ConditionReason availability() {
        if (deleting()) {
            return ConditionReason.BEING_DELETED;
        }
        if (draft.wantedNodes() == 0) {
            return ConditionReason.MINIMUM_NODES_AVAILABLE;
        }
        if (draft.stable().isEmpty() && stalledReason().isEmpty()) {
            return ConditionReason.INSTALLING;
        }
        if (draft.serving().isEmpty() || allHopsDown()) {
            return ConditionReason.NO_DELIVERING_NODES;
        }
        int accepting = accepting();
        if (accepting == 0) {
            return ConditionReason.QUEUE_NOT_ACCEPTING;
        }
        return accepting < least()
                ? ConditionReason.MINIMUM_NODES_UNAVAILABLE
                : ConditionReason.MINIMUM_NODES_AVAILABLE;
    }

    private boolean isAvailable() {
        return known(PoolCondition.AVAILABLE)
                .map(known -> "True".equals(known.getStatus()))
                .orElseGet(() -> availability() == ConditionReason.MINIMUM_NODES_AVAILABLE);
    }

    private Condition available() {
        return known(PoolCondition.AVAILABLE)
                .map(this::still)
                .orElseGet(() -> condition(PoolCondition.AVAILABLE, availability(), availableMessage()));
    }

    private String availableMessage() {
        if (deleting()) {
            return "the pool is being deleted";
        }
        if (draft.wantedNodes() == 0) {
            return "no node is wanted (spec.replicas is 0)";
        }
        if (blind() && before(PoolCondition.AVAILABLE).isPresent()) {
            return before(PoolCondition.AVAILABLE).get().getMessage();
        }
        if (draft.serving().isEmpty()) {
            return "no node serves"
                    + standing.map(rejection -> ": " + told(rejection)).orElse("");
        }
        if (!down.isEmpty()) {
            return hopsMessage();
        }
        int accepting = accepting();
        return accepting == draft.serving().size()
                ? "%d nodes serve, at least %d have to".formatted(accepting, least())
                : "%d of %d nodes that serve are up, at least %d have to be"
                        .formatted(accepting, draft.serving().size(), least());
    }

    // ---- whether the declaration is in service

    private boolean readyNow() {
        return draft.problem().isEmpty()
                && !deleting()
                && draft.trial()
                        .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK)
                        .isEmpty()
                && stableIsDeclared()
                && draft.serving().size() == draft.wantedNodes()
                && isAvailable();
    }

    private boolean stableIsDeclared() {
        return draft.stable().filter(draft.snapshot().desiredRevision()::equals).isPresent();
    }

    /** The rejection that keeps the declaration from being in service. */
    private Optional<Rejection> standingRejection() {
        String desired = draft.snapshot().desiredRevision();
        boolean stable = stableIsDeclared();
        boolean tried = draft.trial()
                .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK)
                .filter(trial -> stable || trial.revision().equals(desired))
                .isPresent();
        if (tried || deleting()) {
            return Optional.empty();
        }
        Optional<Rejection> ofRevision = draft.rejected().stream()
                .filter(rejection -> !stable && !Begin.isGrowth(rejection.purpose()))
                .filter(rejection -> rejection.revision().equals(desired))
                .findFirst();
        return ofRevision.or(() -> draft.serving().size() < draft.wantedNodes()
                ? Begin.growthRejections(draft).findFirst()
                : Optional.empty());
    }

    private Condition ready() {
        if (readyNow()) {
            return condition(PoolCondition.READY, ConditionReason.IN_SERVICE, sentence());
        }
        if (deleting()) {
            return condition(PoolCondition.READY, ConditionReason.BEING_DELETED, leavingMessage());
        }
        if (draft.problem().isPresent()) {
            return condition(
                    PoolCondition.READY, draft.problemReason(), draft.problem().get());
        }
        if (standing.isPresent()) {
            return condition(PoolCondition.READY, ConditionReason.REVISION_REJECTED, told(standing.get()));
        }
        if (draft.stable().isPresent() && !isAvailable()) {
            return condition(PoolCondition.READY, ConditionReason.BELOW_MINIMUM_AVAILABILITY, availableMessage());
        }
        return condition(PoolCondition.READY, ConditionReason.ROLLOUT_IN_PROGRESS, sentence());
    }

    private String told(Rejection rejection) {
        return Begin.isGrowth(rejection.purpose())
                ? "the pool did not get to %d nodes: %s".formatted(rejection.replicas(), rejection.evidence())
                : "revision %s was rejected (%s): %s%s"
                        .formatted(
                                rejection.revision(),
                                rejection.reason(),
                                rejection.evidence(),
                                draft.stable()
                                        .map("; mail flows on revision %s"::formatted)
                                        .orElse(""));
    }

    // ---- what goes on, or does not

    private Optional<Condition> reconciling() {
        if (stalledReason().isPresent() || readyNow()) {
            return Optional.empty();
        }
        return Optional.of(condition(PoolCondition.RECONCILING, work(), sentence()));
    }

    private ConditionReason work() {
        if (deleting()) {
            return ConditionReason.DRAINING_NODES;
        }
        Optional<TrialDraft> trial = draft.trial();
        if (trial.filter(running -> running.phase() == TrialPhase.ROLLING_BACK).isPresent()) {
            return ConditionReason.ROLLING_BACK;
        }
        if (draft.problem().isPresent()) {
            return ConditionReason.DEPENDENCY_NOT_READY;
        }
        if (trial.isPresent()) {
            return ofTrial(trial.get());
        }
        if (!stableIsDeclared()) {
            return ConditionReason.ROLLOUT_IN_PROGRESS;
        }
        if (draft.serving().size() < draft.wantedNodes()) {
            return ConditionReason.SCALING;
        }
        return allHopsDown() ? ConditionReason.AWAITING_NEXT_HOP : ConditionReason.AWAITING_NODES;
    }

    private ConditionReason ofTrial(TrialDraft trial) {
        if (hold().filter(hold -> hold.reason() == ConditionReason.TRAFFIC_NOT_ROUTED)
                .isPresent()) {
            return ConditionReason.TRAFFIC_NOT_ROUTED;
        }
        boolean due = trial.phase() == TrialPhase.CANARY
                && trial.nextDecisionTime()
                        .filter(time -> !draft.now().isBefore(time.plus(PATIENCE)))
                        .isPresent();
        if (due) {
            return ConditionReason.AWAITING_EVIDENCE;
        }
        return Begin.isGrowth(trial.purpose()) ? ConditionReason.SCALING : ConditionReason.ROLLOUT_IN_PROGRESS;
    }

    /** Nothing more will be done of itself. While a rollback is under way that is not so yet. */
    private Optional<ConditionReason> stalledReason() {
        if (deleting()) {
            return overdue().findFirst().map(node -> ConditionReason.DRAIN_BLOCKED);
        }
        if (draft.mistake().isPresent()) {
            return Optional.of(ConditionReason.INVALID_SPEC);
        }
        boolean waits = draft.trial().isPresent() || draft.problem().isPresent();
        return standing.filter(rejection -> !waits)
                .map(rejection -> ConditionReason.of(rejection.reason())
                        .filter(reason -> PoolCondition.STALLED.statuses().containsKey(reason))
                        .orElse(ConditionReason.REVISION_REJECTED));
    }

    private Optional<Condition> stalled() {
        return stalledReason()
                .map(reason -> condition(
                        PoolCondition.STALLED,
                        reason,
                        switch (reason) {
                            case INVALID_SPEC -> draft.mistake().orElse("");
                            case DRAIN_BLOCKED -> leavingMessage();
                            default ->
                                standing.map(this::told).orElse("")
                                        + "; change the declaration, or ask for a retry (spec.rollout.retryNonce or a PoolAction)";
                        }));
    }

    private Stream<NodeDraft> overdue() {
        return draft.in(NodeState.DRAINING, NodeState.QUARANTINED).stream()
                .filter(node -> node.everCarriedMail() && LeavingHandler.late(node, draft));
    }

    private String leavingMessage() {
        List<NodeDraft> leaving = draft.in(NodeState.DRAINING, NodeState.QUARANTINED);
        return "the pool is being deleted: %s"
                .formatted(overdue()
                        .min(Comparator.comparing(NodeDraft::name))
                        .map(LeavingHandler::whatIsInTheWay)
                        .orElse("%d nodes are to be empty first".formatted(leaving.size())));
    }

    private Optional<Hold> hold() {
        return draft.trial().flatMap(trial -> Hold.of(trial.step() + 1, draft)).or(draft::obstacle);
    }

    private Optional<Condition> paused() {
        return hold().filter(hold -> PoolCondition.PAUSED.statuses().containsKey(hold.reason()))
                .map(hold -> condition(PoolCondition.PAUSED, hold.reason(), hold.message()));
    }

    /** Sticky: only the promotion of a newer attempt clears it, and not while what was rejected is still declared. */
    private Optional<Condition> rolledBack() {
        Optional<Rejection> last = draft.rejected().stream()
                .reduce((first, second) -> second.rejectedTime().isBefore(first.rejectedTime()) ? first : second);
        Optional<Rejection> now = last.filter(
                rejection -> !draft.snapshot().status().revisions().rejected().contains(rejection));
        if (now.isPresent()) {
            return now.flatMap(rejection -> ConditionReason.of(rejection.reason())
                    .map(reason -> condition(PoolCondition.ROLLED_BACK, reason, rejection.evidence())));
        }
        Optional<Condition> known = before(PoolCondition.ROLLED_BACK);
        return draft.promoted() && standing.isEmpty()
                ? known.map(rolledBack -> condition(
                        PoolCondition.ROLLED_BACK,
                        ConditionReason.PROMOTED,
                        "an attempt was promoted since; revision %s is stable"
                                .formatted(draft.stable().orElse("-"))))
                : known.map(this::still);
    }

    // ---- what all this is known from

    private Condition evidence() {
        List<NodeDraft> carrying = draft.in(NodeState.CANARY, NodeState.SERVING);
        List<NodeDraft> silent = carrying.stream()
                .filter(node ->
                        node.freshReport(draft.now(), draft.staleAfter()).isEmpty())
                .toList();
        if (carrying.isEmpty()) {
            return condition(PoolCondition.METRICS_READY, ConditionReason.NO_TRAFFIC, "no node carries mail");
        }
        if (silent.isEmpty()) {
            return condition(
                    PoolCondition.METRICS_READY, ConditionReason.FRESH, "every node that carries mail reports");
        }
        Optional<Condition> known = before(PoolCondition.METRICS_READY);
        if (known.isPresent() && silent.stream().allMatch(Conditions::neverAsked)) {
            return still(known.get());
        }
        boolean unreachable = silent.stream()
                .anyMatch(
                        node -> node.facts().flatMap(NodeFacts::contactProblem).isPresent());
        return condition(
                PoolCondition.METRICS_READY,
                unreachable ? ConditionReason.UNREACHABLE : ConditionReason.STALE,
                "no fresh report from %s; without evidence nothing is promoted"
                        .formatted(silent.stream().map(NodeDraft::name).sorted().collect(Collectors.joining(", "))));
    }

    private Condition nextHops() {
        return known(PoolCondition.NEXT_HOPS_REACHABLE)
                .map(this::still)
                .orElseGet(() -> down.isEmpty()
                        ? condition(
                                PoolCondition.NEXT_HOPS_REACHABLE,
                                ConditionReason.DELIVERING,
                                "no next hop fails on every node")
                        : condition(PoolCondition.NEXT_HOPS_REACHABLE, ConditionReason.NEXT_HOP_DOWN, hopsMessage()));
    }

    /** Replies differ from one moment to the next; while the same hops are down the first sentence stays. */
    private String hopsMessage() {
        Optional<String> told = before(PoolCondition.NEXT_HOPS_REACHABLE)
                .filter(known -> "False".equals(known.getStatus()))
                .map(Condition::getMessage)
                .filter(text -> hops.stream().allMatch(hop -> text.contains(downIs(hop)) == hop.down()));
        return told.orElseGet(() -> down.stream()
                        .map(hop -> "%s for every node that tried (%d): %s"
                                .formatted(downIs(hop), hop.nodes(), hop.lastReply()))
                        .collect(Collectors.joining("; "))
                + "; no node is taken out for it, its mail waits in the queues and flows when it is back");
    }

    private static String downIs(HopHealth hop) {
        return "next hop %s is down".formatted(hop.hop());
    }

    private Optional<Condition> before(PoolCondition type) {
        return draft.snapshot().status().conditions().stream()
                .filter(known -> known.getType().equals(type.word()))
                .findFirst();
    }

    /** As before, of the present generation. */
    private Condition still(Condition known) {
        return new ConditionBuilder(known)
                .withObservedGeneration(draft.snapshot().generation())
                .build();
    }

    private Condition condition(PoolCondition type, ConditionReason reason, String message) {
        String status = type.status(reason);
        String since = before(type)
                .filter(known -> Objects.equals(known.getStatus(), status))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() ->
                        Instant.ofEpochSecond(draft.now().getEpochSecond()).toString());
        return new ConditionBuilder()
                .withType(type.word())
                .withStatus(status)
                .withReason(reason.word())
                .withMessage(StatusOfPool.shorten(message))
                .withLastTransitionTime(since)
                .withObservedGeneration(draft.snapshot().generation())
                .build();
    }
}
