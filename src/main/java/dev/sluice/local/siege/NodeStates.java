package dev.sluice.local.siege;

import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import java.util.Comparator;
import java.util.List;

/** Which node is in which state, as last heard: the API server may be away. */
final class NodeStates implements AutoCloseable {
    private final SharedIndexInformer<MailNode> nodes;

    NodeStates(KubernetesClient client, String namespace) {
        nodes = client.resources(MailNode.class).inNamespace(namespace).inform();
    }

    /** Names of all nodes in a state. */
    List<String> in(NodeState state) {
        return nodes.getStore().list().stream()
                .filter(node -> state == stateOf(node))
                .map(node -> node.getMetadata().getName())
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static NodeState stateOf(MailNode node) {
        return node.getStatus() == null || node.getStatus().state() == null
                ? NodeState.PENDING
                : node.getStatus().state();
    }

    @Override
    public void close() {
        nodes.close();
    }
}
