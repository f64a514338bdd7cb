package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.MailNodeStatus.Outcomes;
import dev.sluice.api.Purpose;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.operator.DeclaredPool;
import dev.sluice.plan.Preview;
import dev.sluice.plan.Preview.Freeze;
import dev.sluice.plan.Preview.PlannedStep;
import dev.sluice.plan.Rehearsal;
import dev.sluice.plan.Rehearsal.Traffic;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What applying one pool of a file would do.
 *
 * @param pool such as {@code fp/edge-in}
 * @param changes what differs from what is declared now, field by field; empty when nothing does
 * @param isNew whether there is no such pool yet
 * @param preview what the planner would do
 * @param policy the policy in force
 * @param traffic the mail that the pool gets, empty when it is not known
 * @param trafficSource where that is known from
 * @param forecasts for each step, what the gate needs at that traffic; empty where it would not promote in time
 */
record Outlook(
        String pool,
        List<String> changes,
        boolean isNew,
        Preview preview,
        RolloutPolicySpec policy,
        Optional<Traffic> traffic,
        String trafficSource,
        List<Optional<Rehearsal>> forecasts) {

    /**
     * Looks ahead.
     *
     * @param perHour the traffic to reckon with, empty for what the nodes have counted
     */
    static Outlook of(DeclaredPool declared, JsonNode before, JsonNode after, Optional<Double> perHour, Instant now) {
        Preview preview = Preview.of(declared.snapshot(), now);
        RolloutPolicySpec policy = declared.policy().orElse(RolloutPolicySpec.STANDARD);
        Optional<Counted> counted = counted(declared);
        Optional<Traffic> traffic = perHour.map(rate ->
                        new Traffic(rate, counted.map(Counted::failureRate).orElse(0.0)))
                .or(() -> counted.filter(known -> known.perHour() > 0)
                        .map(known -> new Traffic(known.perHour(), known.failureRate())));
        boolean baseline =
                preview.begins().filter(purpose -> purpose != Purpose.INSTALL).isPresent();
        return new Outlook(
                PoolName.of(
                        declared.declared().kind(),
                        declared.declared().getMetadata().getName()),
                Difference.of(before, after),
                declared.live().isEmpty(),
                preview,
                policy,
                traffic,
                perHour.isPresent() ? "as given" : counted.map(Counted::source).orElse(""),
                preview.steps().stream()
                        .map(step -> traffic.flatMap(mail -> Rehearsal.of(step.step(), policy, mail, baseline)))
                        .toList());
    }

    /** What the serving nodes have counted since they were made. */
    private record Counted(double perHour, double failureRate, String source) {}

    private static Optional<Counted> counted(DeclaredPool declared) {
        String name = declared.declared().getMetadata().getName();
        double perHour = 0;
        long accepted = 0;
        long failed = 0;
        int nodes = 0;
        Duration longest = Duration.ZERO;
        for (var node : declared.nodes()) {
            boolean ours = node.getSpec().poolRef().name().equals(name)
                    && node.getSpec().poolRef().kind() == declared.declared().kind();
            if (!ours
                    || node.getStatus() == null
                    || node.getStatus().counts() == null
                    || node.getStatus().reportTime() == null) {
                continue;
            }
            Outcomes counts = node.getStatus().counts();
            Duration age = Duration.between(
                    Instant.parse(node.getMetadata().getCreationTimestamp()),
                    node.getStatus().reportTime());
            if (node.getStatus().weight() > 0 && age.toSeconds() > 0) {
                perHour += counts.accepted() * 3600.0 / age.toSeconds();
                accepted += counts.accepted();
                failed += Math.min(counts.accepted(), counts.deferred() + counts.bounced());
                nodes++;
                longest = age.compareTo(longest) > 0 ? age : longest;
            }
        }
        return nodes == 0
                ? Optional.empty()
                : Optional.of(new Counted(
                        perHour,
                        accepted == 0 ? 0 : (double) failed / accepted,
                        "%d recipients on %d nodes within %s, %d of them failed at first"
                                .formatted(accepted, nodes, Text.of(longest), failed)));
    }

    /** Whether applying it would change anything. */
    boolean changesAnything() {
        return isNew || !changes.isEmpty();
    }

    List<String> text(Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(headline());
        changes.stream().limit(20).forEach(change -> lines.add("Changed   " + change));
        if (changes.size() > 20) {
            lines.add("Changed   and %d more fields".formatted(changes.size() - 20));
        }
        preview.supersedes()
                .ifPresent(revision ->
                        lines.add("Ends      the running trial of %s: its nodes drain, their mail is handed over"
                                .formatted(revision)));
        if (preview.begins().isPresent()) {
            trial(lines);
        }
        preview.obstacle().ifPresent(obstacle -> lines.add((isBlocked() ? "Blocks    " : "Then      ") + obstacle));
        for (Freeze freeze : preview.freezes().stream().limit(5).toList()) {
            lines.add("Blocks    freeze window %s to %s: no step is taken"
                    .formatted(Text.of(freeze.begins(), now), Text.of(freeze.ends(), now)));
        }
        return lines;
    }

    private boolean isBlocked() {
        return preview.begins().isEmpty() && changesAnything();
    }

    private String headline() {
        if (!changesAnything()) {
            return "%s stays as it is: nothing differs".formatted(pool);
        }
        if (preview.begins().isEmpty()) {
            return isNew
                    ? "%s would be made, and no node put on trial now".formatted(pool)
                    : "%s would change, and no node is put on trial now".formatted(pool);
        }
        return switch (preview.begins().get()) {
            case INSTALL -> "%s would be made: its first revision is %s".formatted(pool, preview.revision());
            case NEW_REVISION -> "%s would change: revision %s goes on trial".formatted(pool, preview.revision());
            case SCALE_OUT -> "%s would grow: new nodes of %s go on trial".formatted(pool, preview.revision());
            case REPLACEMENT -> "%s makes up for a lost node of %s".formatted(pool, preview.revision());
        };
    }

    private void trial(List<String> lines) {
        String weights = preview.steps().stream()
                .map(step -> step.step().weightPercent() + "%")
                .collect(Collectors.joining(" → "));
        lines.add(
                weights.isEmpty()
                        ? "Steps     none: nodes serve when each has passed its preflight, then bake %s"
                                .formatted(Text.of(Duration.ofSeconds(policy.bakeSeconds())))
                        : "Steps     preflight → %s → bake %s"
                                .formatted(weights, Text.of(Duration.ofSeconds(policy.bakeSeconds()))));
        if (!preview.steps().isEmpty()) {
            lines.add(
                    "Traffic   "
                            + traffic.map(mail -> "%.0f recipients/h, %.2f%% failing at first: %s"
                                            .formatted(mail.perHour(), 100 * mail.failureRate(), trafficSource))
                                    .orElse(
                                            "not known: no node has counted mail yet; give --traffic RECIPIENTS_PER_HOUR for times"));
            lines.addAll(stepTable().lines());
            lines.add("Time      " + time());
        }
        lines.add("Nodes     %d new at promotion%s"
                .formatted(
                        preview.nodesAtPromotion(),
                        preview.replacedNodes() == 0
                                ? ""
                                : "; then %d of the present ones drain".formatted(preview.replacedNodes())));
    }

    private Table stepTable() {
        Table table = new Table("STEP", "WEIGHT", "NEW NODES", "AT LEAST", "MARGIN", "GATE NEEDS", "ABOUT");
        int number = 0;
        for (PlannedStep step : preview.steps()) {
            Optional<Rehearsal> forecast = forecasts.get(number);
            number++;
            table.row(
                    number,
                    step.step().weightPercent() + "%",
                    step.nodes(),
                    "%d, %s"
                            .formatted(
                                    step.step().leastMessages(),
                                    Text.of(Duration.ofSeconds(step.step().leastSeconds()))),
                    step.step().delta(),
                    forecast.map(Rehearsal::canaryFinished).orElse(null),
                    forecast.map(found -> Text.of(found.time()))
                            .orElse(
                                    traffic.isEmpty()
                                            ? "-"
                                            : "more than "
                                                    + Text.of(Duration.ofSeconds(policy.progressDeadlineSeconds()))));
        }
        return table;
    }

    private String time() {
        if (traffic.isEmpty()) {
            return "not known without traffic; each step has %s before the trial is rolled back"
                    .formatted(Text.of(Duration.ofSeconds(policy.progressDeadlineSeconds())));
        }
        if (forecasts.stream().anyMatch(Optional::isEmpty)) {
            return "a step would not end by evidence within %s, and the trial be rolled back: more weight, a larger delta, or more time (progressDeadlineSeconds)"
                    .formatted(Text.of(Duration.ofSeconds(policy.progressDeadlineSeconds())));
        }
        Duration sum = forecasts.stream()
                .map(forecast -> forecast.orElseThrow().time())
                .reduce(Duration.ofSeconds(policy.bakeSeconds()), Duration::plus);
        return "about %s from the first step to the promotion, if the new nodes are as good as the present ones; start of nodes and drains come on top"
                .formatted(Text.of(sum));
    }
}
