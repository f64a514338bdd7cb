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
 * What a transport pool is to be.
 *
 * @param replicas how many nodes serve
 * @param minAvailable how many nodes have to serve at any time
 * @param template what each node is made of
 * @param relayAccess who may relay through the nodes
 * @param nextHops where mail goes; empty means delivery by MX
 * @param traffic how traffic reaches the nodes; null when filter pools use the nodes' own addresses
 * @param drain how nodes leave
 * @param rollout how nodes enter
 * @param notifications who is told of what happens
 */
@ApiData
@ValidationRule(
        value = "self.minAvailable <= self.replicas",
        message = "minAvailable is above replicas: write a minAvailable that is at most replicas")
@ValidationRule(
        value =
                "!has(self.nextHops) || self.nextHops.filter(h, !has(h.recipientDomains) || size(h.recipientDomains) == 0).size() <= 1",
        message = "more than one next hop takes all remaining domains: give recipientDomains to every next hop but one")
public record TransportPoolSpec(
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

        @Required
        @JsonPropertyDescription(
                "Who may relay through the nodes. Sluice keeps Postfix's mynetworks and a NetworkPolicy equal to it.")
        RelayAccess relayAccess,

        @Bounded(items = 16, list = ListType.MAP, keys = "name")
        @JsonPropertyDescription(
                "Where mail goes, at most 16. Empty (default) means delivery to the MX hosts of each domain.")
        List<NextHop> nextHops,

        @JsonPropertyDescription(
                "How traffic reaches the nodes: exactly one of haProxy and endpointSlice. Left out when filter pools that name this pool as their next hop use the addresses of its nodes.")
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
    public TransportPoolSpec {
        nextHops = Absent.toEmpty(nextHops);
        relayAccess = Absent.to(RelayAccess.NOBODY, relayAccess);
        drain = Absent.to(Drain.STANDARD, drain);
        rollout = Absent.to(Rollout.STANDARD, rollout);
        notifications = Absent.toEmpty(notifications);
    }

    @Override
    public List<String> acceptFrom() {
        return List.of();
    }

    @Override
    public Optional<Traffic> trafficRouter() {
        return Optional.ofNullable(traffic);
    }

    @Override
    public Optional<RelayAccess> relayRules() {
        return Optional.of(relayAccess);
    }
}
