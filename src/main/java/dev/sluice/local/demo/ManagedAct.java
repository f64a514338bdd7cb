package dev.sluice.local.demo;

import dev.sluice.api.NodeState;
import java.time.Duration;
import java.util.List;

/** The same scale-out with relay access managed by Sluice: nobody has to think of anything. */
final class ManagedAct implements Act {
    @Override
    public String story() {
        return "Two nodes are added; Sluice admits their addresses at the transport tier before they carry mail.";
    }

    @Override
    public List<ActReport> play(Scene scene, double messagesPerSecond) {
        scene.openManagedPlatform(60);
        List<String> before = scene.filterNodes(NodeState.SERVING);
        Account account = Account.open(scene, messagesPerSecond);
        scene.pause(Duration.ofSeconds(2));
        scene.scale(5);
        scene.await(
                Duration.ofMinutes(2),
                "two canaries carry mail",
                () -> scene.filterNodes(NodeState.CANARY).size() == 2);
        scene.middle();
        scene.awaitServing(5);
        scene.pause(Duration.ofSeconds(3));
        account.endLoad();
        account.awaitAllDelivered(Duration.ofMinutes(1));
        List<String> newNodes = scene.filterNodes(NodeState.SERVING).stream()
                .filter(node -> !before.contains(node))
                .toList();
        return List.of(account.report(
                ActName.MANAGED.word(),
                newNodes,
                newNodes,
                0,
                "all nodes serve: " + String.join(", ", scene.filterNodes(NodeState.SERVING)),
                newNodes.size() == 2));
    }
}
