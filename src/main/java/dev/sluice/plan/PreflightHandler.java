package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.PreflightReport;
import dev.sluice.node.NodeReport.Probe;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Waits until every endpoint of every next hop has said, to the node itself, that it takes its mail. Repeats the probes
 * until the deadline, because an allow-list may be on its way; then the node is rejected and never sees mail.
 */
final class PreflightHandler implements StateHandler {
    private static final String OF_ADDRESS = "@";
    private static final Duration SHORTEST_WAIT = Duration.ofSeconds(2);
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(15);

    /**
     * The id of a run tells when it was ordered, so that nobody has to remember it, and for which address: after a clock
     * was set back the time alone could name a run that proved another address (invariant I1).
     */
    static String newId(NodeDraft node, Instant now) {
        return now + OF_ADDRESS + node.address().orElse("");
    }

    @Override
    public void look(NodeDraft node, Draft draft) {
        if (node.toldToGo()) {
            node.become(NodeState.DRAINING, draft.now(), "its MailNode is being deleted");
            return;
        }
        if (draft.waitsForAnother(node)) {
            node.become(NodeState.STAGED, draft.now(), "waits for the end of the trial of another revision");
            return;
        }
        draft.lookWithin(Duration.ofSeconds(1));
        if (draft.problem().isPresent()) {
            node.reason("waits: " + draft.problem().get());
            return;
        }
        Optional<NodeReport> report = node.freshReport(draft.now(), draft.staleAfter());
        Optional<PreflightReport> result = report.flatMap(NodeReport::preflight)
                .filter(preflight -> preflight.finished()
                        && node.preflightId().filter(preflight.id()::equals).isPresent());
        if (report.filter(answer -> answer.mta().phase() == MtaPhase.FAILED).isPresent()) {
            node.become(NodeState.STAGED, draft.now(), report.get().mta().reason());
        } else if (result.filter(PreflightReport::passed).isPresent()) {
            node.become(
                    NodeState.CANARY,
                    draft.now(),
                    "preflight passed: %d probes"
                            .formatted(result.get().probes().size()));
        } else {
            result.map(failed -> sentence(failed.probes())).ifPresent(node::reason);
            if (report.isEmpty()) {
                node.reason(node.silence());
            }
            if (node.stateAge(draft.now()).compareTo(deadline(draft)) > 0) {
                reject(node, draft);
            } else if (result.isPresent()
                    && orderedAt(node).plus(untilNextRun(node, draft)).isBefore(draft.now())) {
                node.preflight(newId(node, draft.now()));
            }
        }
    }

    private static void reject(NodeDraft node, Draft draft) {
        String why = node.reason().isEmpty() ? "its probes gave no answer" : node.reason();
        node.become(NodeState.REJECTED, draft.now(), why);
        draft.tell(EventReason.PREFLIGHT_FAILED, "%s carries no mail: %s".formatted(node.name(), why), node);
    }

    private static Duration deadline(Draft draft) {
        return Duration.ofSeconds(draft.policy().preflight().deadlineSeconds());
    }

    /** Quick at first, since an allow-list may be on its way; then rarer, since each run is a write to the status. */
    private static Duration untilNextRun(NodeDraft node, Draft draft) {
        Duration quarter = node.stateAge(draft.now()).dividedBy(4);
        Duration longer = quarter.compareTo(SHORTEST_WAIT) > 0 ? quarter : SHORTEST_WAIT;
        return longer.compareTo(LONGEST_WAIT) < 0 ? longer : LONGEST_WAIT;
    }

    private static Instant orderedAt(NodeDraft node) {
        return node.preflightId()
                .map(id -> Instant.parse(id.contains(OF_ADDRESS) ? id.substring(0, id.indexOf(OF_ADDRESS)) : id))
                .orElse(Instant.EPOCH);
    }

    private static String sentence(List<Probe> probes) {
        List<Probe> failed = probes.stream().filter(probe -> !probe.passed()).toList();
        if (failed.isEmpty()) {
            return "no probe was run";
        }
        Probe first = failed.get(0);
        String more =
                failed.size() == 1 ? "" : " (and %d more of %d probes)".formatted(failed.size() - 1, probes.size());
        String hop = first.nextHop().isEmpty() ? "" : "next hop " + first.nextHop() + " ";
        return "%s%s refused it at %s: %s%s".formatted(hop, first.endpoint(), first.stage(), first.reply(), more);
    }
}
