package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;
import java.util.List;
import java.util.Optional;

/**
 * What a filter pool is to be.
 *
 * @param replicas how many nodes serve
 * @param minAvailable how many nodes have to serve at any time
 * @param template what each node is made of
 * @param acceptFrom addresses of the edge that may relay through the nodes, in CIDR notation
 * @param nextHops where mail goes, at least one
 * @param traffic how traffic reaches the nodes
 * @param drain how nodes leave
 * @param rollout how nodes enter
 * @param notifications who is told of what happens
 */
@ApiData
@ValidationRule(
        value = "self.minAvailable <= self.replicas",
        message = "minAvailable is above replicas: write a minAvailable that is at most replicas")
@ValidationRule(
        value = "self.nextHops.filter(h, !has(h.recipientDomains) || size(h.recipientDomains) == 0).size() <= 1",
        message = "more than one next hop takes all remaining domains: give recipientDomains to every next hop but one")
public record FilterPoolSpec(
        @Required
        @Default("1")
        @Min(0) @Max(500) @SpecReplicas
        @JsonPropertyDescription(
                "How many nodes serve. Default 1, 0 to 500. New nodes take mail only after preflight and canary, also when only this number grows.")
        int replicas,

        @Default("0")
        @Min(0) @Max(500) @JsonPropertyDescription(
                "How many nodes have to serve at any time; nothing that Sluice does takes the pool below it. Default 0, at most replicas.")
        int minAvailable,

        @Required
        @JsonPropertyDescription(
                "What each node is made of. A change makes a new revision, which enters by the steps of the rollout policy.")
        NodeTemplate template,

        @Bounded(items = 64, length = 49, list = ListType.SET)
        @ValidationRule(
                value = "self.all(n, isCIDR(n))",
                message = "acceptFrom takes addresses in CIDR notation: write 192.0.2.10/32 for one address")
        @ValidationRule(
                value = "self.all(n, !isCIDR(n) || cidr(n).prefixLength() >= (cidr(n).ip().family() == 4 ? 8 : 32))",
                message =
                        "acceptFrom names so many addresses that the pool would be an open relay: write the addresses of the edge, such as 192.0.2.10/32")
        @JsonPropertyDescription(
                "Addresses of the edge (load balancers) that may relay through the nodes, in CIDR notation. Everyone else is served only for the domains that the nodes accept mail for. At most 64. Example: 192.0.2.10/32.")
        List<String> acceptFrom,

        @Required
        @Bounded(items = 16, least = 1, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription(
                "Where mail goes after filtering, 1 to 16. Every endpoint of every next hop is probed from a new node's own address before the node carries mail.")
        List<NextHop> nextHops,

        @Required @JsonPropertyDescription("How traffic reaches the nodes: exactly one of haProxy and endpointSlice.")
        Traffic traffic,

        @Default("{}")
        @JsonPropertyDescription("How nodes leave. By default their queue is handed over to a healthy peer.")
        Drain drain,

        @Default("{}") @JsonPropertyDescription("How nodes enter. By default by the built-in rollout policy.")
        Rollout rollout,

        @Bounded(items = 8, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription(
                "Who is told of what happens to the pool, at most 8. A receiver that does not answer holds nothing up.")
        List<Notification> notifications)
        implements PoolSpec {
    /** What is not given becomes empty or its default. */
    public FilterPoolSpec {
        acceptFrom = Absent.toEmpty(acceptFrom);
        nextHops = Absent.toEmpty(nextHops);
        drain = Absent.to(Drain.STANDARD, drain);
        rollout = Absent.to(Rollout.STANDARD, rollout);
        notifications = Absent.toEmpty(notifications);
    }

    @Override
    public Optional<Traffic> trafficRouter() {
        return Optional.ofNullable(traffic);
    }

    @Override
    public Optional<RelayAccess> relayRules() {
        return Optional.empty();
    }
}
