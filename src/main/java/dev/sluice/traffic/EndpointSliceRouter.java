package dev.sluice.traffic;

import io.fabric8.kubernetes.api.model.discovery.v1.Endpoint;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointPortBuilder;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSlice;
import io.fabric8.kubernetes.api.model.discovery.v1.EndpointSliceBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A Service without selector as the edge: a node with a weight is in, one without is out but named as long as it ends
 * sessions. A Service has no weights; the share of a canary follows from the number of nodes.
 */
public final class EndpointSliceRouter implements Router {
    private static final String SERVICE_LABEL = "kubernetes.io/service-name";
    private static final String MANAGED_BY_LABEL = "endpointslice.kubernetes.io/managed-by";
    private static final String MANAGER = "sluice.dev";

    private final String namespace;
    private final String name;
    private final String service;
    private final Map<String, String> labels;
    private final Supplier<Optional<EndpointSlice>> present;
    private final Consumer<EndpointSlice> apply;

    /**
     * A router for one pool.
     *
     * @param name the name of the slice
     * @param service the Service that it belongs to
     * @param labels the pool's labels
     * @param present the slice as it is now
     * @param apply writes a slice
     */
    public EndpointSliceRouter(
            String namespace,
            String name,
            String service,
            Map<String, String> labels,
            Supplier<Optional<EndpointSlice>> present,
            Consumer<EndpointSlice> apply) {
        this.namespace = namespace;
        this.name = name;
        this.service = service;
        this.labels = new TreeMap<>(labels);
        this.labels.put(SERVICE_LABEL, service);
        this.labels.put(MANAGED_BY_LABEL, MANAGER);
        this.present = present;
        this.apply = apply;
    }

    @Override
    public Optional<String> route(List<Server> wanted) {
        EndpointSlice desired = desired(wanted);
        if (present.get().filter(slice -> same(slice, desired)).isPresent()) {
            return Optional.empty();
        }
        try {
            apply.accept(desired);
            return Optional.empty();
        } catch (KubernetesClientException e) {
            return Optional.of(
                    "the EndpointSlice of Service %s cannot be written: %s".formatted(service, e.getMessage()));
        }
    }

    private static boolean same(EndpointSlice present, EndpointSlice desired) {
        return desired.getEndpoints().equals(present.getEndpoints())
                && desired.getPorts().equals(present.getPorts())
                && present.getMetadata()
                        .getLabels()
                        .entrySet()
                        .containsAll(desired.getMetadata().getLabels().entrySet());
    }

    private EndpointSlice desired(List<Server> wanted) {
        boolean ipv6 = wanted.stream().anyMatch(server -> server.address().indexOf(':') >= 0);
        List<Endpoint> endpoints = wanted.stream()
                .sorted(Comparator.comparing(Server::node))
                .map(server -> endpoint(server, namespace))
                .toList();
        return new EndpointSliceBuilder()
                .withNewMetadata()
                .withNamespace(namespace)
                .withName(name)
                .withLabels(labels)
                .endMetadata()
                .withAddressType(ipv6 ? "IPv6" : "IPv4")
                .withEndpoints(endpoints)
                .withPorts(new EndpointPortBuilder()
                        .withName("smtp")
                        .withProtocol("TCP")
                        .withPort(wanted.stream().map(Server::port).findFirst().orElse(25))
                        .build())
                .build();
    }

    private static Endpoint endpoint(Server server, String namespace) {
        boolean in = server.weight() > 0;
        return new EndpointBuilder()
                .withAddresses(server.address())
                .withNewConditions()
                .withReady(in)
                .withServing(true)
                .withTerminating(!in)
                .endConditions()
                .withNewTargetRef()
                .withKind("Pod")
                .withName(server.node())
                .withNamespace(namespace)
                .endTargetRef()
                .build();
    }
}
