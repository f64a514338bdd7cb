package dev.sluice.plan;

import dev.sluice.api.NodeState;

/** A node that failed its preflight stays for people to look at, until it is asked to go or tried again. */
final class RejectedHandler implements StateHandler {
    @Override
    public void look(NodeDraft node, Draft draft) {
        if (node.toldToGo()) {
            node.become(NodeState.DRAINING, draft.now(), "its MailNode is being deleted");
        }
    }
}
