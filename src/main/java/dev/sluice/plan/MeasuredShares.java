package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.Shares;
import dev.sluice.node.NodeReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The canary's share of the traffic, as the nodes counted it. It changes all the time and every write goes to everybody
 * who watches, so it is taken over now and then only.
 */
final class MeasuredShares {
    private static final Duration BETWEEN_MEASURED_SHARES = Duration.ofSeconds(15);

    private MeasuredShares() {}

    static void takeUp(Draft draft) {
        Shares shares = shares(draft);
        draft.shares(shares);
        draft.trial().ifPresent(trial -> {
            if (shares != null && shares.measuredPercent() != null) {
                trial.measuredShare(shares.measuredPercent());
            }
        });
    }

    private static Shares shares(Draft draft) {
        Optional<TrialDraft> trial = draft.trial().filter(running -> running.step() > 0);
        Shares before = draft.snapshot().status().shares();
        if (trial.isEmpty()) {
            return null;
        }
        int asked = trial.get().weightPercent();
        boolean sameStep = before != null
                && before.askedPercent() == asked
                && before.measuredTime() != null
                && !before.measuredTime().isBefore(trial.get().stepStartedTime());
        if (sameStep && before.measuredTime().plus(BETWEEN_MEASURED_SHARES).isAfter(draft.now())) {
            return before;
        }
        Instant due = trial.get().stepStartedTime().plus(BETWEEN_MEASURED_SHARES);
        return draft.now().isBefore(due)
                ? new Shares(asked, null, null)
                : new Shares(asked, measured(draft).orElse(null), draft.now());
    }

    /** How many messages nodes accepted since the step began. */
    static long messagesInStep(List<NodeDraft> nodes, Draft draft) {
        Map<String, Long> start =
                draft.trialMemory().map(GateMemories.Trial::messagesAtStepStart).orElse(Map.of());
        return nodes.stream()
                .mapToLong(node -> node.report()
                        .map(NodeReport::ledger)
                        .map(ledger -> ledger.messages() - start.getOrDefault(node.name(), ledger.messages()))
                        .orElse(0L))
                .map(messages -> Math.max(0, messages))
                .sum();
    }

    /** The share of accepted messages since the step began, as the nodes counted them. */
    private static Optional<String> measured(Draft draft) {
        long canary = messagesInStep(draft.in(NodeState.CANARY), draft);
        long all = canary + messagesInStep(draft.in(NodeState.SERVING), draft);
        return all == 0
                ? Optional.empty()
                : Optional.of(BigDecimal.valueOf(100.0 * canary / all)
                        .setScale(1, RoundingMode.HALF_UP)
                        .toPlainString());
    }
}
