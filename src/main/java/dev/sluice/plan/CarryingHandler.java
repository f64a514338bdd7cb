package dev.sluice.plan;

import dev.sluice.api.NodeState;

/** A node that carries mail, as canary or for good: it leaves when a person deletes its MailNode, by draining. */
final class CarryingHandler implements StateHandler {
    @Override
    public void look(NodeDraft node, Draft draft) {
        if (node.toldToGo()) {
            node.become(NodeState.DRAINING, draft.now(), "its MailNode is being deleted");
            LeavingHandler.tell(node, "its MailNode is being deleted", draft);
        } else if (node.is(NodeState.CANARY) && draft.waitsForAnother(node)) {
            node.become(NodeState.STAGED, draft.now(), "waits for the end of the trial of another revision");
        }
    }
}
