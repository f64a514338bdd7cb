package dev.sluice.operator;

import dev.sluice.node.MessageFates;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import dev.sluice.testkit.ApiServerDoor;
import dev.sluice.testkit.ApiServerDoor.Fate;
import dev.sluice.testkit.ApiServerDoor.Request;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operator that can die at any step it takes. Once dead it reaches neither the API server nor an agent, whatever its
 * threads still try: nobody can tell it from a process that was killed. Nothing is released, ended or written down.
 */
final class MortalOperator implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MortalOperator.class);

    private final AtomicBoolean dead = new AtomicBoolean();
    private final ApiServerDoor door;
    private final KubernetesClient client;
    private final SluiceOperator operator;

    /** Sees each step that changes something outside of the operator, before it is taken, and says what becomes of it. */
    interface Fates {
        Fate of(MortalOperator operator, String step);
    }

    MortalOperator(Config cluster, String namespace, OperatorSettings settings, Fates fates) {
        door = ApiServerDoor.before(cluster, request -> request.isWrite() ? fates.of(this, said(request)) : Fate.PASS);
        client = new KubernetesClientBuilder()
                .withConfig(ServerCalls.patience(door.clientConfig(namespace)))
                .build();
        AgentGateway agents = Story.onLoopback(
                new MutualTlsGateway(new Certificates(client, InstantSource.system()), Duration.ofSeconds(5)));
        operator = new SluiceOperator(client, settings, InstantSource.system(), Optional.of(new Mortal(agents, fates)));
    }

    private static String said(Request request) {
        return request.method() + " " + request.path().replaceAll("[?].*", "").replaceAll("^.*/namespaces/[^/]*/", "");
    }

    void start() {
        Thread main = new Thread(
                () -> {
                    try {
                        operator.start();
                    } catch (RuntimeException e) {
                        if (!dead.get()) {
                            LOG.error("the operator did not start", e);
                        }
                    }
                },
                "operator-main");
        main.setDaemon(true);
        main.start();
    }

    /** From now on it is as if its process had got SIGKILL. */
    void kill() {
        if (!dead.getAndSet(true)) {
            door.close();
            // What is left in this JVM is a ghost without hands; it is cleared away besides.
            Thread undertaker = new Thread(
                    () -> {
                        client.close();
                        operator.close();
                    },
                    "undertaker");
            undertaker.setDaemon(true);
            undertaker.start();
        }
    }

    @Override
    public void close() {
        kill();
    }

    /** The way to the agents, which ends with the operator. */
    private final class Mortal implements AgentGateway {
        private final AgentGateway agents;
        private final Fates fates;

        private Mortal(AgentGateway agents, Fates fates) {
            this.agents = agents;
            this.fates = fates;
        }

        @Override
        public NodeReport report(NodeAddress address) throws NodeCallFailure {
            mustLive(address);
            NodeReport report = agents.report(address);
            mustLive(address);
            return report;
        }

        @Override
        public MessageFates messages(NodeAddress address) throws NodeCallFailure {
            mustLive(address);
            MessageFates messages = agents.messages(address);
            mustLive(address);
            return messages;
        }

        @Override
        public void order(NodeAddress address, NodeOrders orders) throws NodeCallFailure {
            mustLive(address);
            Fate fate = fates.of(MortalOperator.this, "ORDER " + address.node());
            if (fate instanceof Fate.Break) {
                throw new NodeCallFailure.Unreachable(address.node() + ": the connection broke", null);
            }
            agents.order(address, orders);
            if (fate instanceof Fate.Pass pass) {
                pass.then().run();
            } else if (fate instanceof Fate.Lose lose) {
                lose.then().run();
                throw new NodeCallFailure.Unreachable(address.node() + ": the answer did not come", null);
            }
        }

        private void mustLive(NodeAddress address) throws NodeCallFailure {
            if (dead.get()) {
                throw new NodeCallFailure.Unreachable(address.node() + " cannot be reached by a dead operator", null);
            }
        }
    }
}
