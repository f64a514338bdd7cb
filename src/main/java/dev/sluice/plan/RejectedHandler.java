package dev.sluice.plan;

import dev.sluice.api.NodeState;

/** A node that failed its preflight stays for people to look at, until it is asked to go or tried again. */
final class RejectedHandler implements StateHandler {
    @Override
    public void look(NodeDraft node, Draft draft) {
        if (node.toldToGo()) {
            node.become(NodeState.DRAINING, draft.now(), "its MailNode is being deleted");
        } else if (node.isMachine() && madeAnew(node)) {
            node.madeOf(node.facts().get().revision());
            node.become(NodeState.STAGED, draft.now(), "tried again: it is of another revision now");
        } else if (node.facts().isEmpty() || !stillWanted(node, draft)) {
            node.become(NodeState.DRAINING, draft.now(), "no longer wanted");
        }
    }

    private static boolean madeAnew(NodeDraft node) {
        return node.facts()
                .filter(facts -> !facts.revision().equals(node.revision()))
                .isPresent();
    }

    /** Whether what it failed for is still asked for. */
    private static boolean stillWanted(NodeDraft node, Draft draft) {
        boolean lacksNodes = draft.serving().size() < draft.wantedNodes();
        boolean grows =
                lacksNodes && draft.stable().filter(node.revision()::equals).isPresent();
        boolean declared = node.revision().equals(draft.snapshot().desiredRevision())
                && draft.stable().filter(node.revision()::equals).isEmpty();
        return node.isMachine() || grows || declared;
    }
}
