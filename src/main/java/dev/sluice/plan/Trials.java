package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TrialPhase;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Gate;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Carries a running trial on: nodes made ready, steps begun, verdicts followed, the end. */
final class Trials {
    private Trials() {}

    static void carryOn(Draft draft) {
        draft.trial().ifPresent(trial -> {
            draft.lookWithin(Duration.ofSeconds(1));
            draft.record().ifPresent(record -> record.affected(ofTrial(trial, draft)));
            if (trial.phase() == TrialPhase.ROLLING_BACK) {
                concludeRollback(draft);
            } else if (superseded(trial, draft)) {
                supersede(trial, draft);
            } else if (draft.policy().isPresent()) {
                carryOn(trial, draft.policy().get(), draft);
            }
        });
    }

    private static void carryOn(TrialDraft trial, RolloutPolicySpec policy, Draft draft) {
        Steps steps = steps(trial, policy, draft);
        Optional<String> crash = crashed(draft);
        if (crash.isPresent()) {
            rollBack(trial, RolloutResult.ROLLED_BACK, "NodeCrashed", crash.get(), Optional.empty(), draft);
            return;
        }
        if (draft.now().isAfter(trial.deadlineTime())) {
            String why = "no decision within %d s".formatted(policy.progressDeadlineSeconds());
            rollBack(trial, RolloutResult.ROLLED_BACK, "ProgressDeadlineExceeded", why, Optional.empty(), draft);
            return;
        }
        if (trial.step() > 0 && Judge.condemns(trial, steps, policy, draft)) {
            return;
        }
        switch (trial.phase()) {
            case PREPARING, PREFLIGHT -> prepare(trial, steps, draft);
            case CANARY -> Judge.maybePromotes(trial, steps, policy, draft);
            case BAKE -> bake(trial, steps, policy, draft);
            case ROLLING_BACK -> throw new IllegalStateException("a rollback is not carried on as a trial");
        }
    }

    static Steps steps(TrialDraft trial, RolloutPolicySpec policy, Draft draft) {
        return Steps.of(
                trial.purpose(),
                draft.snapshot().spec(),
                draft.wantedNodes(),
                policy,
                Math.max(draft.onTrial().size(), 1),
                draft.serving().size());
    }

    private static List<NodeDraft> ofTrial(TrialDraft trial, Draft draft) {
        return draft.in(NodeState.CANARY, NodeState.QUARANTINED, NodeState.DRAINING).stream()
                .filter(node -> node.revision().equals(trial.revision()))
                .toList();
    }

    /** Makes the nodes that the next step needs, and begins it when each of them has passed or failed its preflight. */
    private static void prepare(TrialDraft trial, Steps steps, Draft draft) {
        int next = trial.step() + 1;
        boolean growsLater = Begin.isGrowth(trial.purpose()) && trial.step() > 0;
        int wanted = growsLater ? 0 : steps.nodesFor(next, draft.serving().size());
        long tried = draft.onTrial().size()
                + draft.in(NodeState.REJECTED).stream()
                        .filter(node -> node.revision().equals(trial.revision()))
                        .count();
        for (long made = tried; made < wanted; made++) {
            draft.planNode(trial.revision());
        }
        List<NodeDraft> onTrial = draft.onTrial();
        List<NodeDraft> ready = draft.in(NodeState.CANARY);
        if (onTrial.isEmpty()) {
            refuse(trial, draft);
        } else if (ready.size() < onTrial.size()) {
            trial.enter(draft.in(NodeState.PREFLIGHT).isEmpty() ? TrialPhase.PREPARING : TrialPhase.PREFLIGHT);
            NodeDraft waiting = onTrial.stream()
                    .filter(node -> !node.is(NodeState.CANARY))
                    .findFirst()
                    .orElseThrow();
            draft.say(
                    "Preparing",
                    "%d of %d new nodes are ready; %s is %s%s"
                            .formatted(
                                    ready.size(),
                                    onTrial.size(),
                                    waiting.name(),
                                    waiting.state().name().toLowerCase(java.util.Locale.ROOT),
                                    waiting.reason().isEmpty() ? "" : ": " + waiting.reason()));
        } else if (next > steps.count()) {
            promote(trial, draft);
        } else if (mayGrow(next, draft)) {
            beginStep(trial, next, steps, draft);
        }
    }

    /** Whether people and calendars let the weight grow to that step. */
    static boolean mayGrow(int step, Draft draft) {
        Optional<String> held = held(step, draft);
        held.ifPresent(why -> draft.say("Paused", why));
        return held.isEmpty();
    }

    static Optional<String> held(int step, Draft draft) {
        if (draft.snapshot().spec().rollout().paused()) {
            return Optional.of("spec.rollout.paused is true");
        }
        Integer most = draft.snapshot().spec().rollout().maxStep();
        if (most != null && step > most) {
            return Optional.of("spec.rollout.maxStep is %d".formatted(most));
        }
        Optional<String> paused = draft.trial().flatMap(TrialDraft::pausedBecause);
        return paused.or(() -> draft.policy()
                .flatMap(policy -> FreezeCalendar.frozenUntil(policy.freezeWindows(), draft.now()))
                .map(end -> "a freeze window ends at " + end));
    }

    private static void beginStep(TrialDraft trial, int number, Steps steps, Draft draft) {
        int percent = steps.step(number).weightPercent();
        trial.beginStep(number, percent, draft.now());
        Map<String, Long> messages = new HashMap<>();
        for (NodeDraft node : draft.in(NodeState.CANARY, NodeState.SERVING)) {
            node.report().map(NodeReport::ledger).ifPresent(ledger -> messages.put(node.name(), ledger.messages()));
        }
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        Map<String, dev.sluice.gate.GateMemory> nodes = new HashMap<>();
        for (NodeDraft node : draft.in(NodeState.CANARY)) {
            nodes.put(
                    node.name(),
                    memory.nodes().containsKey(node.name())
                            ? Gate.nextStep(memory.nodes().get(node.name()), draft.now())
                            : Gate.begin(draft.now()));
        }
        draft.remember(new GateMemories.Trial(Gate.nextStep(memory.arm(), draft.now()), nodes, messages));
        String what = "step %d of %d: %d %% of the mail on %d new nodes"
                .formatted(
                        number,
                        steps.count(),
                        percent,
                        draft.in(NodeState.CANARY).size());
        draft.record().ifPresent(record -> record.decided(draft.now(), what, "every new node passed its preflight"));
        draft.say("Collecting", what);
        draft.tell(Effect.Severity.NORMAL, "StepAdvanced", "ShiftWeight", what);
    }

    private static void bake(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        Duration left = Duration.between(draft.now(), trial.stepStartedTime().plusSeconds(policy.bakeSeconds()));
        if (left.isNegative() || left.isZero()) {
            trial.enter(TrialPhase.PREPARING);
            prepare(trial, steps, draft);
        } else {
            draft.say("Baking", "all steps passed; watching for %d s more".formatted(left.toSeconds()));
        }
    }

    /** The end of a good trial: what was on trial serves, what it replaces drains. */
    private static void promote(TrialDraft trial, Draft draft) {
        List<NodeDraft> rejected = draft.in(NodeState.REJECTED);
        if (!Begin.isGrowth(trial.purpose())) {
            for (NodeDraft old : draft.serving()) {
                old.become(NodeState.DRAINING, draft.now(), "replaced by revision " + trial.revision());
                draft.tell(
                        Effect.Severity.NORMAL,
                        "NodeDraining",
                        "DrainNode",
                        "%s drains: revision %s replaces it".formatted(old.name(), trial.revision()),
                        old);
            }
            draft.stable(trial.revision());
        }
        for (NodeDraft node : draft.in(NodeState.CANARY)) {
            node.become(NodeState.SERVING, draft.now(), "");
        }
        if (!rejected.isEmpty()) {
            reject(
                    trial,
                    "PreflightFailed",
                    "%d of the new nodes: %s"
                            .formatted(rejected.size(), rejected.get(0).reason()),
                    draft);
        }
        String what = "revision %s serves on %d nodes"
                .formatted(trial.revision(), draft.serving().size());
        draft.record().ifPresent(record -> {
            record.decided(draft.now(), "promoted", what);
            record.ended(RolloutResult.PROMOTED, "Promoted");
            record.finished(draft.now());
        });
        draft.tell(Effect.Severity.NORMAL, "RevisionPromoted", "Promote", what);
        draft.say("Promoted", what);
        finish(draft);
    }

    /** No node passed its preflight: no mail was ever at risk. */
    private static void refuse(TrialDraft trial, Draft draft) {
        String why = draft.in(NodeState.REJECTED).stream()
                .map(node -> node.name() + ": " + node.reason())
                .findFirst()
                .orElse("none of its nodes came up");
        reject(trial, "PreflightFailed", why, draft);
        draft.record().ifPresent(record -> {
            record.decided(draft.now(), "refused", why);
            record.ended(RolloutResult.REFUSED, "PreflightFailed");
            record.finished(draft.now());
        });
        draft.say("Refused", why);
        draft.tell(
                Effect.Severity.WARNING, "RolloutRefused", "RefuseNodes", "no mail was sent to the new nodes; " + why);
        finish(draft);
    }

    /** Takes every node of the trial out at once. Those that carried mail keep it safe; the others just go. */
    static void rollBack(
            TrialDraft trial,
            RolloutResult result,
            String reason,
            String evidence,
            Optional<Explanation> explanation,
            Draft draft) {
        for (NodeDraft node : draft.onTrial()) {
            node.become(node.everCarriedMail() ? NodeState.QUARANTINED : NodeState.DRAINING, draft.now(), evidence);
        }
        reject(trial, reason, evidence, draft);
        draft.record().ifPresent(record -> {
            record.stepEnded(trial, "RollBack", explanation, draft.now());
            record.decided(draft.now(), "rolled back: " + reason, evidence);
            record.ended(result, reason);
        });
        draft.tell(
                Effect.Severity.WARNING,
                "RolloutRolledBack",
                "RollBack",
                "%s at step %d (%d %%): %s".formatted(reason, trial.step(), trial.weightPercent(), evidence));
        draft.say("Rejected", evidence);
        trial.weightPercent(0);
        trial.enter(TrialPhase.ROLLING_BACK);
    }

    private static void concludeRollback(Draft draft) {
        List<NodeDraft> leaving = draft.in(NodeState.QUARANTINED, NodeState.DRAINING);
        if (leaving.isEmpty()) {
            draft.record().ifPresent(record -> {
                record.decided(draft.now(), "rollback complete", "every node of the trial is empty");
                record.finished(draft.now());
            });
            finish(draft);
        } else {
            draft.say(
                    "RollingBack",
                    "%d nodes leave; %s"
                            .formatted(
                                    leaving.size(),
                                    draft.rejected().stream()
                                            .reduce((first, last) -> last)
                                            .map(Rejection::evidence)
                                            .orElse("")));
        }
    }

    private static boolean superseded(TrialDraft trial, Draft draft) {
        if (draft.snapshot().deleting()) {
            return true;
        }
        if (Begin.isGrowth(trial.purpose())) {
            boolean enough = draft.serving().size() >= draft.wantedNodes();
            boolean otherRevisionDue = !draft.snapshot().desiredRevision().equals(trial.revision())
                    && !Begin.revisionRejected(draft.snapshot().desiredRevision(), draft);
            return enough || otherRevisionDue;
        }
        return !draft.snapshot().desiredRevision().equals(trial.revision());
    }

    private static void supersede(TrialDraft trial, Draft draft) {
        for (NodeDraft node : draft.onTrial()) {
            node.become(NodeState.DRAINING, draft.now(), "the declaration changed during its trial");
        }
        String why = "the declaration changed: %s is no longer wanted".formatted(trial.revision());
        draft.record().ifPresent(record -> {
            record.decided(draft.now(), "superseded", why);
            record.ended(RolloutResult.SUPERSEDED, "Superseded");
            record.finished(draft.now());
        });
        draft.tell(Effect.Severity.NORMAL, "RolloutSuperseded", "EndRollout", why);
        finish(draft);
    }

    private static void reject(TrialDraft trial, String reason, String evidence, Draft draft) {
        draft.rejected().removeIf(old -> old.revision().equals(trial.revision()) && old.purpose() == trial.purpose());
        draft.rejected()
                .add(new Rejection(
                        trial.revision(),
                        trial.purpose(),
                        draft.snapshot().spec().replicas(),
                        draft.snapshot().generation(),
                        draft.now(),
                        reason,
                        evidence,
                        trial.step(),
                        trial.weightPercent(),
                        trial.rolloutName()));
    }

    private static void finish(Draft draft) {
        draft.record().ifPresent(record -> draft.want(record.effect()));
        draft.endTrial();
    }

    private static Optional<String> crashed(Draft draft) {
        return draft.in(NodeState.CANARY).stream()
                .flatMap(node -> node.freshReport(draft.now(), draft.staleAfter()).stream())
                .filter(report -> report.mta().phase() == MtaPhase.FAILED)
                .map(report -> "%s: %s".formatted(report.node(), report.mta().reason()))
                .findFirst();
    }

    /** Keeps the record of a trial that goes on. */
    static void keepRecord(Draft draft) {
        if (draft.trial().isPresent()) {
            draft.record().ifPresent(record -> draft.want(record.effect()));
        }
    }
}
