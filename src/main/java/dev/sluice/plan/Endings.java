package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TrialPhase;
import dev.sluice.gate.Explanation;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The ways in which a trial ends: promoted, refused before any mail, rolled back, superseded. */
final class Endings {
    /** As many as the status has room for. */
    private static final int MOST_REJECTIONS = 50;

    private Endings() {}

    /** The end of a good trial: what was on trial serves, what it replaces drains. */
    static void promote(TrialDraft trial, Draft draft) {
        List<NodeDraft> rejected = draft.podsIn(NodeState.REJECTED).stream()
                .filter(node -> node.revision().equals(trial.revision()))
                .toList();
        draft.rejected().removeIf(old -> old.revision().equals(trial.revision()) && disproves(trial, old));
        if (!Begin.isGrowth(trial.purpose())) {
            for (NodeDraft old : replaced(draft)) {
                old.become(NodeState.DRAINING, draft.now(), "replaced by revision " + trial.revision());
                LeavingHandler.tell(old, "revision %s replaces it".formatted(trial.revision()), draft);
            }
            draft.stable(trial.revision());
        }
        for (NodeDraft node : draft.in(NodeState.CANARY)) {
            node.become(NodeState.SERVING, draft.now(), "");
        }
        if (!rejected.isEmpty()) {
            reject(
                    trial,
                    Begin.isGrowth(trial.purpose()) ? trial.purpose() : Purpose.SCALE_OUT,
                    ConditionReason.PREFLIGHT_FAILED,
                    "%d new nodes carry no mail; %s: %s"
                            .formatted(
                                    rejected.size(),
                                    rejected.get(0).name(),
                                    rejected.get(0).reason()),
                    draft);
        }
        draft.promotionDone();
        String what = "revision %s serves on %d nodes"
                .formatted(trial.revision(), draft.serving().size());
        draft.record().ifPresent(record -> {
            record.decided(draft.now(), "promoted", what);
            record.ended(RolloutResult.PROMOTED, "Promoted");
            record.finished(draft.now());
        });
        draft.tell(EventReason.REVISION_PROMOTED, what);
        draft.say("Promoted", what);
        finish(trial, draft);
    }

    /** Also those that have to prove themselves again: nobody needs them any more. */
    private static List<NodeDraft> replaced(Draft draft) {
        return draft
                .podsIn(NodeState.SERVING, NodeState.PENDING, NodeState.STAGED, NodeState.PREFLIGHT, NodeState.CANARY)
                .stream()
                .filter(node -> node.is(NodeState.SERVING) || draft.waitsForAnother(node))
                .toList();
    }

    /** That the pool got back to what it had says nothing of a size that it never had. */
    private static boolean disproves(TrialDraft trial, Rejection old) {
        return trial.purpose() != Purpose.REPLACEMENT || old.purpose() == Purpose.REPLACEMENT;
    }

    /** A trial whose nodes are all out of it: refused if none ever carried mail. */
    static void endWithoutNodes(TrialDraft trial, Draft draft) {
        if (trial.step() == 0) {
            refuse(trial, draft);
        } else {
            rollBack(
                    trial,
                    RolloutResult.ROLLED_BACK,
                    ConditionReason.NO_NODES_LEFT,
                    "every node of the trial was taken out or deleted",
                    Optional.empty(),
                    draft);
        }
    }

    /** Nodes that did not pass their preflight: no mail was ever at risk on them. */
    static void refuse(TrialDraft trial, Draft draft) {
        String why = draft.in(NodeState.REJECTED).stream()
                .filter(node -> node.isMachine() || node.revision().equals(trial.revision()))
                .map(node -> node.name() + ": " + node.reason())
                .findFirst()
                .orElse("none of its nodes came up");
        if (!draft.onTrial().isEmpty()) {
            rollBack(trial, RolloutResult.REFUSED, ConditionReason.PREFLIGHT_FAILED, why, Optional.empty(), draft);
            return;
        }
        reject(trial, trial.purpose(), ConditionReason.PREFLIGHT_FAILED, why, draft);
        draft.record().ifPresent(record -> {
            record.decided(draft.now(), "refused", why);
            record.ended(RolloutResult.REFUSED, ConditionReason.PREFLIGHT_FAILED.word());
            record.finished(draft.now());
        });
        draft.say("Refused", why);
        draft.tell(EventReason.ROLLOUT_REFUSED, "no mail was sent to the new nodes; " + why);
        finish(trial, draft);
    }

    /** Takes every node of the trial out at once. Those that carried mail keep it safe; the others just go. */
    static void rollBack(
            TrialDraft trial,
            RolloutResult result,
            ConditionReason reason,
            String evidence,
            Optional<Explanation> explanation,
            Draft draft) {
        explanation
                .filter(why -> reason == ConditionReason.CANARY_WORSE_THAN_BASELINE)
                .ifPresent(why -> draft.tell(EventReason.ANALYSIS_FAILED, why.sentence(), explanation));
        for (NodeDraft node : draft.onTrial()) {
            node.become(node.everCarriedMail() ? NodeState.QUARANTINED : NodeState.DRAINING, draft.now(), evidence);
            LeavingHandler.tell(node, "revision %s was rejected".formatted(trial.revision()), draft);
        }
        reject(trial, trial.purpose(), reason, evidence, draft);
        draft.record().ifPresent(record -> {
            record.stepEnded(trial, "RollBack", explanation, draft.now());
            record.decided(draft.now(), "rolled back: " + reason.word(), evidence);
            record.ended(result, reason.word());
        });
        draft.tell(
                EventReason.ROLLOUT_ROLLED_BACK,
                trial.step() == 0
                        ? "%s before any mail: %s".formatted(reason.word(), evidence)
                        : "%s at step %d (%d %% of the mail): %s"
                                .formatted(reason.word(), trial.step(), trial.weightPercent(), evidence),
                explanation);
        draft.say("Rejected", evidence);
        trial.weightPercent(0);
        trial.enter(TrialPhase.ROLLING_BACK);
    }

    /**
     * A rollback is over when its nodes are empty, or when they had the time for it: then they go on leaving by
     * themselves, and nothing new has to wait for them.
     */
    static void concludeRollback(TrialDraft trial, Draft draft) {
        List<NodeDraft> leaving = ofTrial(trial, draft).stream()
                .filter(node -> !LeavingHandler.late(node, draft))
                .toList();
        if (leaving.isEmpty() || Begin.otherRevisionDue(trial.revision(), draft)) {
            boolean empty = ofTrial(trial, draft).isEmpty();
            draft.record().ifPresent(record -> {
                record.decided(
                        draft.now(),
                        "rollback complete",
                        empty
                                ? "every node of the trial is empty"
                                : "%d nodes of the trial are not empty yet and go on draining"
                                        .formatted(ofTrial(trial, draft).size()));
                record.finished(draft.now());
            });
            finish(trial, draft);
        } else {
            String evidence = draft.rejected().stream()
                    .filter(rejection -> rejection.rolloutName().equals(trial.rolloutName()))
                    .map(Rejection::evidence)
                    .findFirst()
                    .orElse("the attempt failed");
            draft.say(
                    "RollingBack",
                    "%d nodes of the trial carry no new mail and give away what they have: %s"
                            .formatted(leaving.size(), evidence));
        }
    }

    /** Nodes of a trial that have or had mail, also those that this very plan promotes. */
    static List<NodeDraft> ofTrial(TrialDraft trial, Draft draft) {
        Set<String> canaries = draft.snapshot().status().nodes().stream()
                .filter(entry -> entry.state() == NodeState.CANARY)
                .map(NodeEntry::name)
                .collect(Collectors.toSet());
        return draft.nodes().stream()
                .filter(node -> node.is(NodeState.CANARY, NodeState.QUARANTINED, NodeState.DRAINING)
                        || canaries.contains(node.name()))
                .filter(node -> node.revision().equals(trial.revision()))
                .toList();
    }

    /** The last report of a node that goes in this run is the one in which its ledger is closed. */
    private static List<NodeDraft> withThoseGone(TrialDraft trial, Draft draft) {
        List<NodeDraft> nodes = new ArrayList<>(ofTrial(trial, draft));
        draft.in(NodeState.GONE).stream()
                .filter(node -> node.revision().equals(trial.revision()))
                .filter(NodeDraft::everCarriedMail)
                .forEach(nodes::add);
        return nodes;
    }

    /**
     * Ends a trial of which nothing was found: nothing is held against its revision.
     *
     * @param cause why, of each of its nodes
     * @param why the whole sentence
     */
    static void supersede(TrialDraft trial, String cause, String why, Draft draft) {
        String because = cause + " during its trial";
        for (NodeDraft node : draft.onTrial()) {
            if (!node.isMachine() || draft.snapshot().deleting() || node.is(NodeState.CANARY)) {
                node.become(NodeState.DRAINING, draft.now(), because);
                LeavingHandler.tell(node, because, draft);
            }
        }
        draft.record().ifPresent(record -> {
            record.decided(draft.now(), "superseded", why);
            record.ended(RolloutResult.SUPERSEDED, "Superseded");
            record.finished(draft.now());
        });
        draft.tell(EventReason.ROLLOUT_SUPERSEDED, why);
        finish(trial, draft);
    }

    private static void reject(
            TrialDraft trial, Purpose purpose, ConditionReason reason, String evidence, Draft draft) {
        List<Rejection> rejected = draft.rejected();
        rejected.removeIf(old -> old.revision().equals(trial.revision()) && old.purpose() == purpose);
        while (rejected.size() >= MOST_REJECTIONS) {
            rejected.remove(0);
        }
        rejected.add(new Rejection(
                trial.revision(),
                purpose,
                draft.snapshot().spec().replicas(),
                draft.snapshot().generation(),
                draft.now(),
                reason.word(),
                StatusOfPool.shorten(evidence),
                trial.step(),
                trial.weightPercent(),
                trial.rolloutName()));
    }

    private static void finish(TrialDraft trial, Draft draft) {
        draft.record().ifPresent(record -> {
            record.affected(withThoseGone(trial, draft));
            draft.want(record.effect());
        });
        draft.endTrial();
    }
}
