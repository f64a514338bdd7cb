package dev.sluice.plan;

import dev.sluice.api.NodeState;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.OrdersPhase;
import java.util.Optional;

/** Waits until the mail transfer agent runs under the orders given: weight 0, nothing bounces for a fault of ours. */
final class StagedHandler implements StateHandler {
    @Override
    public void look(NodeDraft node, Draft draft) {
        if (node.toldToGo()) {
            node.become(NodeState.DRAINING, draft.now(), "its MailNode is being deleted");
            return;
        }
        if (draft.waitsForAnother(node)) {
            node.reason("waits for the end of the trial of another revision");
            return;
        }
        Optional<NodeReport> report = node.freshReport(draft.now(), draft.staleAfter());
        if (report.isEmpty()) {
            node.reason(node.silence());
        } else if (report.get().mta().phase() == MtaPhase.FAILED) {
            node.reason(report.get().mta().reason());
        } else if (report.get().orders().phase() == OrdersPhase.FAILED) {
            node.reason(report.get().orders().reason());
        } else if (report.get().mta().phase() == MtaPhase.RUNNING && inForce(node, report.get(), draft)) {
            node.become(NodeState.PREFLIGHT, draft.now(), "");
            node.preflight(PreflightHandler.newId(node, draft.now()));
        } else {
            node.reason("starting under its first orders");
        }
    }

    private static boolean inForce(NodeDraft node, NodeReport report, Draft draft) {
        return report.orders().phase() == OrdersPhase.APPLIED
                && OrdersOfNode.of(node, draft)
                        .map(NodeJson::digest)
                        .filter(report.orders().digest()::equals)
                        .isPresent();
    }
}
