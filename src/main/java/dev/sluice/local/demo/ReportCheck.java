package dev.sluice.local.demo;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Holds a report to what Sluice promises. Only a report of real parts counts, every act must be in it once, and whatever
 * is missing is a figure not reached.
 */
public final class ReportCheck {
    /** The least load, in messages a second. */
    static final double LEAST_LOAD = 50;
    /** The share that the two new nodes got in the incident, and how far the demo may be from it. */
    static final double INCIDENT_SHARE = 0.11;

    static final double INCIDENT_TOLERANCE = 0.02;
    static final double CANARY_SECONDS = 10;
    static final double SERVING_SECONDS = 15;
    static final long MOST_DELAYED = 30;

    private static final Pattern MAIL_NODE = Pattern.compile("MailNode/(\\S+)");
    private static final Pattern NEXT_HOP = Pattern.compile("next hop \\S+");
    /** RFC 5321 section 4.2: a refusal is a code of 4xx or 5xx and a text. */
    private static final Pattern REFUSAL = Pattern.compile("\\b[45]\\d\\d[ -]\\S.*\\S");

    private final List<Figure> figures = new ArrayList<>();

    private ReportCheck() {}

    /** Every figure, reached or not, in the order of the acts. */
    public static List<Figure> of(DemoReport report) {
        ReportCheck check = new ReportCheck();
        check.realParts(report);
        for (ActName name : ActName.values()) {
            List<ActReport> played = report.acts().stream()
                    .filter(act -> act.name().equals(name.word()))
                    .toList();
            check.add(name.word(), "in the report once", played.size() + " times", played.size() == 1);
            if (played.size() == 1) {
                check.everyAct(played.get(0));
                check.ownFigures(name).accept(played.get(0));
            }
        }
        return List.copyOf(check.figures);
    }

    private void realParts(DemoReport report) {
        realPart("API server", "kube-apiserver", report.apiServer());
        realPart("mail nodes", "Postfix", report.nodes());
        realPart("edge", "HAProxy", report.edge());
    }

    private void realPart(String role, String program, String found) {
        add(
                "demo",
                "the " + role + " is " + program + " with its version",
                found,
                found.matches(program + "\\D*\\d+\\.\\d+.*"));
    }

    private void everyAct(ActReport act) {
        add(act.name(), "passed", act.passed() ? "passed" : "not passed: " + act.reason(), act.passed());
        add(
                act.name(),
                "at least 50 messages a second offered",
                "%.1f".formatted(act.messagesPerSecond()),
                act.messagesPerSecond() >= LEAST_LOAD);
        add(
                act.name(),
                "mail was accepted",
                act.accepted() + " of " + act.offered(),
                act.accepted() > 0 && act.accepted() <= act.offered());
        none(act, "unaccounted", act.unaccounted());
    }

    private Consumer<ActReport> ownFigures(ActName name) {
        return switch (name) {
            case AS_IT_HAPPENED -> this::disease;
            case PREFLIGHT -> this::refusedBeforeMail;
            case CANARY -> act -> takenOutInTime(act, CANARY_SECONDS);
            case SERVING ->
                act -> {
                    takenOutInTime(act, SERVING_SECONDS);
                    add(act.name(), "one node ejected", "" + act.nodesEjected(), act.nodesEjected() == 1);
                };
            case NEXT_HOPS_DOWN ->
                act -> {
                    none(act, "nodes ejected", act.nodesEjected());
                    nothingGone(act);
                    add(act.name(), "mail waited for the next hops", "" + act.delayed(), act.delayed() > 0);
                };
            case MANAGED -> this::completed;
        };
    }

    private void disease(ActReport act) {
        add(act.name(), "bounced > 0", "" + act.bounced(), act.bounced() > 0);
        add(
                act.name(),
                "lost share near 11 % (9 % to 13 %)",
                "%.1f %%".formatted(100 * act.lostShare()),
                Math.abs(act.lostShare() - INCIDENT_SHARE) <= INCIDENT_TOLERANCE);
    }

    private void refusedBeforeMail(ActReport act) {
        none(act, "messages accepted by the new nodes", act.acceptedByNewNodes());
        nothingGone(act);
        boolean namesNode = act.events().stream()
                .flatMap(event -> MAIL_NODE.matcher(event.object()).results())
                .anyMatch(node -> Pattern.compile("\\b" + Pattern.quote(node.group(1)) + "\\b")
                        .matcher(act.reason())
                        .find());
        add(act.name(), "the reason names the node", act.reason(), namesNode);
        add(
                act.name(),
                "the reason names the next hop",
                act.reason(),
                NEXT_HOP.matcher(act.reason()).find());
        add(
                act.name(),
                "the reason gives the reply text",
                act.reason(),
                REFUSAL.matcher(act.reason()).find());
    }

    private void takenOutInTime(ActReport act, double most) {
        nothingGone(act);
        none(act, "duplicated", act.duplicated());
        double seconds = act.secondsToWeightZero().orElse(Double.NaN);
        add(
                act.name(),
                "from the first failed delivery to weight 0 at most %.0f s".formatted(most),
                act.secondsToWeightZero().isPresent() ? "%.1f s".formatted(seconds) : "never",
                seconds >= 0 && seconds <= most);
        add(
                act.name(),
                "at most " + MOST_DELAYED + " messages delayed",
                "" + act.delayed(),
                act.delayed() <= MOST_DELAYED);
        add(act.name(), "the queue was handed over", act.handedOver() + " messages", act.handedOver() > 0);
    }

    private void completed(ActReport act) {
        nothingGone(act);
        none(act, "deferred or delayed more than 5 s", act.delayed());
        none(act, "nodes ejected", act.nodesEjected());
        add(
                act.name(),
                "the new nodes took mail",
                act.acceptedByNewNodes() + " messages",
                act.acceptedByNewNodes() > 0);
    }

    private void nothingGone(ActReport act) {
        none(act, "bounced", act.bounced());
        none(act, "lost", act.lost());
        add(
                act.name(),
                "every accepted message delivered",
                act.delivered() + " of " + act.accepted(),
                act.delivered() == act.accepted());
    }

    private void none(ActReport act, String what, long found) {
        add(act.name(), what + " 0", "" + found, found == 0);
    }

    private void add(String act, String wanted, String found, boolean reached) {
        figures.add(new Figure(act, wanted, found, reached));
    }
}
