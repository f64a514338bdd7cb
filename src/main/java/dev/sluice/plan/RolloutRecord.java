package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRolloutSpec;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolRolloutStatus.AffectedSummary;
import dev.sluice.api.PoolRolloutStatus.DecisionRecord;
import dev.sluice.api.PoolRolloutStatus.MailCount;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.RolloutResult;
import dev.sluice.gate.Explanation;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.StratumCounters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** The record of one attempt while a plan is being made. What is written twice stands there once. */
final class RolloutRecord {
    private static final int LONGEST_WHAT = 128;

    private final PoolSnapshot snapshot;
    private final TrialDraft trial;
    private final String name;
    private final PoolRolloutStatus before;
    private final List<StepRecord> steps;
    private final List<DecisionRecord> decisions;
    private RolloutResult result;
    private Instant finishedTime;
    private String reason;
    private AffectedSummary affected;
    private final Draft draft;

    private RolloutRecord(Draft draft, TrialDraft trial, PoolRolloutStatus before) {
        this.draft = draft;
        this.snapshot = draft.snapshot();
        this.trial = trial;
        this.name = trial.rolloutName();
        this.before = before;
        steps = new ArrayList<>(before.steps());
        decisions = new ArrayList<>(before.decisions());
        result = before.result();
        finishedTime = before.finishedTime();
        reason = before.reason();
        affected = before.affected();
    }

    static RolloutRecord of(Draft draft, TrialDraft trial) {
        PoolRolloutStatus before = draft.snapshot().rollout().orElseGet(() -> empty(trial));
        return new RolloutRecord(draft, trial, before);
    }

    /** Whether it is that trial's. */
    boolean isOf(TrialDraft other) {
        return name.equals(other.rolloutName());
    }

    private PoolRolloutSpec spec(List<NodeDraft> onTrial) {
        return new PoolRolloutSpec(
                snapshot.pool(),
                trial.purpose(),
                trial.revision(),
                snapshot.status().revisions().stable(),
                onTrial.stream().map(NodeDraft::name).toList(),
                Begin.because(snapshot, trial.purpose()));
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
        String shortWhat = shorten(what, LONGEST_WHAT);
        String shortWhy = StatusOfPool.shorten(why);
        boolean known = decisions.stream()
                .anyMatch(decision -> decision.what().equals(shortWhat) && Objects.equals(decision.why(), shortWhy));
        if (known) {
            return;
        }
        decidedAnew(shortWhat);
        while (decisions.size() >= PoolRolloutStatus.MOST_DECISIONS) {
            decisions.remove(0);
        }
        decisions.add(new DecisionRecord(now, shortWhat, shortWhy, mail()));
    }

    /** The record is written before the status: after a crash in between the same is decided once more, by later figures. */
    private void decidedAnew(String what) {
        int last = decisions.size() - 1;
        if (last >= 0 && decisions.get(last).what().equals(what)) {
            decisions.remove(last);
        }
    }

    private static String shorten(String text, int longest) {
        return text.length() <= longest ? text : text.substring(0, longest);
    }

    /** The record is written before the status: after a crash in between the step may end once more, then differently. */
    void stepEnded(TrialDraft ended, String verdict, Optional<Explanation> explanation, Instant now) {
        if (ended.step() == 0) {
            return;
        }
        steps.removeIf(step -> step.step() == ended.step());
        steps.add(new StepRecord(
                ended.step(),
                ended.weightPercent(),
                ended.measuredSharePercent().orElse(null),
                ended.stepStartedTime(),
                now,
                verdict,
                StatusOfPool.shorten(explanation.map(Explanation::sentence).orElse("")),
                explanation.map(why -> why.general().total().canaryFinished()).orElse(0L),
                explanation.map(why -> why.general().total().canaryFailed()).orElse(0L),
                explanation.map(why -> why.general().total().baselineFinished()).orElse(0L),
                explanation.map(why -> why.general().total().baselineFailed()).orElse(0L),
                MeasuredShares.messagesInStep(draft.in(NodeState.CANARY), draft),
                MeasuredShares.messagesInStep(draft.serving(), draft)));
    }

    private MailCount mail() {
        List<NodeReport> reports = Endings.ofTrial(trial, draft).stream()
                .flatMap(node -> node.report().stream())
                .toList();
        List<StratumCounters> strata =
                reports.stream().flatMap(report -> report.strata().stream()).toList();
        return reports.isEmpty()
                ? null
                : new MailCount(
                        reports.stream()
                                .mapToLong(report -> report.ledger().messages())
                                .sum(),
                        strata.stream().mapToLong(StratumCounters::finished).sum(),
                        strata.stream().mapToLong(StratumCounters::failed).sum(),
                        reports.stream()
                                .mapToLong(report -> report.ledger().deliveredLate())
                                .sum());
    }

    /** What the status says counts; an ending that was written and never came true is overwritten. */
    void ended(RolloutResult how, String why) {
        result = how;
        reason = why;
        finishedTime = null;
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
                ledgers.stream()
                        .mapToLong(ledger -> ledger.delivered() - ledger.deliveredLate())
                        .sum(),
                ledgers.stream().mapToLong(Ledger::deliveredLate).sum(),
                ledgers.stream()
                        .mapToLong(ledger -> ledger.bounced() + ledger.expired())
                        .sum(),
                ledgers.stream().mapToLong(Ledger::handedOver).sum(),
                ledgers.stream().mapToLong(Ledger::queued).sum());
    }

    Effect.WriteRollout effect() {
        return new Effect.WriteRollout(
                name,
                spec(draft.onTrial()),
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
