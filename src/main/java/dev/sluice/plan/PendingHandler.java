package dev.sluice.plan;

import dev.sluice.api.NodeState;
import java.util.Optional;

/** Waits until the node has an address and its agent answers. */
final class PendingHandler implements StateHandler {
    @Override
    public void look(NodeDraft node, Draft draft) {
        if (node.toldToGo()) {
            node.become(NodeState.DRAINING, draft.now(), "its MailNode is being deleted");
        } else if (node.address().isPresent()
                && node.freshReport(draft.now(), draft.staleAfter()).isPresent()) {
            node.become(NodeState.STAGED, draft.now(), "");
        } else {
            node.reason(node.facts()
                    .flatMap(facts -> facts.problem().or(facts::contactProblem))
                    .or(() ->
                            Optional.ofNullable(draft.snapshot().refusedNodes().get(node.name())))
                    .orElse("waiting for its Pod"));
        }
    }
}
