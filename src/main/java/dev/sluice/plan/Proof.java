package dev.sluice.plan;

import dev.sluice.api.NodeState;
import java.util.Optional;

/**
 * What a preflight proved, it proved for one address and one set-up. A node that comes back with others has to prove
 * itself again before it carries mail (invariant I1); its queue stays where it is.
 */
final class Proof {
    private Proof() {}

    /** Takes a node back to where it has to begin, if what was proven of it no longer holds. */
    static void check(NodeDraft node, Draft draft) {
        if (!node.is(NodeState.STAGED, NodeState.PREFLIGHT, NodeState.CANARY, NodeState.SERVING)) {
            return;
        }
        if (node.facts().isEmpty()) {
            lost(node, draft);
            return;
        }
        String made = node.facts().get().revision();
        if (node.isMachine() && !made.equals(node.revision())) {
            node.madeOf(made);
            again(node, "it is of revision %s now and has to prove itself again".formatted(made), draft);
        } else {
            moved(node)
                    .ifPresent(address ->
                            again(node, "its address is %s now and has to be proven again".formatted(address), draft));
        }
    }

    private static Optional<String> moved(NodeDraft node) {
        return node.facts()
                .flatMap(NodeFacts::address)
                .filter(address -> node.provenAddress()
                        .filter(known -> !known.equals(address))
                        .isPresent());
    }

    private static void again(NodeDraft node, String why, Draft draft) {
        boolean carried = node.is(NodeState.CANARY, NodeState.SERVING);
        forgetEvidence(node, draft);
        node.become(NodeState.STAGED, draft.now(), why);
        if (carried) {
            draft.tell(EventReason.NODE_CHANGED, node.name() + " carries no mail: " + why, node);
        }
    }

    private static void lost(NodeDraft node, Draft draft) {
        String why =
                "its MailNode was removed without a drain; it is made again and finds its queue if the volume is left";
        forgetEvidence(node, draft);
        node.become(NodeState.PENDING, draft.now(), why);
        draft.tell(EventReason.NODE_VANISHED, "%s: %s".formatted(node.name(), why), node);
    }

    /** What was delivered from the old address says nothing of the new one. */
    private static void forgetEvidence(NodeDraft node, Draft draft) {
        if (node.is(NodeState.CANARY)) {
            draft.forgetEvidence(node);
        }
    }
}
