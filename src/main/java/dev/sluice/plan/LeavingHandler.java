package dev.sluice.plan;

import dev.sluice.api.AfterTimeout;
import dev.sluice.api.Drain;
import dev.sluice.api.DrainPolicy;
import dev.sluice.api.NodeState;
import dev.sluice.api.SluiceNames;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.OrdersPhase;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A node that is to go, ejected or drained: no new mail, its queue empties or is handed over, its ledger closes, and only
 * then may it go (invariant I4).
 */
final class LeavingHandler implements StateHandler {
    /** A healthy node delivers what it has by itself in this time; what is left then goes to a peer. */
    private static final Duration OWN_DELIVERY = Duration.ofSeconds(10);
    /** Sessions that the edge opened before it knew are over or reported by then. */
    private static final Duration EDGE_SETTLES = Duration.ofSeconds(2);

    @Override
    public void look(NodeDraft node, Draft draft) {
        draft.lookWithin(Duration.ofSeconds(1));
        if (!node.everCarriedMail()) {
            go(node, draft, "it never carried mail");
            return;
        }
        Optional<NodeReport> report = node.freshReport(draft.now(), draft.staleAfter());
        if (report.filter(answer -> empty(node, answer, draft)).isPresent()) {
            go(node, draft, "its queue is empty and its ledger is closed");
            return;
        }
        if (node.facts().isEmpty() && !draft.madeByUs(node)) {
            node.become(NodeState.GONE, draft.now(), "its MailNode was removed without a drain");
            draft.tell(
                    EventReason.NODE_VANISHED,
                    "%s: its MailNode was removed before it was empty; what was on it is not known"
                            .formatted(node.name()),
                    node);
            return;
        }
        Optional<Long> accepted = node.facts().flatMap(NodeFacts::acceptedLoss);
        long left = node.report().map(LeavingHandler::left).orElse(0L);
        if (accepted.isPresent() && node.report().isPresent() && accepted.get() >= left) {
            draft.tell(
                    EventReason.LOSS_ACCEPTED,
                    "%s goes with %d messages not accounted for; the loss of %d was accepted in writing"
                            .formatted(node.name(), left, accepted.get()),
                    node);
            go(node, draft, "the loss of %d messages was accepted in writing".formatted(left));
            return;
        }
        if (accepted.isPresent() && node.report().isEmpty() && late(node, draft)) {
            draft.tell(
                    EventReason.LOSS_ACCEPTED,
                    "%s goes; what is on it cannot be asked any more (%s), the loss of %d was accepted in writing"
                            .formatted(node.name(), node.silence(), accepted.get()),
                    node);
            go(node, draft, "the loss of up to %d messages was accepted in writing".formatted(accepted.get()));
            return;
        }
        choosePeer(node, report, draft);
        overdue(node, left, draft);
    }

    /** Says once of a node that had mail that it gets no more, and what it still has. */
    static void tell(NodeDraft node, String why, Draft draft) {
        if (node.everCarriedMail()) {
            draft.tell(EventReason.NODE_DRAINING, "%s drains: %s; %s".formatted(node.name(), why, holds(node)), node);
        }
    }

    private static String holds(NodeDraft node) {
        return node.report()
                .map(NodeReport::queue)
                .map(queue -> queue.total() == 0
                        ? "its queue was empty when it was last asked"
                        : "%d messages left, the oldest %d s old".formatted(queue.total(), queue.oldestSeconds()))
                .orElse("what is on it is not known");
    }

    /** What keeps a node that is late from going, in words for the pool's status. */
    static String whatIsInTheWay(NodeDraft node) {
        String hops = node.report().map(NodeReport::queue).map(NodeReport.QueueSummary::hops).orElse(List.of()).stream()
                .filter(hop -> hop.messages() > 0)
                .map(hop ->
                        hop.nextHop() + hop.lastReply().map(" (%s)"::formatted).orElse(""))
                .collect(Collectors.joining(", "));
        return "%s should be empty by now; its mail waits for %s; if it cannot be saved, annotate its MailNode with %s"
                .formatted(
                        node.name(), hops.isEmpty() ? "its agent to answer" : hops, SluiceNames.ACCEPT_LOSS_ANNOTATION);
    }

    private static void go(NodeDraft node, Draft draft, String why) {
        boolean stays =
                node.isMachine() && !node.toldToGo() && !draft.snapshot().deleting();
        NodeState next = stays ? NodeState.REJECTED : NodeState.GONE;
        node.become(next, draft.now(), stays ? node.reason() : why);
        node.handOverTo(Optional.empty());
        draft.tell(EventReason.NODE_DRAINED, node.name() + " may go: " + why, node);
    }

    private static boolean empty(NodeDraft node, NodeReport report, Draft draft) {
        boolean heardSince = node.facts()
                .flatMap(NodeFacts::reportTime)
                .filter(heard -> heard.isAfter(node.since().plus(EDGE_SETTLES)))
                .isPresent();
        return heardSince
                && refusesNewMail(node, report, draft)
                && report.openSessions() == 0
                && report.queue().total() == 0
                && report.ledger().queued() == 0
                && report.ledger().unaccounted() == 0;
    }

    /** Until the orders of a leaving node are in force it may still accept what was not asked of it. */
    private static boolean refusesNewMail(NodeDraft node, NodeReport report, Draft draft) {
        return report.orders().phase() == OrdersPhase.APPLIED
                && OrdersOfNode.of(node, draft)
                        .map(NodeJson::digest)
                        .filter(report.orders().digest()::equals)
                        .isPresent();
    }

    private static long left(NodeReport report) {
        return Math.max(report.queue().total(), report.ledger().queued())
                + Math.abs(report.ledger().unaccounted());
    }

    private static void choosePeer(NodeDraft node, Optional<NodeReport> report, Draft draft) {
        boolean peerStillGood = node.handoverTo()
                .flatMap(draft::node)
                .filter(peer -> canTakeOver(peer, node, draft))
                .isPresent();
        if (peerStillGood || !handsOver(node, draft)) {
            return;
        }
        node.handoverTo()
                .filter(peer -> isKnownToBeUnable(peer, draft))
                .ifPresent(peer -> draft.tell(
                        EventReason.QUEUE_HAND_OVER_FAILED,
                        "%s cannot give its queue to %s any more; another peer is looked for, %s"
                                .formatted(node.name(), peer, holds(node)),
                        node));
        boolean deliversItself =
                node.is(NodeState.DRAINING) && node.stateAge(draft.now()).compareTo(OWN_DELIVERY) < 0;
        node.handOverTo(
                deliversItself || report.isEmpty()
                        ? Optional.empty()
                        : draft.serving().stream()
                                .filter(peer -> canTakeOver(peer, node, draft))
                                .min(Comparator.comparingLong(LeavingHandler::queued)
                                        .thenComparing(NodeDraft::name))
                                .map(NodeDraft::name));
    }

    /** A peer that is merely silent may still be taking the queue. */
    private static boolean isKnownToBeUnable(String name, Draft draft) {
        return draft.node(name)
                .filter(peer -> peer.is(NodeState.SERVING))
                .filter(peer -> peer.freshReport(draft.now(), draft.staleAfter())
                        .map(report -> report.mta().phase() == MtaPhase.RUNNING)
                        .orElse(true))
                .isEmpty();
    }

    private static boolean handsOver(NodeDraft node, Draft draft) {
        Drain drain = draft.snapshot().spec().drain();
        return drain.policy() == DrainPolicy.HAND_OVER
                || (drain.afterTimeout() == AfterTimeout.HAND_OVER && late(node, draft));
    }

    /** Whether the node had the time that a drain may take. */
    static boolean late(NodeDraft node, Draft draft) {
        Duration limit = Duration.ofSeconds(draft.snapshot().spec().drain().timeoutSeconds());
        return node.stateAge(draft.now()).compareTo(limit) > 0;
    }

    private static boolean canTakeOver(NodeDraft peer, NodeDraft node, Draft draft) {
        return peer != node
                && peer.is(NodeState.SERVING)
                && peer.freshReport(draft.now(), draft.staleAfter())
                        .filter(report -> report.mta().phase() == MtaPhase.RUNNING)
                        .isPresent();
    }

    private static long queued(NodeDraft node) {
        return node.report().map(report -> report.queue().total()).orElse(Long.MAX_VALUE);
    }

    private static void overdue(NodeDraft node, long left, Draft draft) {
        Drain drain = draft.snapshot().spec().drain();
        Duration limit = Duration.ofSeconds(drain.timeoutSeconds());
        String contact = node.facts()
                .flatMap(NodeFacts::contactProblem)
                .map(why -> "; " + why)
                .orElse("");
        String what = "%d messages are still on it%s; if they cannot be saved, annotate its MailNode with %s"
                .formatted(left, contact, SluiceNames.ACCEPT_LOSS_ANNOTATION);
        if (late(node, draft) && !node.reason().startsWith("drain overdue")) {
            draft.tell(
                    EventReason.NODE_DRAIN_OVERDUE,
                    "%s is not empty after %d s: %s".formatted(node.name(), limit.toSeconds(), what),
                    node);
            node.report()
                    .map(NodeReport::ledger)
                    .filter(ledger -> ledger.unaccounted() != 0)
                    .ifPresent(ledger -> draft.tell(
                            EventReason.LOSS_SUSPECTED,
                            "%s: its books say %d recipients accepted, %d accounted for"
                                    .formatted(
                                            node.name(), ledger.accepted(), ledger.accepted() - ledger.unaccounted()),
                            node));
            node.reason("drain overdue: " + node.reason());
        }
    }
}
