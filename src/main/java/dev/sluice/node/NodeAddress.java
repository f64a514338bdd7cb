package dev.sluice.node;

/**
 * Where an agent is and who it must prove to be.
 *
 * @param node the name of the MailNode
 * @param namespace its namespace
 * @param host the IP address or name to connect to
 * @param port the agent's API
 */
public record NodeAddress(String node, String namespace, String host, int port) {
    /** The port of the agent's API where nothing else is said. */
    public static final int DEFAULT_PORT = 9443;

    /** The name that the agent's certificate must carry. */
    public String expectedName() {
        return NodeIdentity.ofNode(node, namespace);
    }
}
