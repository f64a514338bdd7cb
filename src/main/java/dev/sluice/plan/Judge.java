package dev.sluice.plan;

import dev.sluice.api.ConditionReason;
import dev.sluice.api.NodeState;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.TrialPhase;
import dev.sluice.gate.Evidence;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.GateParameters;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Puts the evidence of a trial before the gate and does what it says. The chance of a wrong rollback is shared: half for
 * all nodes of the trial together, half among the nodes one by one, so that the sum holds.
 */
final class Judge {
    private Judge() {}

    /** Whether the gate condemned the trial; a single bad node among good ones is taken out alone. */
    static boolean condemns(TrialDraft trial, Steps steps, RolloutPolicySpec policy, Draft draft) {
        List<NodeDraft> canaries = draft.in(NodeState.CANARY);
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        double half = 0.5 * Double.parseDouble(policy.gate().alpha());
        Step step = steps.step(Math.min(Math.max(trial.step(), 1), steps.count()));
        double beta = steps.beta(trial.step(), policy.gate());

        Judgement arm =
                Gate.judge(memory.arm(), parameters(policy, step, half, beta), evidence(trial, canaries, draft));
        Map<String, GateMemory> perNode = new HashMap<>();
        Map<NodeDraft, Judgement> judged = new LinkedHashMap<>();
        Map<NodeDraft, String> bad = new LinkedHashMap<>();
        if (canaries.size() > 1) {
            for (NodeDraft node : canaries) {
                Judgement judgement = Gate.judge(
                        memory.nodes().getOrDefault(node.name(), Gate.begin(draft.now())),
                        parameters(policy, step, half / canaries.size(), beta),
                        evidence(trial, List.of(node), draft));
                perNode.put(node.name(), judgement.memory());
                judged.put(node, judgement);
                if (judgement.verdict() instanceof Verdict.RollBack && standOut(List.of(node), draft)) {
                    bad.put(node, judgement.explanation().sentence());
                }
            }
        }
        draft.remember(new GateMemories.Trial(arm.memory(), perNode, memory.messagesAtStepStart()));
        draft.judged(arm);

        boolean armCondemned = arm.verdict() instanceof Verdict.RollBack && standOut(canaries, draft);
        if (armCondemned && bad.isEmpty()) {
            List<NodeDraft> suspects = standingOut(judged);
            suspects.forEach(node -> bad.put(node, arm.explanation().sentence() + restingOn(suspects)));
        }
        boolean allBad = !bad.isEmpty() && bad.size() == canaries.size();
        if (!bad.isEmpty() && !allBad) {
            bad.forEach((node, why) -> eject(node, why, judged.get(node).explanation(), draft));
            draft.remember(new GateMemories.Trial(Gate.begin(draft.now()), perNode, memory.messagesAtStepStart()));
            startCounting(trial, steps, draft);
            return false;
        }
        if (armCondemned || allBad) {
            Judgement deciding =
                    armCondemned ? arm : judged.get(bad.keySet().iterator().next());
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

    /** Without a baseline there is nobody to stand out from: then the absolute limit has judged. */
    private static boolean standOut(List<NodeDraft> canaries, Draft draft) {
        return draft.serving().isEmpty() || Contrast.othersDeliver(canaries, draft.serving(), draft);
    }

    /**
     * When all nodes together are condemned although none alone is yet: those on which the suspicion rests, if there are
     * others that nothing is held against.
     */
    private static List<NodeDraft> standingOut(Map<NodeDraft, Judgement> judged) {
        List<NodeDraft> suspects = new ArrayList<>();
        judged.forEach((node, judgement) -> {
            Explanation.RollbackFinding finding = judgement.explanation().deciding();
            if (finding.logMass() > finding.logLimit() / 2) {
                suspects.add(node);
            }
        });
        boolean othersClean = judged.entrySet().stream()
                .filter(each -> !suspects.contains(each.getKey()))
                .allMatch(each -> each.getValue().explanation().deciding().logMass() <= 0);
        return othersClean ? suspects : List.of();
    }

    private static String restingOn(List<NodeDraft> suspects) {
        return "; the suspicion rests on "
                + suspects.stream().map(NodeDraft::name).collect(Collectors.joining(", "))
                + ", nothing is held against the others";
    }

    /**
     * Takes up the counters as they are, so that the mail of a step is counted from its first message on. With nobody to
     * look at it begins empty.
     */
    static void startCounting(TrialDraft trial, Steps steps, Draft draft) {
        GateMemories.Trial memory = draft.trialMemory().orElseThrow();
        RolloutPolicySpec policy = draft.policy();
        List<NodeDraft> canaries = draft.in(NodeState.CANARY);
        double half = 0.5 * Double.parseDouble(policy.gate().alpha());
        Step step = steps.step(trial.step());
        double beta = steps.beta(trial.step(), policy.gate());
        Map<String, GateMemory> nodes = new HashMap<>(memory.nodes());
        for (NodeDraft node : canaries) {
            nodes.computeIfPresent(
                    node.name(),
                    (name, before) -> Gate.judge(
                                    before,
                                    parameters(policy, step, half / canaries.size(), beta),
                                    evidence(trial, List.of(node), draft))
                            .memory());
        }
        GateMemory arm = Gate.judge(
                        memory.arm(), parameters(policy, step, half, beta), evidence(trial, canaries, draft))
                .memory();
        draft.remember(new GateMemories.Trial(arm, nodes, memory.messagesAtStepStart()));
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
                counters(draft.serving()),
                draft.asideHops());
    }

    /** One entry for each node, heard or not: a baseline that is silent is not one that does not exist. */
    static List<NodeCounters> counters(List<NodeDraft> nodes) {
        return nodes.stream().map(Counters::of).toList();
    }

    static GateParameters parameters(RolloutPolicySpec policy, Step step, double alpha, double beta) {
        GateSettings gate = policy.gate();
        return new GateParameters(
                alpha,
                beta,
                Double.parseDouble(step.delta()),
                Double.parseDouble(gate.tolerance()),
                step.leastMessages(),
                step.leastSeconds(),
                gate.horizonSeconds(),
                gate.objectiveSeconds(),
                gate.staleSeconds(),
                Double.parseDouble(gate.absoluteFailureLimit()));
    }
}
