package dev.sluice.operator;

import dev.sluice.node.MessageFates;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;

/** How agents are reached. Calls may take as long as their time-out and are never made by a reconciler. */
interface AgentGateway {
    /**
     * Asks an agent how its node is.
     *
     * @throws NodeCallFailure when there is no answer that can be believed
     */
    NodeReport report(NodeAddress address) throws NodeCallFailure;

    /**
     * Gives orders to an agent.
     *
     * @throws NodeCallFailure when they were not, or perhaps not, accepted
     */
    void order(NodeAddress address, NodeOrders orders) throws NodeCallFailure;

    /**
     * Asks an agent what became of its node's messages.
     *
     * @throws NodeCallFailure when there is no answer that can be believed
     */
    MessageFates messages(NodeAddress address) throws NodeCallFailure;
}
