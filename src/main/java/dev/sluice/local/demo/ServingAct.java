package dev.sluice.local.demo;

import dev.sluice.api.NodeState;
import dev.sluice.local.NetworkFault;
import dev.sluice.local.NetworkNamespace.Block;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A node that has served for a while goes bad, and later all next hops fail at once. */
final class ServingAct implements Act {
    private static final Duration OUTAGE = Duration.ofSeconds(8);

    @Override
    public String story() {
        return "A node that has served for a while cannot reach next hop west any more. Later nobody can reach any hop.";
    }

    @Override
    public List<ActReport> play(Scene scene, double messagesPerSecond) {
        scene.openManagedPlatform(60);
        return List.of(nodeFails(scene, messagesPerSecond), nextHopsFail(scene, messagesPerSecond));
    }

    private static ActReport nodeFails(Scene scene, double messagesPerSecond) {
        Account account = Account.open(scene, messagesPerSecond);
        scene.pause(Duration.ofSeconds(8));
        List<String> bad = List.of(scene.choose(scene.filterNodes(NodeState.SERVING)));
        String name = bad.get(0);
        NetworkFault fault = scene.networkOfTransport(Pools.WEST).blockFrom(scene.networkOf(name), Block.REJECT);
        scene.timeline().tell("firewall", "rejects", "all that " + name + " sends to next hop west");
        scene.middle();
        scene.await(
                Duration.ofMinutes(2),
                name + " is taken out",
                () -> scene.edgeWatch().allAtZeroSince(scene.nodes().hosts(bad)).isPresent());
        // The weight goes before the status does: the reason may take a moment longer.
        scene.await(
                Duration.ofMinutes(1),
                "the pool says why " + name + " is taken out",
                () -> !reasonOf(scene, name).isEmpty());
        String reason = reasonOf(scene, name);
        scene.await(
                Duration.ofMinutes(2),
                name + " is replaced",
                () -> scene.filterNodes(NodeState.SERVING).size() == 3
                        && scene.filter().stream()
                                .flatMap(pool -> pool.getStatus().nodes().stream())
                                .noneMatch(node -> node.name().equals(name)));
        account.endLoad();
        account.awaitAllDelivered(Duration.ofMinutes(1));
        List<String> replacement = scene.filterNodes(NodeState.SERVING).stream()
                .filter(node -> node.endsWith("-4"))
                .toList();
        ActReport report = account.report(ActName.SERVING.word(), replacement, bad, 1, reason, !replacement.isEmpty());
        fault.close();
        return report;
    }

    private static String reasonOf(Scene scene, String name) {
        return scene.filter().stream()
                .flatMap(pool -> pool.getStatus().nodes().stream())
                .filter(node -> node.name().equals(name) && node.state() != NodeState.SERVING && node.reason() != null)
                .map(node -> name + ": " + node.reason())
                .findFirst()
                .orElse("");
    }

    private static ActReport nextHopsFail(Scene scene, double messagesPerSecond) {
        Account account = Account.open(scene, messagesPerSecond);
        scene.pause(Duration.ofSeconds(3));
        List<String> serving = scene.filterNodes(NodeState.SERVING);
        List<NetworkFault> faults = new ArrayList<>();
        for (String pool : List.of(Pools.EAST, Pools.WEST)) {
            // One rule for all nodes: an outage of the hop reaches everybody at the same time.
            faults.add(scene.networkOfTransport(pool).blockFrom(scene.nodesNetwork(), Block.REJECT));
        }
        scene.timeline().tell("transport tier", "fails", "neither east nor west takes mail from any filter node");
        scene.await(
                Duration.ofMinutes(1),
                "the pool names the next hops that are down",
                () -> scene.condition("Available")
                        .filter(now -> now.getStatus().equals("False"))
                        .isPresent());
        String reason =
                scene.condition("NextHopsReachable").map(Condition::getMessage).orElse("");
        scene.timeline().tell("FilterPool/" + Pools.FILTER, "Available=False", reason);
        scene.middle();
        scene.pause(OUTAGE);
        boolean allStay = scene.filterNodes(NodeState.SERVING).equals(serving);
        account.endLoad();
        faults.forEach(NetworkFault::close);
        scene.timeline().tell("transport tier", "is back", "");
        account.awaitAllDelivered(Duration.ofSeconds(90));
        scene.timeline().tell("load", "all delivered", "what waited has arrived");
        scene.await(
                Duration.ofMinutes(1),
                "the pool is available again",
                () -> scene.condition("Available")
                        .filter(now -> now.getStatus().equals("True"))
                        .isPresent());
        int ejected = serving.size() - scene.filterNodes(NodeState.SERVING).size();
        return account.report(ActName.NEXT_HOPS_DOWN.word(), List.of(), serving, ejected, reason, allStay);
    }
}
