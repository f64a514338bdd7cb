package dev.sluice.local.demo;

import dev.sluice.api.SluiceNames;
import dev.sluice.local.LocalRuntimeException;
import dev.sluice.local.NodeAccess;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.node.NodeOrders.HopRoute;
import dev.sluice.node.NodeReport.OrdersPhase;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The incident without Sluice: Pods as any Deployment makes them, with settings that never change. Two new ones get 11 %
 * of the mail at once; the transport tier does not know them. A queue lifetime of 12 hours is scaled down to 10 seconds.
 */
final class AsItHappenedAct implements Act {
    private static final String LIFETIME = "10s";
    private static final int OLD_WEIGHT = 178;
    private static final int NEW_WEIGHT = 33;
    private static final List<String> OLD = List.of("filter-1", "filter-2", "filter-3");
    private static final List<String> NEW = List.of("filter-4", "filter-5");
    private static final String EAST = Pools.EAST + "-1";
    private static final String WEST = Pools.WEST + "-1";

    @Override
    public String story() {
        return "No Sluice. Two nodes are added and get 11 % of the mail; the transport tier does not know their addresses.";
    }

    @Override
    public List<ActReport> play(Scene scene, double messagesPerSecond) {
        CertificateAuthority authority = CertificateAuthority.create("demo", Duration.ofDays(1), scene.clock());
        List<String> all =
                Stream.of(OLD, NEW, List.of(EAST, WEST)).flatMap(List::stream).toList();
        all.forEach(node -> makePod(scene, authority, node));
        NodeClient client = NodeAccess.ofAuthority(authority);
        Map<String, String> addresses = awaitAddresses(scene, all);
        List<String> known =
                OLD.stream().map(node -> addresses.get(node) + "/32").toList();
        order(scene, client, addresses, transport(EAST, known, scene), transport(WEST, known, scene));
        order(
                scene,
                client,
                addresses,
                Stream.concat(OLD.stream(), NEW.stream())
                        .map(node -> filter(node, addresses, scene))
                        .toArray(NodeOrders[]::new));
        scene.watchNodes(authority);
        scene.nodes().look();
        int place = 1;
        for (String node : OLD) {
            scene.edge().place(Pools.BACKEND, place++, addresses.get(node), 25, OLD_WEIGHT);
        }
        for (String node : NEW) {
            scene.edge().place(Pools.BACKEND, place++, addresses.get(node), 25, NEW_WEIGHT);
        }
        scene.timeline().tell("edge", "sends 11 %", "to filter-4 and filter-5, at once");

        Account account = Account.open(scene, messagesPerSecond);
        scene.pause(Duration.ofSeconds(12));
        account.endLoad();
        scene.timeline()
                .tell(
                        "on call",
                        "sees nothing",
                        "no error yet: what the new nodes cannot hand on waits in their queues");
        scene.await(Duration.ofMinutes(2), "the queue lifetime is over", () -> {
            scene.nodes().look();
            return scene.nodes().emptySince(NEW).isPresent()
                    && scene.nodes().firstFailure(NEW).isPresent();
        });
        scene.timeline()
                .tell("filter-4, filter-5", "bounce", "the queue lifetime is over; the notices take the same path");
        String reply = NEW.stream()
                .flatMap(node -> scene.nodes().report(node).stream())
                .flatMap(report -> report.strata().stream())
                .flatMap(stratum -> stratum.lastReply().stream())
                .findFirst()
                .orElse("");
        return List.of(account.report(ActName.AS_IT_HAPPENED.word(), NEW, NEW, 0, "nobody looked: " + reply, true));
    }

    private static NodeOrders transport(String node, List<String> admitted, Scene scene) {
        return orders(
                node,
                Map.of(Pools.REFUSAL, Pools.REFUSAL_CODE, "default_process_limit", "20"),
                ClientAddress.CONNECTION,
                admitted,
                List.of(new HopRoute(
                        "world",
                        List.of(new Endpoint(
                                scene.world().address(), scene.world().port())),
                        List.of(),
                        false)));
    }

    private static NodeOrders filter(String node, Map<String, String> addresses, Scene scene) {
        return orders(
                node,
                Map.of(
                        "maximal_queue_lifetime", LIFETIME,
                        "bounce_queue_lifetime", LIFETIME,
                        "default_process_limit", "20",
                        "queue_run_delay", "2s",
                        "minimal_backoff_time", "2s",
                        "maximal_backoff_time", "4s"),
                ClientAddress.PROXY_PROTOCOL,
                List.of(
                        scene.edge().address() + "/32",
                        scene.laboratory().network().cidr()),
                List.of(
                        new HopRoute(
                                "east",
                                List.of(new Endpoint(addresses.get(EAST), 25)),
                                List.of(Pools.EAST_DOMAINS),
                                false),
                        new HopRoute("west", List.of(new Endpoint(addresses.get(WEST), 25)), List.of(), false)));
    }

    private static NodeOrders orders(
            String node,
            Map<String, String> settings,
            ClientAddress clientAddress,
            List<String> networks,
            List<HopRoute> hops) {
        return new NodeOrders(
                1,
                node,
                100,
                true,
                false,
                false,
                60,
                settings,
                clientAddress,
                networks,
                List.of(),
                hops,
                Optional.empty(),
                Optional.empty(),
                1,
                false);
    }

    private static void order(Scene scene, NodeClient client, Map<String, String> addresses, NodeOrders... orders) {
        for (NodeOrders each : orders) {
            NodeAddress address = new NodeAddress(
                    each.node(), scene.namespace(), addresses.get(each.node()), NodeAddress.DEFAULT_PORT);
            scene.await(Duration.ofMinutes(2), each.node() + " takes its settings", () -> {
                try {
                    client.order(address, each);
                    return true;
                } catch (NodeCallFailure.Unreachable e) {
                    return false;
                } catch (NodeCallFailure e) {
                    throw new LocalRuntimeException(each.node() + " refuses its settings: " + e.getMessage(), e);
                }
            });
        }
        for (NodeOrders each : orders) {
            NodeAddress address = new NodeAddress(
                    each.node(), scene.namespace(), addresses.get(each.node()), NodeAddress.DEFAULT_PORT);
            scene.await(Duration.ofMinutes(2), each.node() + " runs with its settings", () -> {
                try {
                    return client.report(address).orders().phase() == OrdersPhase.APPLIED;
                } catch (NodeCallFailure e) {
                    return false;
                }
            });
        }
    }

    private static Map<String, String> awaitAddresses(Scene scene, List<String> nodes) {
        Map<String, String> addresses = new java.util.HashMap<>();
        scene.await(Duration.ofMinutes(2), "every Pod has an address", () -> {
            scene.pods(pod -> pod.getStatus() != null && pod.getStatus().getPodIP() != null)
                    .forEach(pod -> addresses.put(
                            pod.getMetadata().getName(), pod.getStatus().getPodIP()));
            return addresses.keySet().containsAll(nodes);
        });
        return addresses;
    }

    private static void makePod(Scene scene, CertificateAuthority authority, String node) {
        IssuedCertificate certificate = authority.issueNode(node, scene.namespace(), Duration.ofDays(1));
        String secret = node + "-agent";
        Map<String, String> labels = new java.util.HashMap<>();
        labels.put("app.kubernetes.io/managed-by", "sluice");
        labels.put(SluiceNames.NODE_LABEL, node);
        List<io.fabric8.kubernetes.api.model.HasMetadata> objects = new ArrayList<>();
        objects.add(new SecretBuilder()
                .withNewMetadata()
                .withName(secret)
                .endMetadata()
                .withStringData(Map.of(
                        "tls.crt", certificate.certificatePem(),
                        "tls.key", certificate.keyPem(),
                        "ca.crt", authority.own().certificatePem()))
                .build());
        objects.add(new PodBuilder()
                .withNewMetadata()
                .withName(node)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .addNewContainer()
                .withName("node")
                .withImage("sluice.dev/node")
                .withArgs("agent")
                .addNewEnv()
                .withName("SLUICE_NODE_NAME")
                .withValue(node)
                .endEnv()
                .addNewEnv()
                .withName("SLUICE_NAMESPACE")
                .withValue(scene.namespace())
                .endEnv()
                .addNewVolumeMount()
                .withName("tls")
                .withMountPath("/etc/sluice/tls")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("queue")
                .withMountPath("/var/spool/postfix")
                .withSubPath("spool")
                .endVolumeMount()
                .addNewVolumeMount()
                .withName("queue")
                .withMountPath("/var/lib/sluice")
                .withSubPath("state")
                .endVolumeMount()
                .endContainer()
                .addNewVolume()
                .withName("tls")
                .withNewSecret()
                .withSecretName(secret)
                .endSecret()
                .endVolume()
                .addNewVolume()
                .withName("queue")
                .withNewEmptyDir()
                .endEmptyDir()
                .endVolume()
                .endSpec()
                .build());
        scene.laboratory().apply(objects);
    }
}
