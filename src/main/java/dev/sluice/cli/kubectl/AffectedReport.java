package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.sluice.api.MessageOutcome;
import dev.sluice.api.MessageReport;
import dev.sluice.api.MessageReportStatus;
import dev.sluice.api.MessageReportStatus.RecipientRecord;
import dev.sluice.api.PoolRolloutStatus.AffectedSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Which messages met the nodes that were taken out, and what became of each.
 *
 * @param pool such as {@code fp/edge-in}
 * @param revision what the nodes were made of
 * @param rollout the record of the attempt, or null for nodes that served
 * @param summary the counts of the attempt's record, or null
 * @param omittedMessages messages of the nodes that are not listed
 * @param recipients each recipient of each message, those with trouble first
 */
record AffectedReport(
        String pool,
        String revision,
        String rollout,
        AffectedSummary summary,
        long omittedMessages,
        List<Recipient> recipients) {

    /** What of a message is shown. */
    enum Detail {
        /** No identifiers and no addresses. */
        ANONYMOUS,
        /** All that is known. */
        IDENTIFIED
    }

    /**
     * One recipient of one message.
     *
     * @param node the node that was taken out
     * @param queueId the message's identifier there, or null
     * @param arrivedTime when it was accepted
     * @param sender the envelope sender, or null
     * @param recipient the envelope recipient, or null
     * @param nextHop where it was to go
     * @param outcome what became of it
     * @param deferrals attempts that were put off
     * @param outcomeTime when that was
     * @param handedTo the peer that took it, or null
     * @param peerQueueId its identifier there, or null
     * @param lastReply the last refusal, or null
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Recipient(
            String node,
            String queueId,
            Instant arrivedTime,
            String sender,
            String recipient,
            String nextHop,
            String outcome,
            int deferrals,
            Instant outcomeTime,
            String handedTo,
            String peerQueueId,
            String lastReply) {

        private static Recipient of(String node, RecipientRecord record, Detail detail) {
            boolean shown = detail == Detail.IDENTIFIED;
            return new Recipient(
                    node,
                    shown ? record.queueId() : null,
                    record.arrivedTime(),
                    shown ? record.sender() : null,
                    shown ? record.recipient() : null,
                    Text.orDash(record.nextHop()),
                    Text.word(record.outcome()),
                    record.deferrals(),
                    record.outcomeTime(),
                    record.handedTo(),
                    shown ? record.peerQueueId() : null,
                    record.lastReply());
        }

        private List<Object> cells() {
            return java.util.Arrays.asList(
                    node,
                    queueId,
                    arrivedTime,
                    sender,
                    recipient,
                    nextHop,
                    outcome,
                    deferrals,
                    outcomeTime,
                    handedTo,
                    peerQueueId,
                    lastReply);
        }
    }

    static AffectedReport of(
            PoolView view, String revision, Optional<String> rollout, List<MessageReport> reports, Detail detail) {
        List<Recipient> recipients = reports.stream()
                .flatMap(report -> records(report)
                        .map(record -> Recipient.of(report.getSpec().node(), record, detail)))
                .toList();
        return new AffectedReport(
                view.reference(),
                revision,
                rollout.orElse(null),
                rollout.flatMap(view::rollout)
                        .map(record -> record.getStatus().affected())
                        .orElse(null),
                reports.stream()
                        .map(MessageReport::getStatus)
                        .filter(status -> status != null)
                        .mapToLong(MessageReportStatus::omittedMessages)
                        .sum(),
                recipients);
    }

    private static Stream<RecipientRecord> records(MessageReport report) {
        return Optional.ofNullable(report.getStatus()).map(MessageReportStatus::recipients).orElse(List.of()).stream();
    }

    /** For people, without addresses unless they were asked for. */
    List<String> text(Detail detail, Optional<String> withheld, Instant now) {
        List<String> lines = new ArrayList<>();
        lines.add(headline());
        if (summary != null) {
            lines.add(
                    "Counted  %d recipients accepted = %d delivered + %d put off, then delivered + %d bounced + %d handed over + %d queued (by the record)"
                            .formatted(
                                    summary.accepted(),
                                    summary.delivered(),
                                    summary.deferredThenDelivered(),
                                    summary.bounced(),
                                    summary.handedOver(),
                                    summary.queued()));
        }
        withheld.ifPresent(why -> lines.add("Listed   " + why));
        if (!recipients.isEmpty()) {
            lines.add("Listed   %d recipients; %d messages are not listed, because they were too many or too long ago"
                    .formatted(recipients.size(), omittedMessages));
            lines.addAll((detail == Detail.IDENTIFIED ? eachOne(now) : byHop()).lines());
        }
        lines.add("Next: " + next(detail, withheld));
        return lines;
    }

    private String headline() {
        if (recipients.isEmpty()) {
            return summary == null
                    ? "%s: no message of %s is on record".formatted(pool, revision)
                    : "%s: nodes of %s were on trial and met mail".formatted(pool, revision);
        }
        return "%s: %d recipients met the nodes of %s that were taken out; %d of them got their mail, %d did not (%d bounced, %d expired, %d unknown), %d are under way"
                .formatted(
                        pool,
                        recipients.size(),
                        revision,
                        count(MessageOutcome.DELIVERED),
                        count(MessageOutcome.BOUNCED) + count(MessageOutcome.EXPIRED) + count(MessageOutcome.UNKNOWN),
                        count(MessageOutcome.BOUNCED),
                        count(MessageOutcome.EXPIRED),
                        count(MessageOutcome.UNKNOWN),
                        count(MessageOutcome.HANDED_OVER) + count(MessageOutcome.QUEUED));
    }

    private long count(MessageOutcome outcome) {
        return count(recipients, each -> each.outcome().equals(Text.word(outcome)));
    }

    private static long count(List<Recipient> among, Predicate<Recipient> which) {
        return among.stream().filter(which).count();
    }

    private Table byHop() {
        Map<String, List<Recipient>> hops = new TreeMap<>();
        recipients.forEach(each ->
                hops.computeIfAbsent(each.nextHop(), hop -> new ArrayList<>()).add(each));
        Table table = new Table(
                "NEXT HOP",
                "RECIPIENTS",
                "DELIVERED",
                "AFTER DEFERRAL",
                "BOUNCED",
                "EXPIRED",
                "WITH A PEER",
                "QUEUED",
                "UNKNOWN",
                "LAST REPLY");
        hops.forEach((hop, those) -> table.row(
                hop,
                those.size(),
                of(those, MessageOutcome.DELIVERED),
                count(those, each -> each.outcome().equals("Delivered") && each.deferrals() > 0),
                of(those, MessageOutcome.BOUNCED),
                of(those, MessageOutcome.EXPIRED),
                of(those, MessageOutcome.HANDED_OVER),
                of(those, MessageOutcome.QUEUED),
                of(those, MessageOutcome.UNKNOWN),
                those.stream()
                        .filter(each -> each.lastReply() != null)
                        .max(Comparator.comparing(Recipient::outcomeTime))
                        .map(Recipient::lastReply)
                        .orElse(null)));
        return table;
    }

    private static long of(List<Recipient> those, MessageOutcome outcome) {
        return count(those, each -> each.outcome().equals(Text.word(outcome)));
    }

    private Table eachOne(Instant now) {
        Table table = new Table(
                "NODE",
                "QUEUE ID",
                "ARRIVED",
                "SENDER",
                "RECIPIENT",
                "NEXT HOP",
                "OUTCOME",
                "DEFERRALS",
                "AT",
                "HANDED TO");
        for (Recipient each : recipients) {
            table.row(
                    each.node(),
                    each.queueId(),
                    Text.of(each.arrivedTime(), now),
                    each.sender(),
                    each.recipient(),
                    each.nextHop(),
                    each.outcome(),
                    each.deferrals(),
                    Text.of(each.outcomeTime(), now),
                    each.handedTo() == null
                            ? null
                            : each.peerQueueId() == null
                                    ? each.handedTo()
                                    : each.handedTo() + " as " + each.peerQueueId());
        }
        return table;
    }

    private String next(Detail detail, Optional<String> withheld) {
        return detail == Detail.ANONYMOUS && withheld.isEmpty() && !recipients.isEmpty()
                ? "kubectl sluice affected %s --ids -o csv (names people; needs the right to read MessageReports)"
                        .formatted(pool)
                : "kubectl sluice explain %s".formatted(pool);
    }

    /** Comma-separated, after RFC 4180. */
    List<String> csv() {
        List<String> lines = new ArrayList<>();
        lines.add(
                "node,queueId,arrivedTime,sender,recipient,nextHop,outcome,deferrals,outcomeTime,handedTo,peerQueueId,lastReply");
        for (Recipient each : recipients) {
            lines.add(String.join(
                    ",", each.cells().stream().map(AffectedReport::quoted).toList()));
        }
        return lines;
    }

    private static String quoted(Object value) {
        String text = value == null ? "" : value.toString();
        return text.matches("[^,\"\\r\\n]*") ? text : "\"" + text.replace("\"", "\"\"") + "\"";
    }
}
