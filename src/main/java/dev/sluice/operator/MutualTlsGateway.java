package dev.sluice.operator;

import dev.sluice.node.MessageFates;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeCallFailure;
import dev.sluice.node.NodeClient;
import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Reaches agents over HTTPS; both sides show a certificate of the authority of the node's namespace. */
final class MutualTlsGateway implements AgentGateway {
    private final Certificates certificates;
    private final Duration limit;
    private final Map<String, NodeClient> clients = new ConcurrentHashMap<>();

    MutualTlsGateway(Certificates certificates, Duration limit) {
        this.certificates = certificates;
        this.limit = limit;
    }

    @Override
    public NodeReport report(NodeAddress address) throws NodeCallFailure {
        return client(address).report(address);
    }

    @Override
    public void order(NodeAddress address, NodeOrders orders) throws NodeCallFailure {
        client(address).order(address, orders);
    }

    @Override
    public MessageFates messages(NodeAddress address) throws NodeCallFailure {
        return client(address).messages(address);
    }

    private NodeClient client(NodeAddress address) {
        certificates.renewOperatorCertificate(address.namespace());
        return clients.computeIfAbsent(
                address.namespace(), namespace -> new NodeClient(certificates.operatorIdentity(namespace), limit));
    }
}
