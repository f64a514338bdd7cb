package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.MessageFates;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** What the operator's tests have in common: a cluster's namespace, nodes that count mail, an operator. */
final class Story implements AutoCloseable {
    static final Duration PATIENCE = Duration.ofMinutes(2);

    private final KubernetesClient client;
    private final Config configuration;
    private final OperatorSettings settings;
    private final FakeNodes nodes;
    private final ScheduledExecutorService mail = Executors.newSingleThreadScheduledExecutor();
    private java.util.concurrent.Future<?> flow = java.util.concurrent.CompletableFuture.completedFuture(null);
    private final java.util.concurrent.atomic.AtomicInteger requests = new java.util.concurrent.atomic.AtomicInteger();
    private KubernetesClient operatorClient;
    private SluiceOperator operator;

    Story(KubernetesClient client) {
        this(
                client,
                client.getConfiguration(),
                OperatorSettings.alone(List.of(client.getNamespace()), client.getNamespace(), "test"));
    }

    /**
     * A story whose operator is somebody else than the person who tells it.
     *
     * @param configuration how the operator reaches the cluster
     * @param settings how the operator runs
     */
    Story(KubernetesClient client, Config configuration, OperatorSettings settings) {
        this.client = client;
        this.configuration = configuration;
        this.settings = settings;
        this.nodes = new FakeNodes(client);
        startOperator();
    }

    final void startOperator() {
        operatorClient = new KubernetesClientBuilder()
                .withConfig(ServerCalls.patience(configuration))
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("count", new Interceptor() {
                    @Override
                    public void before(BasicBuilder builder, HttpRequest request, Interceptor.RequestTags tags) {
                        boolean watches =
                                String.valueOf(request.uri().getQuery()).contains("watch=true");
                        requests.addAndGet(watches ? 0 : 1);
                    }
                }))
                .build();
        operator = new SluiceOperator(
                operatorClient,
                settings,
                InstantSource.system(),
                Optional.of(onLoopback(new MutualTlsGateway(
                        new Certificates(operatorClient, InstantSource.system()), Duration.ofSeconds(2)))));
        operator.start();
    }

    /** The same agents, at addresses that a test can listen on. */
    static AgentGateway onLoopback(AgentGateway real) {
        return new AgentGateway() {
            @Override
            public NodeReport report(NodeAddress address) throws NodeCallFailure {
                return real.report(moved(address));
            }

            @Override
            public void order(NodeAddress address, NodeOrders orders) throws NodeCallFailure {
                real.order(moved(address), orders);
            }

            @Override
            public MessageFates messages(NodeAddress address) throws NodeCallFailure {
                return real.messages(moved(address));
            }

            private NodeAddress moved(NodeAddress address) {
                return new NodeAddress(
                        address.node(), address.namespace(), FakeNodes.onLoopback(address.host()), address.port());
            }
        };
    }

    void stopOperator() {
        operator.close();
        operatorClient.close();
    }

    /** Where the operator's health and metrics are. */
    int managementPort() {
        return operator.managementPort().orElseThrow();
    }

    /** How many requests the operator has sent to the API server; a watch that begins anew is none. */
    int operatorRequests() {
        return requests.get();
    }

    FakeNodes nodes() {
        return nodes;
    }

    /** Each node that takes mail gets so many messages, ten times a second. */
    void mailFlows(long messages) {
        flow = mail.scheduleAtFixedRate(
                () -> nodes.all().forEach(agent -> agent.receive(messages)), 0, 100, TimeUnit.MILLISECONDS);
    }

    void apply(String yaml) {
        for (HasMetadata resource : client.load(
                        new java.io.ByteArrayInputStream(yaml.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                .items()) {
            client.resource(resource)
                    .inNamespace(client.getNamespace())
                    .fieldManager("person")
                    .forceConflicts()
                    .serverSideApply();
        }
    }

    FilterPool filterPool(String name) {
        return client.resources(FilterPool.class).withName(name).require();
    }

    PoolStatus status(String name) {
        return Observation.statusOf(filterPool(name));
    }

    static Optional<Condition> condition(PoolStatus status, String type) {
        return status.conditions().stream()
                .filter(condition -> condition.getType().equals(type))
                .findFirst();
    }

    static String condition(PoolStatus status, String type, String absent) {
        return condition(status, type).map(Condition::getStatus).orElse(absent);
    }

    static List<NodeEntry> in(PoolStatus status, NodeState state) {
        return status.nodes().stream().filter(node -> node.state() == state).toList();
    }

    List<MailNode> mailNodes() {
        return client.resources(MailNode.class).list().getItems();
    }

    List<PoolRollout> rollouts() {
        return client.resources(PoolRollout.class).list().getItems();
    }

    ConditionFactory soon(String what) {
        return Awaitility.await(what).atMost(PATIENCE).pollInterval(Duration.ofMillis(100));
    }

    /** Waits until the pool's status is as described. */
    PoolStatus eventually(String pool, String what, ThrowingConsumer<PoolStatus> description) {
        soon(what).untilAsserted(() -> description.accept(status(pool)));
        return status(pool);
    }

    @Override
    public void close() {
        flow.cancel(false);
        mail.shutdownNow();
        operator.close();
        operatorClient.close();
        nodes.close();
    }
}
