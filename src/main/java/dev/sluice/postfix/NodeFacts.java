package dev.sluice.postfix;

import java.nio.file.Path;

/**
 * What is true of a node whatever it is ordered to do.
 *
 * @param hostName the name that the node says of itself, {@code myhostname}
 * @param node the node's name, also the seed of what shall differ between nodes
 * @param configDirectory where {@code main.cf} and its tables go
 * @param queueDirectory Postfix's queue
 * @param dataDirectory Postfix's own state, owned by its user
 * @param logFile where Postfix writes its log
 * @param bindAddress the address of both listeners and the source of all deliveries; {@code 0.0.0.0} for any
 * @param smtpPort the listener for clients
 * @param handoverPort the listener for peers that hand their queue over
 * @param inspectionPort a listener on the loopback address on which the agent asks what an outside client would be told; 0 where the mail transfer agent has none
 * @param tellRefusedClients whether a refusal names the client's address, so that the refused side learns which address
 *     to have admitted
 * @param policySocket where the agent answers Postfix's policy questions
 */
public record NodeFacts(
        String hostName,
        String node,
        Path configDirectory,
        Path queueDirectory,
        Path dataDirectory,
        Path logFile,
        String bindAddress,
        int smtpPort,
        int handoverPort,
        int inspectionPort,
        boolean tellRefusedClients,
        Path policySocket) {

    /** Whether the node listens on any address and leaves the choice of the source address to the kernel. */
    public boolean bindsToAnyAddress() {
        return bindAddress.equals("0.0.0.0");
    }
}
