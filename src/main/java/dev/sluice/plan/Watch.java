package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Ejection;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.gate.Evidence;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Gate;
import dev.sluice.gate.GateMemory;
import dev.sluice.gate.Judgement;
import dev.sluice.gate.Verdict;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.StratumCounters;
import dev.sluice.policy.PolicyFigures;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Watches the nodes that serve: each against the others, with the gate's long memory. One that turns bad is taken out,
 * within the budget and never below what the pool needs (invariant I5). When all are bad nobody stands out and nobody is
 * taken out: then it is the next hop.
 */
final class Watch {
    private static final String KEPT = "bad, but kept: ";
    /** A node that delivers this long after its last failure fails no more. */
    private static final Duration WELL_AGAIN = Duration.ofSeconds(30);

    private Watch() {}

    static void servingNodes(Draft draft) {
        draft.watch()
                .keySet()
                .removeIf(name -> draft.node(name)
                        .filter(node -> node.is(NodeState.SERVING))
                        .isEmpty());
        if (!draft.snapshot().deleting()) {
            watch(draft.policy(), draft);
        }
    }

    private static void watch(RolloutPolicySpec policy, Draft draft) {
        List<NodeDraft> serving = draft.serving();
        if (!serving.isEmpty()) {
            draft.lookWithin(Duration.ofSeconds(1));
        }
        if (serving.size() < 2) {
            return;
        }
        Step step = policy.steps().get(policy.steps().size() - 1);
        double alpha = Double.parseDouble(policy.gate().alpha()) / serving.size();
        double beta = Double.parseDouble(policy.gate().beta());
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
                    PolicyFigures.of(policy, step, alpha, beta),
                    new Evidence(
                            draft.now(),
                            all == 0 ? 0 : node.weight() / all,
                            Judge.counters(List.of(node)),
                            Judge.counters(others),
                            draft.asideHops()));
            draft.watch().put(node.name(), judgement.memory());
            Optional<String> failed = failed(node, draft);
            if (failed.isPresent()) {
                eject(node, failed.get(), Optional.empty(), policy.ejection(), draft);
            } else if (judgement.verdict() instanceof Verdict.RollBack && isHeard(node, draft)) {
                if (hasRecovered(node, draft)) {
                    draft.watch().put(node.name(), Gate.begin(draft.now()));
                } else if (Contrast.othersDeliver(List.of(node), others, draft)) {
                    eject(
                            node,
                            judgement.explanation().sentence(),
                            Optional.of(judgement.explanation()),
                            policy.ejection(),
                            draft);
                }
            } else if (node.reason().startsWith(KEPT)) {
                node.reason("");
            }
        }
    }

    /** What a silent node does now is not known; it may be well again. */
    private static boolean isHeard(NodeDraft node, Draft draft) {
        return node.freshReport(draft.now(), draft.staleAfter()).isPresent();
    }

    private static Optional<String> failed(NodeDraft node, Draft draft) {
        return node.freshReport(draft.now(), draft.staleAfter())
                .filter(report -> report.mta().phase() == MtaPhase.FAILED)
                .map(report ->
                        "its mail transfer agent stopped: " + report.mta().reason());
    }

    /** A node that was kept because it could not be spared may be well again when it can be. */
    private static boolean hasRecovered(NodeDraft node, Draft draft) {
        List<StratumCounters> strata = Contrast.strata(List.of(node), draft);
        return !strata.isEmpty()
                && strata.stream()
                        .allMatch(stratum -> stratum.lastFailureTime()
                                .map(failure -> stratum.lastDeliveredTime()
                                        .filter(failure.plus(WELL_AGAIN)::isBefore)
                                        .isPresent())
                                .orElse(true))
                && strata.stream().anyMatch(stratum -> stratum.lastFailureTime().isPresent());
    }

    /**
     * How many nodes are out and not replaced yet, also those that are empty and gone by now. Nodes of a trial that was
     * rolled back never counted as capacity.
     */
    private static int out(Draft draft) {
        int quarantined = (int) draft.in(NodeState.QUARANTINED).stream()
                .filter(node -> draft.stable().filter(node.revision()::equals).isPresent())
                .count();
        int missing = draft.attained() - draft.podsIn(NodeState.SERVING).size();
        int lacking = Math.max(0, draft.wantedNodes() - draft.serving().size());
        return Math.min(Math.max(quarantined, missing), lacking);
    }

    private static void eject(
            NodeDraft node, String evidence, Optional<Explanation> explanation, Ejection budget, Draft draft) {
        int out = out(draft);
        int left = draft.serving().size() - 1;
        int least = Math.max(
                1, Math.max(budget.leastServing(), draft.snapshot().spec().minAvailable()));
        if (out >= budget.maxEjected() || left < least) {
            String why = out >= budget.maxEjected()
                    ? "%d of at most %d nodes are out already".formatted(out, budget.maxEjected())
                    : "%d nodes would be left, at least %d have to serve".formatted(left, least);
            if (!node.reason().startsWith(KEPT)) {
                draft.tell(
                        EventReason.EJECTION_HELD,
                        "%s is bad but stays: %s; %s".formatted(node.name(), why, evidence),
                        node,
                        explanation);
            }
            node.reason(KEPT + why);
            return;
        }
        node.become(NodeState.QUARANTINED, draft.now(), evidence);
        draft.watch().remove(node.name());
        draft.tell(
                EventReason.NODE_EJECTED, "%s was taken out: %s".formatted(node.name(), evidence), node, explanation);
    }
}
