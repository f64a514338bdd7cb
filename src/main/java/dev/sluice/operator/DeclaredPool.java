package dev.sluice.operator;

import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.NextHop;
import dev.sluice.api.NodeTemplate;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.plan.GateMemories;
import dev.sluice.plan.HopFacts;
import dev.sluice.plan.NodeFacts;
import dev.sluice.plan.PoolSnapshot;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The snapshot of a pool as a file declares it, from objects that somebody listed: what the operator would see right after
 * the file is applied, but for what only agents can tell.
 *
 * @param declared the pool of the file, with its namespace
 * @param live the pool as it is, empty when it would be new
 * @param pools all pools of the namespace
 * @param nodes all nodes of the namespace
 * @param policies all rollout policies of the namespace, those of the file in the place of live ones
 */
public record DeclaredPool(
        Pool declared, Optional<Pool> live, List<Pool> pools, List<MailNode> nodes, List<RolloutPolicy> policies) {
    private static final int SMTP_PORT = 25;
    private static final int HANDOVER_PORT = 2526;

    public DeclaredPool {
        pools = List.copyOf(pools);
        nodes = List.copyOf(nodes);
        policies = List.copyOf(policies);
    }

    /** The rollout policy that would be in force, empty when a reference does not resolve. */
    public Optional<RolloutPolicySpec> policy() {
        var rollout = declared.getSpec().rollout();
        return rollout.policyRef() == null
                ? Optional.of(Optional.ofNullable(rollout.policy()).orElse(RolloutPolicySpec.STANDARD))
                : policies.stream()
                        .filter(policy -> policy.getMetadata()
                                .getName()
                                .equals(rollout.policyRef().name()))
                        .map(RolloutPolicy::getSpec)
                        .findFirst();
    }

    /** What the planner would be given. */
    public PoolSnapshot snapshot() {
        PoolKey key = PoolKey.of(declared);
        PoolStatus status = live.map(Observation::statusOf).orElse(PoolStatus.NEVER_OBSERVED);
        List<Pool> afterwards = afterwards(key);
        return new PoolSnapshot(
                key.reference(),
                live.map(pool -> pool.getMetadata().getGeneration() + 1).orElse(1L),
                false,
                declared.getSpec(),
                policy(),
                RevisionSchemes.KNOWN.desired(declared.getSpec(), status),
                status,
                nodes.stream()
                        .filter(node -> PoolKey.of(
                                        node.getMetadata().getNamespace(),
                                        node.getSpec().poolRef())
                                .equals(key))
                        .map(node -> facts(node, afterwards))
                        .toList(),
                Map.of(),
                hops(declared.getSpec().nextHops(), afterwards),
                List.of(),
                Observation.trialOnPath(key, afterwards),
                Observation.starvingOnPath(key, afterwards),
                Optional.empty(),
                Observation.olderOfTheSameName(dated(key), afterwards),
                List.of(),
                Optional.empty(),
                GateMemories.none());
    }

    /** The pools with this one as declared. */
    private List<Pool> afterwards(PoolKey key) {
        List<Pool> result = new ArrayList<>(
                pools.stream().filter(pool -> !PoolKey.of(pool).equals(key)).toList());
        result.add(dated(key));
        return result;
    }

    private Pool dated(PoolKey key) {
        Pool pool = key.kind() == PoolKind.FILTER_POOL
                ? copy((FilterPool) declared)
                : copy((dev.sluice.api.TransportPool) declared);
        pool.setMetadata(new ObjectMetaBuilder(declared.getMetadata())
                .withCreationTimestamp(
                        live.map(existing -> existing.getMetadata().getCreationTimestamp())
                                .orElse("9999-12-31T00:00:00Z"))
                .build());
        return pool;
    }

    private static FilterPool copy(FilterPool pool) {
        FilterPool copy = new FilterPool();
        copy.setSpec(pool.getSpec());
        return copy;
    }

    private static dev.sluice.api.TransportPool copy(dev.sluice.api.TransportPool pool) {
        dev.sluice.api.TransportPool copy = new dev.sluice.api.TransportPool();
        copy.setSpec(pool.getSpec());
        return copy;
    }

    private NodeFacts facts(MailNode node, List<Pool> afterwards) {
        NodeTemplate template = Optional.ofNullable(node.getSpec().template())
                .orElse(declared.getSpec().template());
        return new NodeFacts(
                node.getMetadata().getName(),
                node.getSpec().revision(),
                node.getSpec().external() != null,
                node.getMetadata().getDeletionTimestamp() != null,
                Optional.ofNullable(node.getStatus()).map(status -> status.address()),
                Optional.ofNullable(node.getSpec().external())
                        .map(machine -> machine.smtpPort())
                        .orElse(SMTP_PORT),
                HANDOVER_PORT,
                template,
                hops(node.getSpec().nextHops(), afterwards),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }

    private List<HopFacts> hops(List<NextHop> hops, List<Pool> afterwards) {
        return hops.stream().map(hop -> hop(hop, afterwards)).toList();
    }

    private HopFacts hop(NextHop hop, List<Pool> afterwards) {
        if (hop.transportPoolRef() == null) {
            List<Endpoint> endpoints = hop.addresses().stream()
                    .map(address -> new Endpoint(address.host(), address.port()))
                    .toList();
            return new HopFacts(
                    hop.name(), endpoints, hop.recipientDomains(), false, Optional.empty(), Optional.empty());
        }
        Optional<Pool> tier = afterwards.stream()
                .filter(pool -> pool.kind() == PoolKind.TRANSPORT_POOL)
                .filter(pool -> pool.getMetadata()
                        .getName()
                        .equals(hop.transportPoolRef().name()))
                .findFirst();
        List<Endpoint> endpoints = tier.stream()
                .flatMap(pool -> Observation.statusOf(livePool(pool)).nodes().stream())
                .filter(node -> NextHops.IN_SERVICE.contains(node.state()))
                .map(node -> new Endpoint(
                        Optional.ofNullable(node.lastKnownAddress()).orElse(node.name()), SMTP_PORT))
                .toList();
        return endpoints.isEmpty()
                ? NextHops.withoutService(hop, tier, List.of())
                : new HopFacts(hop.name(), endpoints, hop.recipientDomains(), true, Optional.empty(), Optional.empty());
    }

    private Pool livePool(Pool pool) {
        return pools.stream()
                .filter(known -> PoolKey.of(known).equals(PoolKey.of(pool)))
                .findFirst()
                .orElse(pool);
    }
}
