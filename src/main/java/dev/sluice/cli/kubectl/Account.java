package dev.sluice.cli.kubectl;

import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolRolloutStatus.DecisionRecord;
import dev.sluice.api.PoolRolloutStatus.StepRecord;
import dev.sluice.api.PoolStatus.Rejection;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Explanation.StratumComparison;
import dev.sluice.gate.Findings;
import dev.sluice.gate.GateParameters;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Why an attempt is where it is, with the numbers that it rests on.
 *
 * @param pool such as {@code fp/edge-in}
 * @param rollout the record's name
 * @param revision the revision on trial
 * @param result how it ended, or Running
 * @param reason why it ended, in one word, or null
 * @param evidence the deciding evidence, in one line
 * @param steps each step
 * @param decisions every decision
 * @param numbers the counts and tests at the last judgement, or null when the record holds none
 * @param replies the last refusals of next hops, by node
 */
record Account(
        String pool,
        String rollout,
        String revision,
        String result,
        String reason,
        String evidence,
        List<StepRecord> steps,
        List<DecisionRecord> decisions,
        Numbers numbers,
        List<NodeReply> replies) {

    /**
     * What a next hop said to a node.
     *
     * @param node the node
     * @param reply its words, without addresses of people
     */
    record NodeReply(String node, String reply) {}

    static Account of(PoolView view, PoolRollout rollout) {
        var status = rollout.getStatus();
        int step = status.steps().stream().mapToInt(StepRecord::step).max().orElse(1);
        int running = view.trial()
                .filter(trial ->
                        trial.rolloutName().equals(rollout.getMetadata().getName()))
                .map(trial -> trial.step())
                .orElse(step);
        return new Account(
                view.reference(),
                rollout.getMetadata().getName(),
                rollout.getSpec().revision(),
                Text.word(status.result()),
                status.reason(),
                evidence(view, rollout),
                status.steps(),
                status.decisions(),
                Numbers.of(
                                rollout,
                                view.policy().orElse(RolloutPolicySpec.STANDARD),
                                Math.max(1, Math.max(step, running)))
                        .orElse(null),
                rollout.getSpec().nodes().stream()
                        .flatMap(node -> view
                                .nodeStatus(node)
                                .map(MailNodeStatus::lastReply)
                                .map(reply -> new NodeReply(node, reply))
                                .stream())
                        .toList());
    }

    private static String evidence(PoolView view, PoolRollout rollout) {
        return view.status().revisions().rejected().stream()
                .filter(rejection -> rollout.getMetadata().getName().equals(rejection.rolloutName()))
                .map(Rejection::evidence)
                .findFirst()
                .or(() -> last(rollout.getStatus().decisions()).map(DecisionRecord::why))
                .orElse("nothing was decided yet");
    }

    private static Optional<DecisionRecord> last(List<DecisionRecord> decisions) {
        return decisions.isEmpty() ? Optional.empty() : Optional.of(decisions.get(decisions.size() - 1));
    }

    /** The account for people. */
    List<String> text(PoolView view, Instant now) {
        Chapters chapters = new Chapters();
        chapters.add("Answer", evidence);
        if (numbers == null) {
            chapters.add("Rule", "no mail was judged: the record holds no counts");
        } else {
            chapters.add("Rule", rule(numbers.parameters()));
            List<String> seen = new ArrayList<>();
            seen.add("at %s, units by first outcome%s".formatted(Text.of(numbers.time(), now), sawWhat()));
            seen.addAll(numbers.table(seen()).lines());
            chapters.add("Saw", seen);
            chapters.add(
                    "Tests",
                    List.of(
                            "%s: %s".formatted(scope(numbers.general()), test(numbers.general(), "all failures")),
                            "%s: %s"
                                    .formatted(
                                            scope(numbers.path()),
                                            test(numbers.path(), "failures on the way to the next hop")),
                            "going on: evidence %s, needed %s"
                                    .formatted(
                                            Findings.amount(numbers.promotion().logEvidence()),
                                            Findings.amount(numbers.promotion().logLimit()))));
        }
        if (!replies.isEmpty()) {
            chapters.add(
                    "Replies",
                    replies.stream()
                            .map(reply -> reply.node() + ": " + reply.reply())
                            .toList());
        }
        if (!steps.isEmpty()) {
            chapters.add("Steps", stepTable().lines());
        }
        chapters.add(
                "Then",
                decisions.stream()
                        .map(decision ->
                                "%s %s: %s".formatted(Text.of(decision.time(), now), decision.what(), decision.why()))
                        .toList());
        chapters.add("You", advice(view));
        List<String> lines = new ArrayList<>(List.of(question()));
        lines.addAll(chapters.lines());
        return lines;
    }

    /** Numbered, the first line of each beside its name. */
    private static final class Chapters {
        private static final String INDENT = " ".repeat(10);

        private final List<String> lines = new ArrayList<>();
        private int number;

        void add(String name, String text) {
            add(name, List.of(text));
        }

        void add(String name, List<String> texts) {
            number++;
            for (int index = 0; index < texts.size(); index++) {
                lines.add((index == 0 ? "%d %-8s".formatted(number, name) : INDENT) + texts.get(index));
            }
        }

        List<String> lines() {
            return lines;
        }
    }

    private String question() {
        return switch (result) {
            case "Running" -> "Why is %s where it is?   %s".formatted(revision, rollout);
            case "Promoted" -> "Why was %s promoted?   %s".formatted(revision, rollout);
            case "Superseded" -> "Why did the trial of %s end?   %s".formatted(revision, rollout);
            default -> "Why was %s rejected (%s, %s)?   %s".formatted(revision, result, reason, rollout);
        };
    }

    private boolean rejected() {
        return !result.equals("Running") && !result.equals("Promoted") && !result.equals("Superseded");
    }

    private List<StratumComparison> seen() {
        if (!rejected()) {
            return numbers.step();
        }
        return numbers.path().logMass() > numbers.general().logMass()
                ? numbers.path().strata()
                : numbers.recent();
    }

    private String sawWhat() {
        if (!rejected()) {
            return ", of this step, older than the objective of %d s"
                    .formatted(numbers.parameters().objectiveSeconds());
        }
        return numbers.path().logMass() > numbers.general().logMass()
                ? ", failures on the way to the next hop alone"
                : "";
    }

    private static String rule(GateParameters parameters) {
        return "rollback when the evidence reaches its limit, alpha %s for all nodes together; going on when it reaches 1/beta, beta %s, margin %s pp, at least %d finished and %d s; odds up to %s count as not worse"
                .formatted(
                        plain(parameters.alpha()),
                        plain(parameters.beta()),
                        Text.decimal(100 * parameters.delta()),
                        parameters.leastFinished(),
                        parameters.leastSeconds(),
                        plain(parameters.tolerance()));
    }

    private static String plain(double value) {
        return java.math.BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private static String scope(RollbackFinding finding) {
        return finding.scope().equals("*") ? "rollback over all next hops" : "rollback at next hop " + finding.scope();
    }

    private static String test(RollbackFinding finding, String what) {
        return "%s, %d of %d on the canary, %d of %d on the baseline; evidence %s, limit %s"
                .formatted(
                        what,
                        finding.total().canaryFailed(),
                        finding.total().canaryFinished(),
                        finding.total().baselineFailed(),
                        finding.total().baselineFinished(),
                        Findings.amount(finding.logMass()),
                        Findings.amount(finding.logLimit()));
    }

    private Table stepTable() {
        Table table = new Table("STEP", "WEIGHT", "MEASURED", "TOOK", "VERDICT", "CANARY FAILED", "BASELINE FAILED");
        for (StepRecord step : steps) {
            table.row(
                    step.step(),
                    step.weightPercent() + "%",
                    step.measuredSharePercent() == null ? null : step.measuredSharePercent() + "%",
                    step.endedTime() == null ? null : Text.age(step.startedTime(), step.endedTime()),
                    step.verdict(),
                    Text.share(step.canaryFailed(), step.canaryFinished()),
                    Text.share(step.baselineFailed(), step.baselineFinished()));
        }
        return table;
    }

    private String advice(PoolView view) {
        if (rejected()) {
            return "declare a new revision, which gets a trial of its own; or try this one again: kubectl sluice retry %s --reason \"…\"; who was touched: kubectl sluice affected %s"
                    .formatted(pool, pool);
        }
        return String.join(
                " · ",
                Situation.commands(view).stream()
                        .filter(command -> !command.contains(" explain "))
                        .toList());
    }
}
