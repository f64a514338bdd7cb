package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.MessageFates;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeOrders.ClientAddress;
import dev.sluice.node.NodeReport;
import dev.sluice.node.NodeReport.Ledger;
import dev.sluice.node.NodeReport.MtaPhase;
import dev.sluice.node.NodeReport.MtaStatus;
import dev.sluice.node.NodeReport.OrdersPhase;
import dev.sluice.node.NodeReport.OrdersStatus;
import dev.sluice.node.NodeReport.QueueSummary;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a leader tells an agent that has its orders from the leader before. */
class AgentPollerTest {
    private static final NodeAddress EDGE_1 = new NodeAddress("edge-1", "mail", "192.0.2.1", 9443);
    private static final NodeOrders ORDERS = new NodeOrders(
            1,
            "edge-1",
            100,
            true,
            false,
            false,
            60,
            Map.of(),
            ClientAddress.CONNECTION,
            List.of(),
            List.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            1,
            false);

    private final Agent agent = new Agent();
    private final AtomicBoolean mayAct = new AtomicBoolean(true);
    private AgentPoller poller;

    @AfterEach
    void end() {
        poller.close();
    }

    private void leaderOf(long epoch) {
        poller = new AgentPoller(
                agent,
                () -> List.of(EDGE_1),
                () -> epoch,
                mayAct::get,
                node -> {},
                InstantSource.system(),
                Duration.ofMillis(20),
                1);
        poller.start();
        Awaitility.await("the agent has reported")
                .until(() ->
                        poller.contact(new ObjectKey("mail", "edge-1")).report().isPresent());
    }

    @Test
    void aNewLeaderGivesTheSameOrdersOnceSoThatTheAgentKnowsIt() {
        leaderOf(2);

        poller.want(EDGE_1, ORDERS);

        Awaitility.await("the agent knows").until(() -> !agent.given.isEmpty());
        assertThat(agent.given).extracting(NodeOrders::leaderEpoch).containsExactly(2L);
    }

    @Test
    void aLeaderWhoseOrdersAreInForceIsSilent() {
        leaderOf(1);

        poller.want(EDGE_1, ORDERS);

        int before = agent.reports;
        Awaitility.await("it was asked some more times").until(() -> agent.reports > before + 3);
        assertThat(agent.given).isEmpty();
    }

    @Test
    void whoMayNotActGivesNoOrders() {
        mayAct.set(false);
        leaderOf(2);

        poller.want(EDGE_1, ORDERS);

        int before = agent.reports;
        Awaitility.await("it was asked some more times").until(() -> agent.reports > before + 3);
        assertThat(agent.given).isEmpty();
    }

    /** Has the orders of the leader of epoch 1. */
    private static final class Agent implements AgentGateway {
        private final List<NodeOrders> given = new CopyOnWriteArrayList<>();
        private volatile int reports;

        @Override
        public synchronized NodeReport report(NodeAddress address) {
            reports++;
            NodeOrders last = given.isEmpty() ? ORDERS : given.get(given.size() - 1);
            return new NodeReport(
                    "edge-1",
                    "life",
                    Instant.now(),
                    new MtaStatus(MtaPhase.RUNNING, "Postfix", ""),
                    new OrdersStatus(last.leaderEpoch(), NodeJson.digest(last), OrdersPhase.APPLIED, ""),
                    List.of(),
                    new Ledger(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
                    new QueueSummary(0, 0, 0, 0, 0, List.of(), 1L << 30),
                    Optional.empty(),
                    Optional.empty(),
                    0,
                    Optional.empty());
        }

        @Override
        public void order(NodeAddress address, NodeOrders orders) {
            given.add(orders);
        }

        @Override
        public MessageFates messages(NodeAddress address) {
            return new MessageFates("edge-1", "life", 0, List.of());
        }
    }
}
