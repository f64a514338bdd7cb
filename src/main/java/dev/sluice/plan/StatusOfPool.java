package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Revisions;
import dev.sluice.api.PoolStatus.Shares;
import dev.sluice.api.PoolStatus.Summary;
import dev.sluice.api.SluiceNames;
import dev.sluice.node.NodeReport;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * The status that a plan ends in. What changes all the time (measured shares) is taken over now and then only, since
 * every write goes to everybody who watches.
 */
final class StatusOfPool {
    private static final Duration BETWEEN_MEASURED_SHARES = Duration.ofSeconds(15);
    private static final int LONGEST_MESSAGE = 1024;

    private StatusOfPool() {}

    static PoolStatus of(Draft draft) {
        PoolSnapshot snapshot = draft.snapshot();
        Shares shares = shares(draft);
        draft.trial().ifPresent(trial -> {
            if (shares != null && shares.measuredPercent() != null) {
                trial.measuredShare(shares.measuredPercent());
            }
        });
        return new PoolStatus(
                snapshot.generation(),
                draft.serving().size(),
                SluiceNames.POOL_LABEL + "=" + snapshot.pool().name(),
                new Conditions(draft).all(),
                new Revisions(
                        draft.stable().orElse(null),
                        draft.trial().map(TrialDraft::revision).orElse(null),
                        draft.rejected()),
                draft.trial().map(TrialDraft::status).orElse(null),
                Planner.entries(draft),
                snapshot.status().watch(),
                draft.lastNodeNumber(),
                draft.handledRetryNonce(),
                draft.handledActions(),
                shares,
                summary(draft));
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
        Optional<String> measured = draft.now().isBefore(due) ? Optional.empty() : measured(draft);
        return new Shares(
                asked, measured.orElse(null), measured.map(value -> draft.now()).orElse(null));
    }

    /** The share of accepted messages since the step began, as the nodes counted them. */
    private static Optional<String> measured(Draft draft) {
        Map<String, Long> start =
                draft.trialMemory().map(GateMemories.Trial::messagesAtStepStart).orElse(Map.of());
        long canary = 0;
        long all = 0;
        for (NodeDraft node : draft.in(NodeState.CANARY, NodeState.SERVING)) {
            long messages = node.report()
                    .map(NodeReport::ledger)
                    .map(ledger -> ledger.messages() - start.getOrDefault(node.name(), ledger.messages()))
                    .orElse(0L);
            all += Math.max(0, messages);
            canary += node.is(NodeState.CANARY) ? Math.max(0, messages) : 0;
        }
        return all == 0
                ? Optional.empty()
                : Optional.of(BigDecimal.valueOf(100.0 * canary / all)
                        .setScale(1, RoundingMode.HALF_UP)
                        .toPlainString());
    }

    private static Summary summary(Draft draft) {
        Optional<TrialDraft> trial = draft.trial();
        String step = trial.map(running -> draft.policy()
                        .map(policy -> "%d/%d"
                                .formatted(
                                        running.step(),
                                        Math.max(
                                                running.step(),
                                                Trials.steps(running, policy, draft)
                                                        .count())))
                        .orElse(Integer.toString(running.step())))
                .orElse("-");
        return new Summary(
                step,
                trial.map(TrialDraft::weightPercent).orElse(null),
                "%d/%d".formatted(draft.serving().size(), draft.wantedNodes()),
                draft.verdict().isEmpty() ? null : draft.verdict(),
                shorten(new Conditions(draft).sentence()));
    }

    static String shorten(String text) {
        return text.length() <= LONGEST_MESSAGE ? text : text.substring(0, LONGEST_MESSAGE - 1) + "…";
    }
}
