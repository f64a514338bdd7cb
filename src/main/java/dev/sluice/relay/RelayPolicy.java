package dev.sluice.relay;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRuleBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeerBuilder;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPortBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The NetworkPolicy of a transport pool: who may connect to which port of its nodes. SMTP is open to exactly the admitted
 * addresses, and to nobody when there are none; the handover port to the pool's own nodes. The agent's API asks every
 * caller for a certificate, and metrics and agent-check give away nothing that is secret and change nothing: those three
 * are open, since operator, Prometheus and edges have no address that is known here.
 */
public final class RelayPolicy {
    private static final int SMTP = 25;
    private static final int HANDOVER = 2526;
    private static final List<Integer> OPEN = List.of(9443, 9102, 9100);

    private RelayPolicy() {}

    /**
     * The policy that admits exactly these addresses.
     *
     * @param labels of the policy itself
     * @param selector what tells the pool's Pods from all others
     * @param admitted addresses in CIDR notation
     */
    public static NetworkPolicy of(
            String namespace,
            String name,
            Map<String, String> labels,
            Map<String, String> selector,
            List<String> admitted) {
        List<NetworkPolicyIngressRule> rules = new ArrayList<>();
        // A rule without peers would admit everybody.
        if (!admitted.isEmpty()) {
            rules.add(rule(admitted.stream().sorted().map(RelayPolicy::block).toList(), List.of(SMTP)));
        }
        rules.add(rule(
                List.of(new NetworkPolicyPeerBuilder()
                        .withNewPodSelector()
                        .withMatchLabels(selector)
                        .endPodSelector()
                        .build()),
                List.of(HANDOVER)));
        rules.add(rule(List.of(), OPEN));
        return new NetworkPolicyBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withNewSpec()
                .withNewPodSelector()
                .withMatchLabels(selector)
                .endPodSelector()
                .withPolicyTypes("Ingress")
                .withIngress(rules)
                .endSpec()
                .build();
    }

    private static NetworkPolicyPeer block(String network) {
        return new NetworkPolicyPeerBuilder()
                .withNewIpBlock()
                .withCidr(network)
                .endIpBlock()
                .build();
    }

    private static NetworkPolicyIngressRule rule(List<NetworkPolicyPeer> from, List<Integer> ports) {
        return new NetworkPolicyIngressRuleBuilder()
                .withFrom(from)
                .withPorts(ports.stream().map(RelayPolicy::port).toList())
                .build();
    }

    private static NetworkPolicyPort port(int number) {
        return new NetworkPolicyPortBuilder()
                .withProtocol("TCP")
                .withPort(new IntOrString(number))
                .build();
    }
}
