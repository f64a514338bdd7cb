package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.TrialPhase;
import dev.sluice.node.NodeReport;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The conditions of a pool, in the words that {@code kubectl wait}, Helm, Flux and Argo CD understand (kstatus):
 * {@code Ready} whether the declaration is in service, {@code Available} whether mail flows, {@code Reconciling} and
 * {@code Stalled} only while true and never both, {@code RolledBack} until a newer attempt is promoted.
 */
final class Conditions {
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
        List<NodeReport> reports = draft.in(NodeState.SERVING).stream()
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

    private boolean enoughServe() {
        return draft.serving().size() >= Math.max(1, draft.snapshot().spec().minAvailable())
                || draft.wantedNodes() == 0;
    }

    private boolean isAvailable() {
        return enoughServe() && (down.isEmpty() || down.size() < hops.size());
    }

    private boolean atWork() {
        return draft.trial().isPresent()
                || !draft.in(NodeState.DRAINING, NodeState.QUARANTINED, NodeState.GONE)
                        .isEmpty();
    }

    private boolean readyNow() {
        return draft.problem().isEmpty()
                && draft.trial()
                        .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK)
                        .isEmpty()
                && draft.stable()
                        .filter(draft.snapshot().desiredRevision()::equals)
                        .isPresent()
                && draft.serving().size() == draft.wantedNodes()
                && isAvailable();
    }

    /** The rejection that keeps the declaration from being in service. */
    private Optional<Rejection> standingRejection() {
        String desired = draft.snapshot().desiredRevision();
        boolean stable = draft.stable().filter(desired::equals).isPresent();
        boolean tried = draft.trial()
                .filter(trial -> trial.phase() != TrialPhase.ROLLING_BACK)
                .filter(trial -> stable || trial.revision().equals(desired))
                .isPresent();
        if (tried) {
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

    /** Nothing more will be done of itself; while a rollback is under way that is not so yet. */
    private boolean atAnEnd() {
        return draft.trial().isEmpty();
    }

    private Condition ready() {
        if (readyNow()) {
            return condition("Ready", "True", "InService", sentence());
        }
        if (draft.problem().isPresent()) {
            return condition(
                    "Ready", "False", "DependencyNotReady", draft.problem().get());
        }
        if (standing.isPresent()) {
            return condition("Ready", "False", "RevisionRejected", told(standing.get()));
        }
        if (draft.stable().isPresent() && !isAvailable()) {
            return condition("Ready", "False", "BelowMinimumAvailability", availableMessage());
        }
        return condition("Ready", "Unknown", "RolloutInProgress", sentence());
    }

    private Optional<Condition> reconciling() {
        if (stalledReason().isPresent() || readyNow()) {
            return Optional.empty();
        }
        if (draft.problem().isPresent() && draft.trial().isEmpty()) {
            return Optional.of(condition("Reconciling", "True", "DependencyNotReady", sentence()));
        }
        String reason = draft.trial()
                .map(trial -> switch (trial.phase()) {
                    case ROLLING_BACK -> "RollingBack";
                    case CANARY -> "AwaitingEvidence";
                    case PREPARING, PREFLIGHT, BAKE -> "RolloutInProgress";
                })
                .orElse(atWork() ? "DrainingNodes" : "Scaling");
        return Optional.of(condition("Reconciling", "True", reason, sentence()));
    }

    private Optional<String> stalledReason() {
        if (draft.mistake().isPresent()) {
            return Optional.of("DependencyNotReady");
        }
        return standing.filter(rejection -> atAnEnd()).map(rejection -> "RevisionRejected");
    }

    private Optional<Condition> stalled() {
        return stalledReason()
                .map(
                        reason -> condition(
                                "Stalled",
                                "True",
                                reason,
                                draft.mistake()
                                        .orElseGet(
                                                () -> standing.map(this::told).orElse("")
                                                        + "; change the declaration, or ask for a retry (spec.rollout.retryNonce or a PoolAction)")));
    }

    private Condition available() {
        if (isAvailable()) {
            return condition("Available", "True", "MinimumNodesAvailable", availableMessage());
        }
        return condition(
                "Available",
                "False",
                down.isEmpty() ? "MinimumNodesUnavailable" : "NoDeliveringNodes",
                availableMessage());
    }

    private String availableMessage() {
        if (!down.isEmpty()) {
            return hopsMessage();
        }
        return draft.wantedNodes() == 0
                ? "no node is wanted (spec.replicas is 0)"
                : "%d nodes serve, at least %d have to"
                        .formatted(
                                draft.serving().size(),
                                Math.max(1, draft.snapshot().spec().minAvailable()));
    }

    private String told(Rejection rejection) {
        return Begin.isGrowth(rejection.purpose())
                ? "the pool did not get to %d nodes: %s".formatted(rejection.replicas(), rejection.evidence())
                : "revision %s was rejected (%s): %s"
                        .formatted(rejection.revision(), rejection.reason(), rejection.evidence());
    }

    private Optional<Condition> paused() {
        return draft.trial()
                .flatMap(trial -> Hold.of(trial.step() + 1, draft))
                .or(draft::obstacle)
                .map(hold -> condition("Paused", "True", hold.reason(), hold.message()));
    }

    /** Sticky: only the promotion of a newer attempt clears it, and not while what was rejected is still declared. */
    private Optional<Condition> rolledBack() {
        Optional<Rejection> last = draft.rejected().stream()
                .reduce((first, second) -> second.rejectedTime().isBefore(first.rejectedTime()) ? first : second);
        boolean rejectedNow = last.filter(rejection -> rejection.rejectedTime().equals(draft.now()))
                .isPresent();
        if (draft.promoted() && !rejectedNow && standing.isEmpty()) {
            return Optional.empty();
        }
        if (rejectedNow) {
            return last.map(rejection -> condition("RolledBack", "True", rejection.reason(), rejection.evidence()));
        }
        return before("RolledBack")
                .map(known -> condition("RolledBack", "True", known.getReason(), known.getMessage()));
    }

    private Condition evidence() {
        List<NodeDraft> carrying = draft.in(NodeState.CANARY, NodeState.SERVING);
        List<String> silent = carrying.stream()
                .filter(node ->
                        node.freshReport(draft.now(), draft.staleAfter()).isEmpty())
                .map(NodeDraft::name)
                .sorted()
                .toList();
        if (carrying.isEmpty()) {
            return condition("MetricsReady", "Unknown", "NoTraffic", "no node carries mail");
        }
        return silent.isEmpty()
                ? condition("MetricsReady", "True", "Fresh", "every node that carries mail reports")
                : condition(
                        "MetricsReady",
                        "False",
                        "Unreachable",
                        "no fresh report from %s; without evidence nothing is promoted"
                                .formatted(String.join(", ", silent)));
    }

    private Condition nextHops() {
        return down.isEmpty()
                ? condition("NextHopsReachable", "True", "Delivering", "no next hop fails on every node")
                : condition("NextHopsReachable", "False", "NextHopDown", hopsMessage());
    }

    /** Replies differ from one moment to the next; while the same hops are down the first sentence stays. */
    private String hopsMessage() {
        Optional<String> told = before("NextHopsReachable")
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

    private Optional<Condition> before(String type) {
        return draft.snapshot().status().conditions().stream()
                .filter(known -> known.getType().equals(type))
                .findFirst();
    }

    private Condition condition(String type, String status, String reason, String message) {
        String text = StatusOfPool.shorten(message);
        String since = before(type)
                .filter(known -> Objects.equals(known.getStatus(), status))
                .map(Condition::getLastTransitionTime)
                .orElseGet(() ->
                        Instant.ofEpochSecond(draft.now().getEpochSecond()).toString());
        return new ConditionBuilder()
                .withType(type)
                .withStatus(status)
                .withReason(reason)
                .withMessage(text)
                .withLastTransitionTime(since)
                .withObservedGeneration(draft.snapshot().generation())
                .build();
    }
}
