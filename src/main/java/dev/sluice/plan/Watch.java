package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Ejection;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.gate.Evidence;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import java.util.ArrayList;
import java.util.List;

/**
 * Watches the nodes that serve: each against the others, with the gate's long memory. One that turns bad is taken out,
 * within the budget and never below what the pool needs (invariant I5). When all are bad nobody stands out and nobody is
 * taken out: then it is the next hop.
 */
final class Watch {
    private Watch() {}

    static void servingNodes(Draft draft) {
        draft.watch()
                .keySet()
                .removeIf(name -> draft.node(name)
                        .filter(node -> node.is(NodeState.SERVING))
                        .isEmpty());
        if (draft.policy().isPresent() && !draft.snapshot().deleting()) {
            watch(draft.policy().get(), draft);
        }
    }

    private static void watch(RolloutPolicySpec policy, Draft draft) {
        List<NodeDraft> serving = draft.serving();
        if (serving.size() < 2) {
            return;
        }
        Step step = policy.steps().get(policy.steps().size() - 1);
        double alpha = Double.parseDouble(policy.gate().alpha()) / serving.size();
        double all = serving.stream().mapToInt(NodeDraft::weight).sum()
                + draft.in(NodeState.CANARY).stream()
                        .mapToInt(NodeDraft::weight)
                        .sum();
        for (NodeDraft node : serving) {
            List<NodeDraft> others = new ArrayList<>(serving);
            others.remove(node);
            GateMemory memory = draft.watch().getOrDefault(node.name(), Gate.begin(draft.now()));
            Judgement judgement = Gate.judge(
                    memory,
                    Judge.parameters(policy, step, alpha),
                    new Evidence(
                            draft.now(),
                            all == 0 ? 0 : node.weight() / all,
                            Judge.counters(List.of(node), draft),
                            Judge.counters(others, draft)));
            draft.watch().put(node.name(), judgement.memory());
            if (judgement.verdict() instanceof Verdict.RollBack && node.is(NodeState.SERVING)) {
                eject(node, judgement.explanation().sentence(), policy.ejection(), draft);
            }
        }
    }

    private static void eject(NodeDraft node, String evidence, Ejection budget, Draft draft) {
        int out = draft.in(NodeState.QUARANTINED).size();
        int left = draft.serving().size() - 1;
        int least = Math.max(
                1, Math.max(budget.leastServing(), draft.snapshot().spec().minAvailable()));
        if (out >= budget.maxEjected() || left < least) {
            String why = out >= budget.maxEjected()
                    ? "%d of at most %d nodes are out already".formatted(out, budget.maxEjected())
                    : "%d nodes would be left, at least %d have to serve".formatted(left, least);
            if (!node.reason().startsWith("bad, but kept")) {
                draft.tell(
                        Effect.Severity.WARNING,
                        "EjectionHeld",
                        "EjectNode",
                        "%s is bad but stays: %s; %s".formatted(node.name(), why, evidence),
                        node);
            }
            node.reason("bad, but kept: " + why);
            return;
        }
        node.become(NodeState.QUARANTINED, draft.now(), evidence);
        draft.watch().remove(node.name());
        draft.tell(
                Effect.Severity.WARNING,
                "NodeEjected",
                "EjectNode",
                "%s was taken out: %s".formatted(node.name(), evidence),
                node);
    }
}
