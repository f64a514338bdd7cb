package dev.sluice.local.demo;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus.NodeEntry;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.List;

/** The transport tier's admitted addresses are kept by hand, and nobody thought of the new nodes: as in the incident. */
final class PreflightAct implements Act {
    private static final int PREFLIGHT_SECONDS = 10;

    @Override
    public String story() {
        return "Two nodes are added, the transport tier does not know their addresses. Sluice asks before it sends mail.";
    }

    @Override
    public List<ActReport> play(Scene scene, double messagesPerSecond) {
        scene.watchPools();
        scene.apply(Pools.transportAdmitting(Pools.EAST, scene.world().address(), List.of()));
        scene.apply(Pools.transportAdmitting(Pools.WEST, scene.world().address(), List.of()));
        scene.apply(scene.filterPool(3, 60));
        admitByHand(scene);
        scene.awaitServing(3);
        scene.apply(scene.filterPool(3, PREFLIGHT_SECONDS));

        Account account = Account.open(scene, messagesPerSecond);
        scene.pause(Duration.ofSeconds(3));
        scene.scale(5);
        scene.await(
                Duration.ofMinutes(1),
                "the new nodes are being made",
                () -> scene.filterNodes(NodeState.PENDING).size() == 2);
        scene.middle();
        scene.await(
                Duration.ofMinutes(2),
                "both new nodes are refused",
                () -> scene.filterNodes(NodeState.REJECTED).size() == 2
                        && scene.condition("Stalled").isPresent());
        scene.pause(Duration.ofSeconds(2));
        account.endLoad();
        account.awaitAllDelivered(Duration.ofMinutes(1));

        List<String> newNodes = scene.filterNodes(NodeState.REJECTED);
        String reason = scene.condition("Stalled").map(Condition::getMessage).orElse("");
        return List.of(account.report(
                ActName.PREFLIGHT.word(),
                newNodes,
                newNodes,
                0,
                reason,
                scene.filterNodes(NodeState.SERVING).size() == 3));
    }

    /** What an administrator does once, and forgets the next time. */
    private static void admitByHand(Scene scene) {
        scene.await(
                Duration.ofMinutes(2),
                "three filter nodes have addresses",
                () -> scene.filter().stream()
                                .flatMap(pool -> pool.getStatus().nodes().stream())
                                .filter(node -> node.lastKnownAddress() != null)
                                .count()
                        == 3);
        List<String> networks = scene.filter().stream()
                .flatMap(pool -> pool.getStatus().nodes().stream())
                .map(NodeEntry::lastKnownAddress)
                .map(address -> address + "/32")
                .toList();
        scene.apply(Pools.transportAdmitting(Pools.EAST, scene.world().address(), networks));
        scene.apply(Pools.transportAdmitting(Pools.WEST, scene.world().address(), networks));
        scene.timeline().tell("administrator", "admits", "three filter nodes at the transport tier, by hand");
    }
}
