package dev.sluice.local;

import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.networking.v1.IPBlock;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyIngressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPeer;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;

/** What the NetworkPolicies of a namespace mean for one pod, in the words of nftables. Pure. */
final class NetworkPolicyRules {
    private NetworkPolicyRules() {}

    /**
     * The table of a pod; replaces the one before it at once.
     *
     * @param pod whose packets are judged
     * @param policies all of its namespace
     * @param pods all of its namespace, for {@code podSelector}
     * @param hostAddress this machine's, which always gets through, as a node does in a cluster
     */
    static String table(Pod pod, Collection<NetworkPolicy> policies, Collection<Pod> pods, String hostAddress) {
        List<NetworkPolicy> selecting = policies.stream()
                .filter(NetworkPolicyRules::restrictsIngress)
                .filter(policy -> matches(
                        policy.getSpec().getPodSelector(), pod.getMetadata().getLabels()))
                .sorted(java.util.Comparator.comparing(
                        policy -> policy.getMetadata().getName()))
                .toList();
        StringBuilder table = new StringBuilder("table inet sluice_policy\ndelete table inet sluice_policy\n");
        table.append("table inet sluice_policy {\nchain input {\n");
        table.append("type filter hook input priority 0; policy ")
                .append(selecting.isEmpty() ? "accept" : "drop")
                .append(";\n");
        if (!selecting.isEmpty()) {
            table.append("iifname \"lo\" accept\n");
            table.append("ct state established,related accept\n");
            table.append("ip saddr ").append(hostAddress).append(" accept\n");
            for (NetworkPolicy policy : selecting) {
                for (NetworkPolicyIngressRule rule : orEmpty(policy.getSpec().getIngress())) {
                    rules(rule, pod, pods).forEach(line -> table.append(line).append('\n'));
                }
            }
        }
        return table.append("}\n}\n").toString();
    }

    private static boolean restrictsIngress(NetworkPolicy policy) {
        List<String> types = orEmpty(policy.getSpec().getPolicyTypes());
        return types.isEmpty() || types.contains("Ingress");
    }

    private static List<String> rules(NetworkPolicyIngressRule rule, Pod pod, Collection<Pod> pods) {
        List<String> sources = sources(orEmpty(rule.getFrom()), pods);
        List<String> ports = ports(orEmpty(rule.getPorts()), pod);
        List<String> lines = new ArrayList<>();
        for (String source : sources) {
            for (String port : ports) {
                lines.add((source + " " + port + " accept").strip().replaceAll(" +", " "));
            }
        }
        return lines;
    }

    private static List<String> sources(List<NetworkPolicyPeer> peers, Collection<Pod> pods) {
        if (peers.isEmpty()) {
            return List.of("");
        }
        List<String> sources = new ArrayList<>();
        TreeSet<String> addresses = new TreeSet<>();
        for (NetworkPolicyPeer peer : peers) {
            IPBlock block = peer.getIpBlock();
            if (block != null) {
                List<String> except = orEmpty(block.getExcept());
                sources.add("ip saddr " + block.getCidr()
                        + (except.isEmpty() ? "" : " ip saddr != { " + String.join(", ", except) + " }"));
            } else if (peer.getPodSelector() != null && peer.getNamespaceSelector() == null) {
                pods.stream()
                        .filter(candidate -> matches(
                                peer.getPodSelector(), candidate.getMetadata().getLabels()))
                        .filter(candidate -> candidate.getStatus() != null
                                && candidate.getStatus().getPodIP() != null)
                        .forEach(
                                candidate -> addresses.add(candidate.getStatus().getPodIP()));
            }
            // A namespaceSelector admits nothing: only the pods of one namespace are on this network.
        }
        if (!addresses.isEmpty()) {
            sources.add("ip saddr { " + String.join(", ", addresses) + " }");
        }
        return sources;
    }

    private static List<String> ports(List<NetworkPolicyPort> ports, Pod pod) {
        if (ports.isEmpty()) {
            return List.of("");
        }
        List<String> matches = new ArrayList<>();
        for (NetworkPolicyPort port : ports) {
            String protocol =
                    port.getProtocol() == null ? "tcp" : port.getProtocol().toLowerCase(Locale.ROOT);
            IntOrString number = port.getPort();
            if (number == null) {
                matches.add("meta l4proto " + protocol);
            } else if (number.getIntVal() != null) {
                String last = port.getEndPort() == null ? "" : "-" + port.getEndPort();
                matches.add(protocol + " dport " + number.getIntVal() + last);
            } else {
                pod.getSpec().getContainers().stream()
                        .flatMap(container -> container.getPorts().stream())
                        .filter(declared -> number.getStrVal().equals(declared.getName()))
                        .forEach(declared -> matches.add(protocol + " dport " + declared.getContainerPort()));
            }
        }
        return matches;
    }

    /** Whether labels satisfy a selector; an empty selector takes everything. */
    static boolean matches(LabelSelector selector, Map<String, String> labels) {
        if (selector == null) {
            return true;
        }
        Map<String, String> present = labels == null ? Map.of() : labels;
        boolean equal = selector.getMatchLabels() == null
                || selector.getMatchLabels().entrySet().stream()
                        .allMatch(entry -> entry.getValue().equals(present.get(entry.getKey())));
        return equal
                && orEmpty(selector.getMatchExpressions()).stream()
                        .allMatch(requirement -> holds(requirement, present));
    }

    private static boolean holds(LabelSelectorRequirement requirement, Map<String, String> labels) {
        String value = labels.get(requirement.getKey());
        return switch (requirement.getOperator()) {
            case "In" -> value != null && requirement.getValues().contains(value);
            case "NotIn" -> value == null || !requirement.getValues().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            default -> false;
        };
    }

    private static <T> List<T> orEmpty(List<T> list) {
        return list == null ? List.of() : list;
    }
}
