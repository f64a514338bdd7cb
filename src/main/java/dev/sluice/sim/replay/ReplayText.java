package dev.sluice.sim.replay;

import dev.sluice.sim.replay.ReplayReport.Answer;
import dev.sluice.sim.replay.ReplayReport.Chances;
import dev.sluice.sim.replay.ReplayReport.Decision;
import dev.sluice.sim.replay.ReplayReport.Elsewhere;
import dev.sluice.sim.replay.ReplayReport.Frequency;
import dev.sluice.sim.replay.ReplayReport.NodeLine;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/** Says a report in words first, then in a table. */
public final class ReplayText {
    private final ReplayReport report;
    private final ZoneId zone;
    private final StringBuilder text = new StringBuilder();

    private ReplayText(ReplayReport report) {
        this.report = report;
        this.zone = ZoneId.of(report.timeZone());
    }

    /** The report for people, some lines with a line break at the end of each. */
    public static String of(ReplayReport report) {
        return new ReplayText(report).write();
    }

    private String write() {
        answer();
        report.resampling().ifPresent(this::chances);
        text.append('\n');
        table();
        text.append('\n');
        recording();
        return text.toString();
    }

    private void answer() {
        Decision decision = report.decision();
        switch (report.answer()) {
            case ROLLED_BACK ->
                line(
                        "Yes: the policy would have rolled the canary back at %s, %s after its first mail, after %s (%s) on it.",
                        moment(rollbackTime()),
                        duration(between(rollbackTime())),
                        counted(decision.messages(), "message"),
                        counted(decision.units(), "unit"));
            case NODES_TAKEN_OUT ->
                line(
                        "In part: the policy would have taken %s out at %s, %s after the canary's first mail, after %s (%s) on"
                                + " the canary; its other nodes would have stayed.",
                        report.removals().get(0).node(),
                        moment(decision.time()),
                        duration(decision.seconds()),
                        counted(decision.messages(), "message"),
                        counted(decision.units(), "unit"));
            case PROMOTED ->
                line(
                        "No: the policy would have passed all %d steps by %s and taken nothing out until the end of the"
                                + " recording.",
                        report.steps().size(),
                        moment(report.steps().get(report.steps().size() - 1).time()));
            case HELD ->
                line(
                        "No: the policy would have taken nothing out until the end of the recording, %s after the canary's first"
                                + " mail, and passed %s.",
                        duration(decision.seconds()),
                        report.steps().isEmpty()
                                ? "no step"
                                : counted(report.steps().size(), "step"));
        }
        line("%s: %s", report.removals().isEmpty() ? "The gate's last word" : "Why", decision.why());
        if (report.removals().size() > 1 && report.answer() == Answer.ROLLED_BACK && oneAfterTheOther()) {
            report.removals()
                    .forEach(removal -> line("  %s at %s: %s", removal.node(), moment(removal.time()), removal.why()));
        }
        report.steps()
                .forEach(step -> line(
                        "Step %d (%d %%) passed at %s: %s",
                        step.step(), step.weightPercent(), moment(step.time()), step.why()));
    }

    private Instant rollbackTime() {
        return report.removals().get(report.removals().size() - 1).time();
    }

    private double between(Instant time) {
        return Duration.between(report.begin(), time).toMillis() / 1000.0;
    }

    private boolean oneAfterTheOther() {
        return report.removals().stream()
                        .map(ReplayReport.NodeRemoval::time)
                        .distinct()
                        .count()
                > 1;
    }

    private void chances(Chances chances) {
        line("By mistake: a canary like the others would have been taken out in %s.", frequency(chances.byMistake()));
        line(
                "Again: with the canary's mail redrawn it would have been taken out in %s%s.",
                frequency(chances.again()),
                chances.medianUnits().isPresent()
                        ? ", by the median after %s and %s"
                                .formatted(counted(chances.medianUnits().getAsLong(), "unit"), duration((double)
                                        chances.medianSeconds().orElseThrow()))
                        : "");
    }

    private static String frequency(Frequency frequency) {
        return "%d of %d resamplings (%s; 95 %% interval %s to %s)"
                .formatted(
                        frequency.events(),
                        frequency.resamplings(),
                        percent(frequency.share()),
                        percent(frequency.lower()),
                        percent(frequency.upper()));
    }

    private void table() {
        boolean two = report.withPolicy().isPresent();
        row("THE CANARY'S MAIL", "AS IT WAS", two ? "WITH THE POLICY" : "");
        row("messages accepted", report.asItWas().messages(), Impact::messages);
        row("recipients", report.asItWas().recipients(), Impact::recipients);
        row(
                "not delivered within %d s".formatted(report.objectiveSeconds()),
                report.asItWas().notInTime(),
                Impact::notInTime);
        if (report.asItWas().untold() > 0) {
            row("  fate not recorded", report.asItWas().untold(), Impact::untold);
        } else {
            fates(two);
        }
        report.elsewhere().ifPresent(this::elsewhere);
    }

    private void fates(boolean two) {
        row("  bounced or expired", report.asItWas().lost(), Impact::lost);
        row(
                two ? "  still waiting, or handed over" : "  still waiting",
                report.asItWas().waiting(),
                Impact::waiting);
        row(
                "  the longest",
                duration(report.asItWas().longestSeconds()),
                report.withPolicy()
                        .map(impact -> duration(impact.longestSeconds()))
                        .orElse(""));
    }

    private void elsewhere(Elsewhere elsewhere) {
        row("to the baseline instead", "", String.valueOf(elsewhere.recipients()));
        row(
                "  not in time at its %s".formatted(percent(elsewhere.baselineRate())),
                "",
                "about " + elsewhere.expectedNotInTime());
    }

    private void row(String name, long was, ToLongFunction<Impact> figure) {
        row(
                name,
                String.valueOf(was),
                report.withPolicy()
                        .map(impact -> String.valueOf(figure.applyAsLong(impact)))
                        .orElse(""));
    }

    private void row(String name, String was, String would) {
        text.append(String.format(Locale.ROOT, "%-32s %14s %17s", name, was, would)
                        .stripTrailing())
                .append('\n');
    }

    private void recording() {
        line("Recording: %s, judged from %s to %s.", report.recording(), moment(report.begin()), moment(report.end()));
        line("Canary: %s. Baseline: %s.", nodes(true), nodes(false));
        line(
                "Next hops: %s.",
                report.nextHops().stream()
                        .map(hop -> hop.name() + " " + hop.recipients())
                        .collect(Collectors.joining(", ")));
        ReadingNotes notes = report.reading();
        if (notes.lines() > 0) {
            line(
                    "Read: %d lines, %d of them about no message's fate, %d unreadable.",
                    notes.lines(), notes.silent(), notes.unreadable());
        }
        notes.examples().forEach(example -> line("  unreadable: %s", example));
        if (notes.beginningUnseen() > 0) {
            line("Left out: %d recipients of messages older than the log.", notes.beginningUnseen());
        }
    }

    private String nodes(boolean canary) {
        List<NodeLine> nodes =
                report.nodes().stream().filter(node -> node.canary() == canary).toList();
        double share = nodes.stream().mapToDouble(NodeLine::share).sum();
        long recipients = nodes.stream().mapToLong(NodeLine::recipients).sum();
        return "%s (%s of the mail while the canary had some; %s)"
                .formatted(
                        nodes.stream().map(NodeLine::name).collect(Collectors.joining(", ")),
                        percent(share),
                        counted(recipients, "recipient"));
    }

    private void line(String format, Object... values) {
        text.append(String.format(Locale.ROOT, format, values)).append('\n');
    }

    private String moment(Instant time) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(
                time.truncatedTo(ChronoUnit.SECONDS).atZone(zone));
    }

    private static String counted(long number, String noun) {
        return number + " " + noun + (number == 1 ? "" : "s");
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, share > 0 && share < 0.0995 ? "%.1f %%" : "%.0f %%", share * 100);
    }

    private static String duration(double seconds) {
        if (seconds < 10 && seconds != Math.rint(seconds)) {
            return String.format(Locale.ROOT, "%.1f s", seconds);
        }
        if (seconds < 120) {
            return String.format(Locale.ROOT, "%.0f s", seconds);
        }
        return seconds < 7200
                ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
                : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
    }
}
