package dev.sluice.operator;

import dev.sluice.api.MailNode;
import dev.sluice.api.MailNodeStatus;
import dev.sluice.api.MailNodeStatus.HopQueue;
import dev.sluice.api.MailNodeStatus.Outcomes;
import dev.sluice.api.MailNodeStatus.ProbeResult;
import dev.sluice.api.MailNodeStatus.QueueStatus;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import dev.sluice.node.NodeReport.StratumCounters;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The status of a MailNode: at once when its state changes, counters once a minute at most. */
final class NodeStatuses {
    private static final Duration BETWEEN_COUNTS = Duration.ofMinutes(1);
    private static final int MOST_PROBES = 64;
    private static final int LONGEST_TEXT = 1024;

    private NodeStatuses() {}

    /** The status to write now, empty when none is worth it. */
    static Optional<MailNodeStatus> worthWriting(
            MailNode node, Optional<NodeEntry> entry, Optional<String> address, NodeContact contact, Instant now) {
        MailNodeStatus before = node.getStatus();
        MailNodeStatus planned = of(node, entry, address, contact, now);
        if (before == null || !decisive(planned).equals(decisive(before))) {
            return Optional.of(planned);
        }
        boolean moved = !withoutTime(planned).equals(withoutTime(before));
        boolean due = before.reportTime() == null
                || before.reportTime().plus(BETWEEN_COUNTS).isBefore(now);
        return moved && due ? Optional.of(planned) : Optional.empty();
    }

    private static MailNodeStatus of(
            MailNode node, Optional<NodeEntry> entry, Optional<String> address, NodeContact contact, Instant now) {
        Optional<NodeReport> report = contact.report();
        boolean machine = node.getSpec().external() != null;
        return new MailNodeStatus(
                node.getMetadata().getGeneration(),
                entry.map(NodeEntry::state).orElse(NodeState.PENDING),
                entry.map(NodeEntry::weight).orElse(0),
                address.orElse(null),
                machine ? null : node.getMetadata().getName(),
                conditions(node, entry, now),
                report.map(NodeStatuses::outcomes).orElse(null),
                report.map(NodeStatuses::queue).orElse(null),
                report.flatMap(NodeStatuses::lastReply)
                        .map(NodeStatuses::shortened)
                        .orElse(null),
                report.flatMap(NodeReport::preflight).map(NodeStatuses::probes).orElse(List.of()),
                null,
                contact.reportTime().orElse(null),
                shortened(message(entry, contact)));
    }

    private static String message(Optional<NodeEntry> entry, NodeContact contact) {
        return entry.map(NodeEntry::reason)
                .filter(reason -> !reason.isEmpty())
                .or(contact::problem)
                .orElse(null);
    }

    private static Outcomes outcomes(NodeReport report) {
        NodeReport.Ledger ledger = report.ledger();
        long deferred = report.strata().stream()
                .mapToLong(stratum -> stratum.recipients().bad())
                .sum();
        return new Outcomes(
                ledger.accepted(),
                ledger.delivered(),
                deferred,
                ledger.bounced(),
                ledger.expired(),
                ledger.handedOver(),
                ledger.queued(),
                ledger.unaccounted(),
                ledger.deliveredLate(),
                ledger.messages(),
                report.strata().stream().mapToLong(StratumCounters::finished).sum(),
                report.strata().stream().mapToLong(StratumCounters::failed).sum());
    }

    private static QueueStatus queue(NodeReport report) {
        return new QueueStatus(
                report.queue().total(),
                report.queue().oldestSeconds(),
                report.queue().hops().stream()
                        .map(hop -> new HopQueue(
                                hop.nextHop(), hop.messages(), hop.lastReply().orElse(null), hop.ages()))
                        .toList());
    }

    private static Optional<String> lastReply(NodeReport report) {
        return report.strata().stream()
                .filter(stratum -> stratum.lastReply().isPresent())
                .max(Comparator.comparing(
                        (StratumCounters stratum) -> stratum.lastFailureTime().orElse(Instant.EPOCH)))
                .flatMap(StratumCounters::lastReply);
    }

    private static List<ProbeResult> probes(PreflightReport preflight) {
        return preflight.probes().stream()
                .sorted(Comparator.comparing(Probe::passed))
                .limit(MOST_PROBES)
                .map(probe -> new ProbeResult(
                        probe.nextHop().isEmpty() ? null : probe.nextHop(),
                        probe.endpoint(),
                        probe.passed(),
                        probe.passed() ? shortened(probe.reply()) : shortened(probe.stage() + ": " + probe.reply())))
                .toList();
    }

    /** {@code Ready}: the node carries its full share. A node that failed or was ejected needs somebody: Stalled. */
    private static List<Condition> conditions(MailNode node, Optional<NodeEntry> entry, Instant now) {
        NodeState state = entry.map(NodeEntry::state).orElse(NodeState.PENDING);
        boolean serves = state == NodeState.SERVING;
        boolean stalled = state == NodeState.REJECTED;
        String message = shortened(entry.map(NodeEntry::reason).orElse(""));
        String word = state.name().charAt(0) + state.name().substring(1).toLowerCase(java.util.Locale.ROOT);
        Condition ready = condition(node, "Ready", serves ? "True" : "False", word, message, now);
        if (serves) {
            return List.of(ready);
        }
        return List.of(ready, condition(node, stalled ? "Stalled" : "Reconciling", "True", word, message, now));
    }

    private static Condition condition(
            MailNode node, String type, String value, String reason, String message, Instant now) {
        String since = Optional.ofNullable(node.getStatus()).map(MailNodeStatus::conditions).orElse(List.of()).stream()
                .filter(known -> type.equals(known.getType()) && value.equals(known.getStatus()))
                .map(Condition::getLastTransitionTime)
                .findFirst()
                .orElse(Instant.ofEpochSecond(now.getEpochSecond()).toString());
        return new ConditionBuilder()
                .withType(type)
                .withStatus(value)
                .withReason(reason)
                .withMessage(message)
                .withLastTransitionTime(since)
                .withObservedGeneration(node.getMetadata().getGeneration())
                .build();
    }

    private static MailNodeStatus decisive(MailNodeStatus status) {
        return copy(status, null, null, null, null);
    }

    private static MailNodeStatus withoutTime(MailNodeStatus status) {
        QueueStatus queue = status.queue();
        return copy(
                status,
                status.counts(),
                queue == null ? null : new QueueStatus(queue.messages(), 0, queue.hops()),
                status.lastReply(),
                null);
    }

    private static MailNodeStatus copy(
            MailNodeStatus status, Outcomes counts, QueueStatus queue, String lastReply, Instant reportTime) {
        return new MailNodeStatus(
                status.observedGeneration(),
                status.state(),
                status.weight(),
                status.address(),
                status.podName(),
                status.conditions(),
                counts,
                queue,
                lastReply,
                status.preflight(),
                status.measuredSharePercent(),
                reportTime,
                status.message());
    }

    private static String shortened(String text) {
        if (text == null) {
            return null;
        }
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT - 1) + "…";
    }
}
