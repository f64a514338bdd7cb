package dev.sluice.plan;

import dev.sluice.api.Drain;
import dev.sluice.api.DrainPolicy;
import dev.sluice.api.NodeState;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import java.time.Duration;
import java.util.Comparator;
import java.util.Optional;

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
        Optional<Long> accepted = node.facts().flatMap(NodeFacts::acceptedLoss);
        long left = node.report().map(LeavingHandler::left).orElse(0L);
        if (accepted.isPresent() && node.report().isPresent() && accepted.get() >= left) {
            draft.tell(
                    Effect.Severity.WARNING,
                    "LossAccepted",
                    "ReleaseNode",
                    "%s goes with %d messages not accounted for; the loss of %d was accepted in writing"
                            .formatted(node.name(), left, accepted.get()),
                    node);
            go(node, draft, "the loss of %d messages was accepted in writing".formatted(left));
            return;
        }
        choosePeer(node, report, draft);
        overdue(node, left, draft);
    }

    private static void go(NodeDraft node, Draft draft, String why) {
        node.become(NodeState.GONE, draft.now(), why);
        node.handOverTo(Optional.empty());
        draft.tell(Effect.Severity.NORMAL, "NodeDrained", "DrainNode", node.name() + " may go: " + why, node);
    }

    private static boolean empty(NodeDraft node, NodeReport report, Draft draft) {
        return node.stateAge(draft.now()).compareTo(EDGE_SETTLES) > 0
                && report.takenTime().isAfter(node.since())
                && report.openSessions() == 0
                && report.queue().total() == 0
                && report.ledger().queued() == 0
                && report.ledger().unaccounted() == 0;
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
        if (peerStillGood || draft.snapshot().spec().drain().policy() != DrainPolicy.HAND_OVER) {
            return;
        }
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
        boolean late = node.stateAge(draft.now()).compareTo(limit) > 0;
        String what = "%d messages are still on it%s".formatted(left, contact);
        if (late && !node.reason().startsWith("drain overdue")) {
            draft.tell(
                    Effect.Severity.WARNING,
                    "NodeDrainOverdue",
                    "DrainNode",
                    "%s is not empty after %d s: %s".formatted(node.name(), limit.toSeconds(), what),
                    node);
            node.reason("drain overdue: " + node.reason());
        }
    }
}
