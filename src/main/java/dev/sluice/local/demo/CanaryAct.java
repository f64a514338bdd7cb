package dev.sluice.local.demo;

import dev.sluice.api.NodeState;
import dev.sluice.local.NetworkFault;
import dev.sluice.local.NetworkNamespace;
import dev.sluice.local.NetworkNamespace.Block;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Preflight passes, and then the path from the new nodes to one of the next hops fails without a word. */
final class CanaryAct implements Act {
    @Override
    public String story() {
        return "Two nodes are added and pass preflight; then a firewall drops what they send to the next hop west.";
    }

    @Override
    public List<ActReport> play(Scene scene, double messagesPerSecond) {
        scene.openManagedPlatform(60);
        Account account = Account.open(scene, messagesPerSecond);
        scene.pause(Duration.ofSeconds(2));
        scene.scale(5);
        scene.await(
                Duration.ofMinutes(2),
                "two canaries carry mail",
                () -> scene.filterNodes(NodeState.CANARY).size() == 2
                        && scene.edgeWatch().share(scene.nodes().hosts(scene.filterNodes(NodeState.CANARY))) > 0);
        List<String> canaries = scene.filterNodes(NodeState.CANARY);
        List<NetworkFault> faults = block(scene, canaries);
        scene.timeline()
                .tell("firewall", "drops", "all that " + String.join(" and ", canaries) + " send to next hop west");
        scene.middle();
        scene.await(
                Duration.ofMinutes(2),
                "the new nodes are taken out",
                () -> scene.edgeWatch()
                                .allAtZeroSince(scene.nodes().hosts(canaries))
                                .isPresent()
                        && scene.condition("RolledBack")
                                .filter(now -> now.getStatus().equals("True"))
                                .isPresent());
        scene.await(
                Duration.ofMinutes(2),
                "the new nodes are empty and gone",
                () -> scene.filter().stream()
                        .flatMap(pool -> pool.getStatus().nodes().stream())
                        .noneMatch(node -> canaries.contains(node.name())));
        account.endLoad();
        account.awaitAllDelivered(Duration.ofMinutes(1));
        ActReport report = account.report(
                ActName.CANARY.word(),
                canaries,
                canaries,
                canaries.size(),
                scene.condition("RolledBack").map(Condition::getMessage).orElse(""),
                scene.filterNodes(NodeState.SERVING).size() == 3);
        faults.forEach(NetworkFault::close);
        return List.of(report);
    }

    private static List<NetworkFault> block(Scene scene, List<String> canaries) {
        NetworkNamespace west = scene.networkOfTransport(Pools.WEST);
        List<NetworkFault> faults = new ArrayList<>();
        for (String canary : canaries) {
            faults.add(west.blockFrom(scene.networkOf(canary), Block.DROP));
        }
        return faults;
    }
}
