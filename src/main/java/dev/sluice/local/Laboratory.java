package dev.sluice.local;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * A whole platform on this machine, part by part: network, API server, kubelet, edge, operator, sinks and load. Closing
 * it ends all of them, the last first, and leaves nothing behind. Not safe for use by several threads.
 */
public final class Laboratory implements AutoCloseable {
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Network network;
    private final ApiServer apiServer;
    private final KubernetesClient client;
    private final String namespace;
    private final List<Sink> sinks = new ArrayList<>();
    private final List<LoadGenerator> loads = new ArrayList<>();
    private Kubelet kubelet;
    private Edge edge;
    private OperatorProcess operator;
    private long nextNumber = 1;

    private Laboratory(ApiServer apiServer, String namespace) {
        this.apiServer = keep(apiServer);
        this.namespace = namespace;
        this.network = keep(Network.open());
        this.client = keep(apiServer.client());
    }

    /**
     * Opens one: a network, and on the API server the kinds and a namespace.
     *
     * @param apiServer closed with the laboratory
     * @param namespace of the pools
     */
    public static Laboratory open(ApiServer apiServer, String namespace) {
        ProgramCommand.prepare();
        Laboratory laboratory;
        try {
            laboratory = new Laboratory(apiServer, namespace);
        } catch (RuntimeException e) {
            apiServer.close();
            throw e;
        }
        try {
            Definitions.install(laboratory.client);
            laboratory
                    .client
                    .resource(new NamespaceBuilder()
                            .withNewMetadata()
                            .withName(namespace)
                            .endMetadata()
                            .build())
                    .serverSideApply();
            return laboratory;
        } catch (RuntimeException e) {
            laboratory.close();
            throw e;
        }
    }

    /** Makes pods real from here on. */
    public Laboratory startKubelet() {
        return startKubelet(VolumeKind.DIRECTORIES);
    }

    /** The same with a choice of what volumes are. */
    public Laboratory startKubelet(VolumeKind volumes) {
        kubelet = keep(Kubelet.start(apiServer.client(), network, namespace, volumes));
        return this;
    }

    /** Puts HAProxy at the network's edge address. */
    public Laboratory startEdge(List<Edge.Backend> backends) {
        edge = keep(Edge.start(network, backends));
        return this;
    }

    /** Starts the operator; {@link #operator()} kills it and starts it again. */
    public Laboratory startOperator(String... arguments) {
        operator = keep(OperatorProcess.start(
                apiServer.kubeconfigFile(),
                List.of(arguments),
                network.stateDirectory().resolve("operator.log")));
        return this;
    }

    /** Adds a sink. */
    public Sink startSink(int port) {
        Sink sink = keep(Sink.start(network, sinks.size() + 1, port));
        sinks.add(sink);
        return sink;
    }

    /** Adds a load; its messages' numbers are those that no load before it can reach. */
    public LoadGenerator startLoad(LoadPlan plan) {
        LoadGenerator load = keep(LoadGenerator.start(network, loads.size() + 1, plan.withFirstNumber(nextNumber)));
        nextNumber += 10_000_000;
        loads.add(load);
        return load;
    }

    /** Applies objects as they are, those without a namespace in the laboratory's. */
    public Laboratory apply(List<? extends HasMetadata> objects) {
        for (HasMetadata object : objects) {
            if (object.getMetadata().getNamespace() == null) {
                object.getMetadata().setNamespace(namespace);
            }
            client.resource(object).serverSideApply();
        }
        return this;
    }

    /** Both ends' books of everything until now. */
    public Conservation conservation(Duration delayedAfter) {
        return Conservation.of(
                loads.stream().flatMap(load -> load.events().stream()).toList(),
                sinks.stream().flatMap(sink -> sink.receipts().stream()).toList(),
                delayedAfter);
    }

    /** Takes the pools off the API server as they are, nothing is drained: their machines end with the laboratory. */
    public Laboratory removePools() {
        Removal.ofEverything(client, namespace);
        return this;
    }

    /** The network. */
    public Network network() {
        return network;
    }

    /** The API server. */
    public ApiServer apiServer() {
        return apiServer;
    }

    /** A client with all rights. */
    public KubernetesClient client() {
        return client;
    }

    /** The namespace of the pools. */
    public String namespace() {
        return namespace;
    }

    /** The kubelet, after {@link #startKubelet()}. */
    public Kubelet kubelet() {
        return started(kubelet, "startKubelet");
    }

    /** The edge, after {@link #startEdge}. */
    public Edge edge() {
        return started(edge, "startEdge");
    }

    /** The operator, after {@link #startOperator}. */
    public OperatorProcess operator() {
        return started(operator, "startOperator");
    }

    /** A directory that goes with the laboratory; logs are in it. */
    public Path directory() {
        return network.stateDirectory();
    }

    @Override
    public void close() {
        Optional<RuntimeException> failure = Optional.empty();
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                RuntimeException wrapped = new LocalRuntimeException("cannot end a part: " + e.getMessage(), e);
                failure.ifPresent(wrapped::addSuppressed);
                failure = Optional.of(wrapped);
            }
        }
        if (failure.isPresent()) {
            throw failure.get();
        }
    }

    private <T extends AutoCloseable> T keep(T part) {
        parts.push(part);
        return part;
    }

    private static <T> T started(T part, String by) {
        if (part == null) {
            throw new IllegalStateException(by + " comes first");
        }
        return part;
    }
}
