package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * One node: a pod that Sluice makes, or a machine that exists elsewhere and runs the agent.
 *
 * @param poolRef the pool that it belongs to
 * @param revision what it is made of
 * @param external the machine, or null for a pod
 * @param template what the pod is made of, or null for a machine
 * @param nextHops the next hops of its revision
 */
@ApiData
@ValidationRule(
        value = "has(self.external) != has(self.template)",
        message =
                "a node is either a machine or a pod: write external (host and ports of the machine); template is written by Sluice for its own pods")
@ValidationRule(
        value = "self.poolRef == oldSelf.poolRef",
        message =
                "a node cannot change its pool: delete this MailNode (it drains first) and make one with the other poolRef")
public record MailNodeSpec(
        @Required @JsonPropertyDescription("The pool that the node belongs to. Cannot be changed.")
        PoolReference poolRef,

        @Required
        @Bounded(length = 80, pattern = "^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?$")
        @JsonPropertyDescription(
                "What the node is made of. For a machine: any name that changes whenever its set-up does; a new one puts it on trial again.")
        String revision,

        @JsonPropertyDescription(
                "A machine that exists elsewhere and runs the Sluice agent. Exactly one of this and template.")
        ExternalNode external,

        @JsonPropertyDescription("What the pod is made of; written by Sluice. Exactly one of this and external.")
        NodeTemplate template,

        @Bounded(items = 16, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription(
                "Where this node hands its mail: the next hops of its revision, written by Sluice for its own pods. A machine without any takes those of its pool.")
        List<NextHop> nextHops) {

    /** What is not given becomes empty. */
    public MailNodeSpec {
        nextHops = Absent.toEmpty(nextHops);
    }

    /**
     * A machine that runs the agent.
     *
     * @param host a host name or an IP address
     * @param smtpPort where it accepts mail
     * @param agentPort where its agent answers
     */
    @ApiData
    public record ExternalNode(
            @Required
            @Bounded(length = 253, pattern = "^[A-Za-z0-9:]([A-Za-z0-9._:-]*[A-Za-z0-9:])?$")
            @JsonPropertyDescription("Its host name or IP address, without brackets.")
            String host,

            @Default("25") @Min(1) @Max(65535) @JsonPropertyDescription("The port where it accepts mail. Default 25.")
            int smtpPort,

            @Default("9443")
            @Min(1) @Max(65535) @JsonPropertyDescription("The port where its agent answers (HTTPS with client certificates). Default 9443.")
            int agentPort) {
        /** What is not given becomes its default. */
        public ExternalNode {
            smtpPort = Absent.to(25, smtpPort);
            agentPort = Absent.to(9443, agentPort);
        }
    }
}
