package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TrialPhase;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.Judgement;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Carries a running trial on: nodes made ready, steps begun, verdicts followed, the end. */
final class Trials {
    private Trials() {}

    static void carryOn(Draft draft) {
        draft.trial().ifPresent(trial -> {
            draft.lookWithin(Duration.ofSeconds(1));
            if (trial.phase() == TrialPhase.ROLLING_BACK) {
                Endings.concludeRollback(trial, draft);
            } else if (superseded(trial, draft)) {
                Endings.supersede(
                        trial,
                        "the declaration changed",
                        "the declaration changed: %s is no longer wanted".formatted(trial.revision()),
                        draft);
            } else if (neededElsewhere(draft).isPresent()) {
                Endings.supersede(
                        trial,
                        "another pool of the path has no node in service",
                        "%s; %s is tried again afterwards"
                                .formatted(neededElsewhere(draft).get(), trial.revision()),
                        draft);
            } else {
                carryOn(trial, draft.policy(), draft);
            }
        });
    }

    private static void carryOn(TrialDraft trial, RolloutPolicySpec policy, Draft draft) {
        Steps steps = steps(trial, policy, draft);
        Optional<String> crash = crashed(draft);
        if (crash.isPresent()) {
            Endings.rollBack(
                    trial,
                    RolloutResult.ROLLED_BACK,
                    ConditionReason.NODE_CRASHED,
                    crash.get(),
                    Optional.empty(),
                    draft);
            return;
        }
        if (trial.step() > 0 && Judge.condemns(trial, steps, policy, draft)) {
            return;
        }
        Optional<String> tookItselfOut = tookItselfOut(draft);
        if (tookItselfOut.isPresent()) {
            Endings.rollBack(
                    trial,
                    RolloutResult.ROLLED_BACK,
                    ConditionReason.CANARY_WORSE_THAN_BASELINE,
                    tookItselfOut.get(),
                    Optional.empty(),
                    draft);
            return;
        }
        if (isLate(trial, policy, draft)) {
            Endings.rollBack(
                    trial,
                    RolloutResult.ROLLED_BACK,
                    silent(draft) ? ConditionReason.METRICS_UNAVAILABLE : ConditionReason.PROGRESS_DEADLINE_EXCEEDED,
                    tooLate(trial, policy, draft),
                    draft.judgement().map(Judgement::explanation),
                    draft);
            return;
        }
        switch (trial.phase()) {
            case PREPARING, PREFLIGHT -> prepare(trial, steps, draft);
            case CANARY -> collect(trial, steps, policy, draft);
            case BAKE -> bake(trial, steps, policy, draft);
            case ROLLING_BACK -> throw new IllegalStateException("a rollback is not carried on as a trial");
        }
    }

    /** A trial that somebody holds is not late: its time begins anew when half of it is over. */
    private static boolean isLate(TrialDraft trial, RolloutPolicySpec policy, Draft draft) {
        Duration allowed = Duration.ofSeconds(policy.progressDeadlineSeconds());
        if (Hold.of(trial.step() + 1, draft).isPresent()) {
            if (draft.now().isAfter(trial.deadlineTime().minus(allowed.dividedBy(2)))) {
                trial.deadline(draft.now().plus(allowed));
            }
            return false;
        }
        return draft.now().isAfter(trial.deadlineTime());
    }

    /** Whether no node that carries mail on trial could be asked lately: then nothing is known of them, good or bad. */
    private static boolean silent(Draft draft) {
        List<NodeDraft> carrying = draft.in(NodeState.CANARY);
        return !carrying.isEmpty()
                && carrying.stream()
                        .allMatch(node -> node.freshReport(draft.now(), draft.staleAfter())
                                .isEmpty());
    }

    private static String tooLate(TrialDraft trial, RolloutPolicySpec policy, Draft draft) {
        String missing = waiting(draft)
                .map(node -> "%s is %s%s".formatted(node.name(), word(node), because(node)))
                .or(() -> draft.judgement().map(arm -> arm.explanation().sentence()))
                .orElse("no node was ready");
        return "no progress within %d s at step %d: %s"
                .formatted(policy.progressDeadlineSeconds(), trial.step(), missing);
    }

    /** Gathers evidence at a step. A node that a person took away in the meantime is made up for. */
    private static void collect(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        makeNodes(trial, steps, trial.step(), draft);
        Judge.maybePromotes(trial, steps, policy, draft);
    }

    static Steps steps(TrialDraft trial, RolloutPolicySpec policy, Draft draft) {
        return Steps.of(
                trial.purpose(),
                draft.snapshot().spec(),
                pods(trial, draft),
                policy,
                Math.max(draft.onTrial().size(), 1),
                draft.serving().size());
    }

    /** How many pods are to serve when the trial ends well: a replacement gives back what the pool had, and no more. */
    static int pods(TrialDraft trial, Draft draft) {
        return trial.purpose() == Purpose.REPLACEMENT ? draft.attained() : draft.wantedPods();
    }

    /** Makes the nodes that the next step needs, and begins it when each of them has passed or failed its preflight. */
    private static void prepare(TrialDraft trial, Steps steps, Draft draft) {
        int next = trial.step() + 1;
        makeNodes(trial, steps, next, draft);
        List<NodeDraft> onTrial = draft.onTrial();
        List<NodeDraft> ready = draft.in(NodeState.CANARY);
        Optional<NodeDraft> waiting = waiting(draft);
        if (onTrial.isEmpty()) {
            Endings.endWithoutNodes(trial, draft);
        } else if (waiting.isPresent()) {
            trial.enter(draft.in(NodeState.PREFLIGHT).isEmpty() ? TrialPhase.PREPARING : TrialPhase.PREFLIGHT);
            draft.say(
                    "Preparing",
                    "%d of %d new nodes are ready; %s is %s%s"
                            .formatted(
                                    ready.size(),
                                    onTrial.size(),
                                    waiting.get().name(),
                                    word(waiting.get()),
                                    because(waiting.get())));
        } else if (failedForGood(trial, draft)) {
            Endings.refuse(trial, draft);
        } else if (mayGrow(next, draft)) {
            if (next > steps.count()) {
                Endings.promote(trial, draft);
            } else {
                beginStep(trial, next, steps, draft);
            }
        }
    }

    /** Makes up what a step lacks; nodes that failed on this trial are not replaced within it. */
    private static void makeNodes(TrialDraft trial, Steps steps, int step, Draft draft) {
        if (draft.problem().isPresent()) {
            return;
        }
        int serving = draft.podsIn(NodeState.SERVING).size();
        long tried = draft
                .podsIn(
                        NodeState.PENDING,
                        NodeState.STAGED,
                        NodeState.PREFLIGHT,
                        NodeState.CANARY,
                        NodeState.REJECTED,
                        NodeState.QUARANTINED)
                .stream()
                .filter(node -> node.revision().equals(trial.revision()))
                .filter(node -> !node.is(NodeState.QUARANTINED) || outOfThisStep(node, trial))
                .count();
        int needed = steps.nodesFor(step, serving);
        for (long made = tried; made < needed && draft.hasRoom(); made++) {
            draft.planNode(trial.revision());
        }
    }

    /** A growing pool does not replace what it just took out; a new revision may at its next step. */
    private static boolean outOfThisStep(NodeDraft node, TrialDraft trial) {
        Instant from = Begin.isGrowth(trial.purpose()) ? trial.startedTime() : trial.stepStartedTime();
        return trial.step() > 0
                && trial.phase() != TrialPhase.BAKE
                && node.since().isAfter(from);
    }

    /**
     * A new revision has to fill the places of all nodes that it replaces, else the pool would shrink with it (invariant
     * I5). A pool that grows takes what it can get.
     */
    private static boolean failedForGood(TrialDraft trial, Draft draft) {
        return trial.purpose() == Purpose.NEW_REVISION
                && draft.podsIn(NodeState.REJECTED).stream()
                        .anyMatch(node -> node.revision().equals(trial.revision()));
    }

    private static Optional<NodeDraft> waiting(Draft draft) {
        return draft.onTrial().stream()
                .filter(node -> !node.is(NodeState.CANARY))
                .findFirst();
    }

    private static String word(NodeDraft node) {
        return node.state().name().toLowerCase(Locale.ROOT);
    }

    private static String because(NodeDraft node) {
        return node.reason().isEmpty() ? "" : ": " + node.reason();
    }

    /** Whether people and calendars let the weight grow to that step. */
    static boolean mayGrow(int step, Draft draft) {
        Optional<Hold> hold = Hold.of(step, draft);
        hold.ifPresent(why -> draft.say("Paused", why.message()));
        return hold.isEmpty();
    }

    private static void beginStep(TrialDraft trial, int number, Steps steps, Draft draft) {
        int percent = steps.step(number).weightPercent();
        trial.beginStep(number, percent, draft.now(), deadline(draft));
        Map<String, Long> messages = new HashMap<>();
        for (NodeDraft node : draft.in(NodeState.CANARY, NodeState.SERVING)) {
            node.report().map(NodeReport::ledger).ifPresent(ledger -> messages.put(node.name(), ledger.messages()));
        }
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        Map<String, GateMemory> nodes = new HashMap<>();
        for (NodeDraft node : draft.in(NodeState.CANARY)) {
            nodes.put(
                    node.name(),
                    memory.nodes().containsKey(node.name())
                            ? Gate.nextStep(memory.nodes().get(node.name()), draft.now())
                            : Gate.begin(draft.now()));
        }
        draft.remember(new GateMemories.Trial(Gate.nextStep(memory.arm(), draft.now()), nodes, messages));
        Judge.startCounting(trial, steps, draft);
        String what = "step %d of %d: %d %% of the mail goes to %d new nodes"
                .formatted(
                        number,
                        steps.count(),
                        percent,
                        draft.in(NodeState.CANARY).size());
        draft.record().ifPresent(record -> record.decided(draft.now(), what, "every new node passed its preflight"));
        draft.say("Collecting", what);
        draft.tell(EventReason.STEP_ADVANCED, what);
    }

    static Instant deadline(Draft draft) {
        return draft.now().plusSeconds(draft.policy().progressDeadlineSeconds());
    }

    private static void bake(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        Instant end = trial.stepStartedTime().plusSeconds(policy.bakeSeconds());
        if (draft.now().isBefore(end)) {
            draft.say("Baking", "all steps passed; the new nodes are watched until %s".formatted(seconds(end)));
        } else {
            trial.enter(TrialPhase.PREPARING);
            prepare(trial, steps, draft);
        }
    }

    private static Instant seconds(Instant time) {
        return Instant.ofEpochSecond(time.getEpochSecond());
    }

    private static boolean superseded(TrialDraft trial, Draft draft) {
        if (draft.wantedNodes() == 0) {
            return true;
        }
        if (Begin.isGrowth(trial.purpose())) {
            boolean enoughPods = draft.podsIn(NodeState.SERVING).size() >= pods(trial, draft)
                    && draft.onTrial().stream().noneMatch(NodeDraft::isMachine)
                    && !refusedMachine(trial, draft);
            boolean enough = enoughPods || draft.serving().size() >= draft.wantedNodes();
            return enough || Begin.comesBefore(trial, draft);
        }
        return !draft.snapshot().desiredRevision().equals(trial.revision());
    }

    /**
     * A pool that has no node in service gets one by a trial of its own alone, and two pools of a path are never on trial
     * together (invariant I6): who waited for it on trial would keep it from coming back.
     */
    private static Optional<String> neededElsewhere(Draft draft) {
        return draft.snapshot().hops().stream()
                .filter(HopFacts::ownTier)
                .flatMap(hop -> hop.waitsFor().stream())
                .findFirst()
                .or(() -> Hold.starving(draft).map("%s has no node in service"::formatted));
    }

    /** A machine that failed its preflight in this trial: that is its end, not a change of the declaration. */
    private static boolean refusedMachine(TrialDraft trial, Draft draft) {
        return draft.in(NodeState.REJECTED).stream()
                .anyMatch(node -> node.isMachine() && !node.since().isBefore(trial.startedTime()));
    }

    private static Optional<String> crashed(Draft draft) {
        return draft.in(NodeState.CANARY).stream()
                .flatMap(node -> node.freshReport(draft.now(), draft.staleAfter()).stream())
                .filter(report -> report.mta().phase() == MtaPhase.FAILED)
                .map(report -> "the mail transfer agent of %s stopped: %s"
                        .formatted(report.node(), report.mta().reason()))
                .findFirst();
    }

    /**
     * A node judges itself while nobody else can, and gives no more evidence from then on. It is right where others deliver
     * what it could not.
     */
    private static Optional<String> tookItselfOut(Draft draft) {
        return draft.in(NodeState.CANARY).stream()
                .filter(node -> Contrast.othersDeliver(List.of(node), draft.serving(), draft))
                .flatMap(node -> node.freshReport(draft.now(), draft.staleAfter()).stream())
                .flatMap(report ->
                        report
                                .tookItselfOut()
                                .map(why -> "%s took itself out: %s".formatted(report.node(), why))
                                .stream())
                .findFirst();
    }

    /** Keeps the record of a trial that goes on. */
    static void keepRecord(Draft draft) {
        if (draft.trial().isPresent()) {
            draft.record().filter(record -> record.isOf(draft.trial().get())).ifPresent(record -> {
                if (draft.sharesMeasured()) {
                    record.affected(Endings.ofTrial(draft.trial().get(), draft));
                }
                draft.want(record.effect());
            });
        }
    }
}
