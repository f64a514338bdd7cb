package dev.sluice.cli.kubectl;

import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.MailNodeStatus.Outcomes;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.api.TrialPhase;
import dev.sluice.gate.Findings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Help.Ansi;

/** One pool on one screen: the answer in words, what comes next, the evidence, the nodes, what to type next. */
final class PoolScreen {
    private PoolScreen() {}

    static List<String> of(PoolView view, Instant now, Ansi colours) {
        Situation situation = Situation.of(view);
        List<String> lines = new ArrayList<>();
        lines.add("%s (%s, namespace %s)   %s %s"
                .formatted(
                        view.name(),
                        kind(view),
                        view.pool().getMetadata().getNamespace(),
                        situation.mark().in(colours),
                        situation.sentence()));
        said(view)
                .filter(text -> !situation.sentence().contains(text))
                .ifPresent(text -> lines.add("Now      " + text));
        Situation.next(view, now).ifPresent(next -> lines.add("Next     " + next));
        lines.add("Mail     " + mail(view, now));
        view.trial().flatMap(trial -> steps(view, trial, now)).ifPresent(steps -> lines.add("Steps    " + steps));
        numbers(view).ifPresent(numbers -> lines.addAll(evidence(numbers, now)));
        lines.add("");
        lines.addAll(nodes(view, now).lines());
        lines.add("More: " + String.join(" · ", Situation.commands(view)));
        return lines;
    }

    private static String kind(PoolView view) {
        return view.pool().kind() == PoolKind.FILTER_POOL ? "FilterPool" : "TransportPool";
    }

    private static Optional<String> said(PoolView view) {
        return Optional.ofNullable(view.status().summary()).map(summary -> summary.message());
    }

    private static String mail(PoolView view, Instant now) {
        Outcomes sum = view.outcomes();
        String when = view.nodes().stream()
                .flatMap(node -> Optional.ofNullable(node.getStatus()).map(MailNodeStatus::reportTime).stream())
                .max(Instant::compareTo)
                .map(time -> "at " + Text.of(time, now))
                .orElse("no report yet");
        return "%s accepted = %d delivered + %d bounced + %d expired + %d handed over + %d queued; unaccounted %d (limit 0), recipients, %s"
                .formatted(
                        sum.accepted(),
                        sum.delivered(),
                        sum.bounced(),
                        sum.expired(),
                        sum.handedOver(),
                        sum.queued(),
                        sum.unaccounted(),
                        when);
    }

    private static Optional<String> steps(PoolView view, TrialStatus trial, Instant now) {
        return view.policy()
                .filter(policy -> trial.purpose() == Purpose.NEW_REVISION)
                .map(policy -> steps(policy, trial) + "   began " + Text.of(trial.startedTime(), now));
    }

    private static String steps(RolloutPolicySpec policy, TrialStatus trial) {
        List<String> words = new ArrayList<>();
        int number = 0;
        for (Step step : policy.steps()) {
            number++;
            boolean present = number == trial.step() && trial.phase() == TrialPhase.CANARY;
            boolean passed = number < trial.step() || (number == trial.step() && !present);
            String weight = step.weightPercent() + "%";
            words.add(present ? "[" + weight + " " + Mark.AT_WORK.sign() + "]" : passed ? weight + " ✔" : weight);
        }
        String bake = "bake " + Text.of(java.time.Duration.ofSeconds(policy.bakeSeconds()));
        words.add(trial.phase() == TrialPhase.BAKE ? "[" + bake + "]" : bake);
        return String.join(" ── ", words);
    }

    /** The numbers of the running trial. */
    static Optional<Numbers> numbers(PoolView view) {
        return view.trial()
                .filter(trial -> trial.step() > 0)
                .flatMap(trial -> view.rollout(trial.rolloutName())
                        .flatMap(rollout ->
                                Numbers.of(rollout, view.policy().orElse(RolloutPolicySpec.STANDARD), trial.step())));
    }

    private static List<String> evidence(Numbers numbers, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("EVIDENCE of this step at %s: first outcomes, units older than the objective of %d s"
                .formatted(Text.of(numbers.time(), now), numbers.parameters().objectiveSeconds()));
        lines.addAll(numbers.table(numbers.step()).lines());
        lines.add("Gate: %s".formatted(tests(numbers)));
        return lines;
    }

    /** Where the gate's tests stand, each number with its limit. */
    static String tests(Numbers numbers) {
        return "for going on evidence %s of %s needed, %d finished of at least %d, %d s of at least %d s; for a rollback evidence %s, limit %s"
                .formatted(
                        Findings.amount(numbers.promotion().logEvidence()),
                        Findings.amount(numbers.promotion().logLimit()),
                        numbers.promotion().finished(),
                        numbers.promotion().leastFinished(),
                        numbers.promotion().seconds(),
                        numbers.promotion().leastSeconds(),
                        Findings.amount(Math.max(
                                numbers.general().logMass(), numbers.path().logMass())),
                        Findings.amount(numbers.general().logLimit()));
    }

    private static Table nodes(PoolView view, Instant now) {
        Table table = new Table("NODE", "STATE", "REVISION", "WEIGHT", "ACCEPTED", "QUEUED", "OLDEST", "SINCE", "INFO");
        for (NodeEntry entry : view.status().nodes()) {
            Optional<MailNodeStatus> status = view.nodeStatus(entry.name());
            table.row(
                    entry.name(),
                    Text.word(entry.state()),
                    entry.revision(),
                    entry.weight(),
                    status.map(MailNodeStatus::counts).map(Outcomes::accepted).orElse(null),
                    status.map(MailNodeStatus::queue)
                            .map(queue -> queue.messages())
                            .orElse(null),
                    status.map(MailNodeStatus::queue)
                            .filter(queue -> queue.messages() > 0)
                            .map(queue -> Text.of(java.time.Duration.ofSeconds(queue.oldestSeconds())))
                            .orElse(null),
                    Text.age(entry.since(), now),
                    info(entry, status));
        }
        return table;
    }

    private static String info(NodeEntry entry, Optional<MailNodeStatus> status) {
        List<String> parts = new ArrayList<>();
        Optional.ofNullable(entry.reason()).filter(text -> !text.isEmpty()).ifPresent(parts::add);
        Optional.ofNullable(entry.handoverTo()).ifPresent(peer -> parts.add("queue goes to " + peer));
        if (parts.isEmpty()) {
            status.map(MailNodeStatus::lastReply)
                    .map(reply -> "last refusal: " + reply)
                    .ifPresent(parts::add);
        }
        return parts.stream().map(PoolScreen::shortened).collect(Collectors.joining("; "));
    }

    private static String shortened(String text) {
        return text.length() <= 100 ? text : text.substring(0, 99) + "…";
    }
}
