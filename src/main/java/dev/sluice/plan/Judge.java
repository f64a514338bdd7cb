package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TrialPhase;
import dev.sluice.gate.Batch;
import dev.sluice.gate.Evidence;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Gate;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import dev.sluice.policy.PolicyFigures;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts the evidence of a trial before the gate and does what it says. The chance of a wrong rollback is shared: half for
 * all nodes of the trial together, half among the nodes one by one, so that the sum holds.
 */
final class Judge {
    /** At this share of the mail nobody else gets any. */
    static final int EVERYTHING = 100;

    private Judge() {}

    /**
     * Whom the nodes on trial are compared with. When they get all the mail the others get none, and nothing that those
     * did earlier counts: then the absolute limit judges, as in a first install.
     */
    private static List<NodeDraft> baseline(TrialDraft trial, Draft draft) {
        return trial.weightPercent() < EVERYTHING ? draft.serving() : List.of();
    }

    /** Whether the gate condemned the trial; bad nodes among good ones are taken out alone. */
    static boolean condemns(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        List<NodeDraft> canaries = draft.in(NodeState.CANARY);
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        Batch.Result result = judged(trial, steps, policy, draft);
        draft.remember(trial(result.memory(), memory));
        draft.judged(result.arm());

        if (result.finding() instanceof Batch.Finding.BadNodes some) {
            List<NodeDraft> bad = canaries.stream()
                    .filter(node -> some.nodes().contains(node.name()))
                    .filter(node -> standOut(List.of(node), baseline(trial, draft), draft))
                    .toList();
            bad.forEach(node -> eject(node, why(node, bad, result), explanation(node, result), draft));
            if (!bad.isEmpty()) {
                draft.remember(trial(
                        new Batch.Memory(
                                Gate.begin(draft.now()), result.memory().nodes()),
                        memory));
                startCounting(trial, steps, draft);
            }
            return false;
        }
        if (result.finding() instanceof Batch.Finding.BadRevision
                && standOut(canaries, baseline(trial, draft), draft)) {
            Judgement deciding = condemned(result.arm())
                    ? result.arm()
                    : result.nodes().get(result.nodes().firstKey());
            Endings.rollBack(
                    trial,
                    RolloutResult.ROLLED_BACK,
                    ConditionReason.CANARY_WORSE_THAN_BASELINE,
                    deciding.explanation().sentence(),
                    Optional.of(deciding.explanation()),
                    draft);
            return true;
        }
        return false;
    }

    private static Batch.Result judged(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        return Batch.judge(
                new Batch.Memory(memory.arm(), memory.nodes()),
                PolicyFigures.of(
                        policy,
                        steps.step(trial.step()),
                        PolicyFigures.alpha(policy),
                        steps.beta(trial.step(), policy)),
                evidence(trial, draft.in(NodeState.CANARY), draft));
    }

    private static GateMemories.Trial trial(Batch.Memory memory, GateMemories.Trial before) {
        return new GateMemories.Trial(memory.arm(), memory.nodes(), before.messagesAtStepStart());
    }

    private static boolean condemned(Judgement judgement) {
        return judgement.verdict() instanceof Verdict.RollBack;
    }

    private static Explanation explanation(NodeDraft node, Batch.Result result) {
        return result.nodes().get(node.name()).explanation();
    }

    /** A node may be condemned with the others and stand out among them before it is condemned alone. */
    private static String why(NodeDraft node, List<NodeDraft> bad, Batch.Result result) {
        return condemned(result.nodes().get(node.name()))
                ? explanation(node, result).sentence()
                : result.arm().explanation().sentence() + restingOn(bad);
    }

    /** Without a baseline there is nobody to stand out from: then the absolute limit has judged. */
    private static boolean standOut(List<NodeDraft> canaries, List<NodeDraft> baseline, Draft draft) {
        return baseline.isEmpty() || Contrast.othersDeliver(canaries, baseline, draft);
    }

    private static String restingOn(List<NodeDraft> suspects) {
        return "; the suspicion rests on "
                + suspects.stream().map(NodeDraft::name).collect(Collectors.joining(", "))
                + ", which fail more than the others";
    }

    /**
     * Takes up the counters as they are, so that the mail of a step is counted from its first message on. With nobody to
     * look at it begins empty.
     */
    static void startCounting(TrialDraft trial, Steps steps, Draft draft) {
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        draft.remember(trial(judged(trial, steps, draft.policy(), draft).memory(), memory));
    }

    private static void eject(NodeDraft node, String why, Explanation explanation, Draft draft) {
        node.become(NodeState.QUARANTINED, draft.now(), why);
        draft.ejectionDone();
        draft.record().ifPresent(record -> record.decided(draft.now(), "ejected " + node.name(), why));
        draft.tell(
                EventReason.NODE_EJECTED,
                "%s was taken out of the trial: %s".formatted(node.name(), why),
                node,
                Optional.of(explanation));
    }

    /** Goes to the next step, or to the end, if the gate has just said so. */
    static void maybePromotes(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        Judgement arm = draft.judgement().orElseThrow();
        if (draft.in(NodeState.CANARY).isEmpty()) {
            if (draft.onTrial().isEmpty()) {
                Endings.endWithoutNodes(trial, draft);
            } else {
                draft.say("NoEvidence", "no node of the trial carries mail at the moment; others are being made ready");
            }
            return;
        }
        boolean evidenced = arm.verdict() instanceof Verdict.Promote
                && !draft.ejected()
                && draft.asideHops().isEmpty();
        if (!evidenced && !draft.promotionRequested() && !draft.asideHops().isEmpty()) {
            draft.say(
                    "Collecting",
                    "no step is taken while a next hop is down for every node or has just come back: "
                            + String.join(", ", new TreeSet<>(draft.asideHops())));
            return;
        }
        if (!evidenced && !draft.promotionRequested()) {
            draft.say(word(arm.verdict()), arm.explanation().sentence());
            return;
        }
        int next = trial.step() + 1;
        if (evidenced && !Trials.mayGrow(next, draft)) {
            return;
        }
        String why = evidenced
                ? arm.explanation().sentence()
                : "a person promoted it; " + arm.explanation().sentence();
        draft.record().ifPresent(record -> {
            record.stepEnded(
                    trial, evidenced ? "Promote" : "ForcedPromote", Optional.of(arm.explanation()), draft.now());
            record.decided(draft.now(), "step %d passed".formatted(trial.step()), why);
        });
        draft.tell(EventReason.ANALYSIS_PASSED, why, Optional.of(arm.explanation()));
        draft.say("Passed", why);
        boolean bakes = steps.isLast(trial.step()) && policy.bakeSeconds() > 0;
        if (bakes) {
            trial.beginBake(draft.now(), Trials.deadline(draft).plusSeconds(policy.bakeSeconds()));
        } else {
            trial.enter(TrialPhase.PREPARING);
        }
    }

    private static String word(Verdict verdict) {
        if (verdict instanceof Verdict.NoEvidence) {
            return "NoEvidence";
        }
        return "Collecting";
    }

    private static Evidence evidence(TrialDraft trial, List<NodeDraft> canaries, Draft draft) {
        return new Evidence(
                draft.now(),
                trial.weightPercent() / 100.0,
                counters(canaries),
                counters(baseline(trial, draft)),
                draft.asideHops());
    }

    /** One entry for each node, heard or not: a baseline that is silent is not one that does not exist. */
    static List<NodeCounters> counters(List<NodeDraft> nodes) {
        return nodes.stream().map(Counters::of).toList();
    }
}
