package dev.sluice.plan;

import dev.sluice.api.NodeTemplate;
import dev.sluice.node.NodeReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What is known of one node.
 *
 * @param name the MailNode's name
 * @param revision what it is made of
 * @param machine whether it is a machine elsewhere, not a Pod of ours
 * @param deleting whether somebody asked for its MailNode to go
 * @param address its own address, once it has one
 * @param smtpPort where it takes mail
 * @param handoverPort where it takes a peer's queue
 * @param template what it is made of
 * @param hops the next hops of its revision, resolved
 * @param problem why its Pod is not up, in one line, as the cluster says it
 * @param report the last report of its agent
 * @param reportTime when that report arrived
 * @param contactProblem why the agent could not be asked the last time; empty when it answered
 * @param acceptedLoss the number of messages whose loss a person accepted in writing
 */
public record NodeFacts(
        String name,
        String revision,
        boolean machine,
        boolean deleting,
        Optional<String> address,
        int smtpPort,
        int handoverPort,
        NodeTemplate template,
        List<HopFacts> hops,
        Optional<String> problem,
        Optional<NodeReport> report,
        Optional<Instant> reportTime,
        Optional<String> contactProblem,
        Optional<Long> acceptedLoss) {
    public NodeFacts {
        hops = List.copyOf(hops);
    }

    /** The same of a node that said this instead. */
    NodeFacts withReport(NodeReport said) {
        return new NodeFacts(
                name,
                revision,
                machine,
                deleting,
                address,
                smtpPort,
                handoverPort,
                template,
                hops,
                problem,
                Optional.of(said),
                reportTime,
                contactProblem,
                acceptedLoss);
    }
}
