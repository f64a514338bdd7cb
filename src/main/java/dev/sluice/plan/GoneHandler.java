package dev.sluice.plan;

/** The node's mail is accounted for: its objects may go, and when they are gone the node is forgotten. */
final class GoneHandler implements StateHandler {
    @Override
    public void look(NodeDraft node, Draft draft) {
        boolean machineOfDeletedPool = node.isMachine() && draft.snapshot().deleting() && !node.toldToGo();
        if (node.facts().isEmpty() || machineOfDeletedPool) {
            draft.forget(node);
        } else {
            draft.want(new Effect.ReleaseNode(node.name(), node.reason()));
        }
    }
}
