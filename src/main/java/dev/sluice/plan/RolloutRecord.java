package dev.sluice.plan;

import dev.sluice.api.PoolRolloutSpec;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolRolloutStatus.AffectedSummary;
import dev.sluice.api.PoolRolloutStatus.DecisionRecord;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.RolloutResult;
import dev.sluice.gate.Explanation;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.Ledger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The record of one attempt while a plan is being made. What is written twice stands there once. */
final class RolloutRecord {
    private final PoolRolloutSpec spec;
    private final String name;
    private final PoolRolloutStatus before;
    private final List<StepRecord> steps;
    private final List<DecisionRecord> decisions;
    private RolloutResult result;
    private Instant finishedTime;
    private String reason;
    private AffectedSummary affected;

    private RolloutRecord(String name, PoolRolloutSpec spec, PoolRolloutStatus before) {
        this.name = name;
        this.spec = spec;
        this.before = before;
        steps = new ArrayList<>(before.steps());
        decisions = new ArrayList<>(before.decisions());
        result = before.result();
        finishedTime = before.finishedTime();
        reason = before.reason();
        affected = before.affected();
    }

    static RolloutRecord of(PoolSnapshot snapshot, TrialDraft trial) {
        PoolRolloutStatus before = snapshot.rollout().orElseGet(() -> empty(trial));
        List<String> nodes = snapshot.status().nodes().stream()
                .filter(node -> trial.revision().equals(node.revision()))
                .map(node -> node.name())
                .toList();
        PoolRolloutSpec spec = new PoolRolloutSpec(
                snapshot.pool(),
                trial.purpose(),
                trial.revision(),
                snapshot.status().revisions().stable(),
                nodes,
                Begin.because(snapshot, trial.purpose()));
        return new RolloutRecord(trial.rolloutName(), spec, before);
    }

    private static PoolRolloutStatus empty(TrialDraft trial) {
        return new PoolRolloutStatus(
                null,
                RolloutResult.RUNNING,
                trial.startedTime(),
                null,
                List.of(),
                List.of(),
                null,
                null,
                null,
                null,
                List.of());
    }

    void decided(Instant now, String what, String why) {
        boolean known = decisions.stream()
                .anyMatch(decision -> decision.what().equals(what) && Objects.equals(decision.why(), why));
        if (!known && decisions.size() < PoolRolloutStatus.MOST_DECISIONS) {
            decisions.add(new DecisionRecord(now, what, why));
        }
    }

    void stepEnded(TrialDraft trial, String verdict, Optional<Explanation> explanation, Instant now) {
        if (trial.step() == 0 || steps.stream().anyMatch(step -> step.step() == trial.step())) {
            return;
        }
        steps.add(new StepRecord(
                trial.step(),
                trial.weightPercent(),
                trial.measuredSharePercent().orElse(null),
                trial.stepStartedTime(),
                now,
                verdict,
                explanation.map(Explanation::sentence).orElse(""),
                explanation.map(why -> why.general().total().canaryFinished()).orElse(0L),
                explanation.map(why -> why.general().total().canaryFailed()).orElse(0L),
                explanation.map(why -> why.general().total().baselineFinished()).orElse(0L),
                explanation.map(why -> why.general().total().baselineFailed()).orElse(0L)));
    }

    void ended(RolloutResult how, String why) {
        if (result == RolloutResult.RUNNING) {
            result = how;
            reason = why;
        }
    }

    void finished(Instant now) {
        if (finishedTime == null) {
            finishedTime = now;
        }
    }

    /** What became of the mail that the nodes on trial took. */
    void affected(List<NodeDraft> onTrial) {
        List<Ledger> ledgers = onTrial.stream()
                .flatMap(node -> node.report().stream())
                .map(NodeReport::ledger)
                .toList();
        long accepted = ledgers.stream().mapToLong(Ledger::accepted).sum();
        if (ledgers.isEmpty() || (affected != null && accepted < affected.accepted())) {
            return;
        }
        affected = new AffectedSummary(
                accepted,
                ledgers.stream().mapToLong(Ledger::delivered).sum(),
                0,
                ledgers.stream()
                        .mapToLong(ledger -> ledger.bounced() + ledger.expired())
                        .sum(),
                ledgers.stream().mapToLong(Ledger::handedOver).sum(),
                ledgers.stream().mapToLong(Ledger::queued).sum());
    }

    Effect.WriteRollout effect() {
        return new Effect.WriteRollout(
                name,
                spec,
                new PoolRolloutStatus(
                        before.observedGeneration(),
                        result,
                        before.startedTime(),
                        finishedTime,
                        steps,
                        decisions,
                        before.gateMemory(),
                        before.gateMemoryTime(),
                        affected,
                        reason,
                        before.conditions()));
    }
}
