package dev.sluice.plan;

import dev.sluice.api.PoolReference;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutPolicySpec;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All that is known of one pool at one moment. The planner asks nobody else.
 *
 * @param pool kind and name
 * @param generation of the declaration
 * @param deleting whether the pool is to go
 * @param spec what is declared
 * @param policy the rollout policy in force, empty when a reference does not resolve
 * @param desiredRevision the revision of the declaration
 * @param status what the planner decided so far; its whole memory but for the gate's
 * @param nodes what is known of each node
 * @param refusedNodes nodes that the API server does not take, and why, in its words; by name
 * @param hops the declared next hops, resolved
 * @param relaySources addresses that may relay through this pool besides the declared networks: the nodes of the pools in
 *     {@code relayAccess.fromPools} that are up, in CIDR notation
 * @param trialOnPath another pool of the same path that is on trial, as kind, space, name
 * @param starvingOnPath another pool of the same path that has no node in service and waits for nothing but the end of
 *     the trials on the path, as kind, space, name
 * @param trafficProblem why the edge is not as it was wanted last, in one line; empty when it is
 * @param conflict an older pool of another kind with the same name, as kind, space, name: its nodes have the names that
 *     this pool's would have
 * @param requests what people asked for and nobody answered yet, or only a moment ago
 * @param rollout the record of the running trial
 * @param memories what the gate remembers
 */
public record PoolSnapshot(
        PoolReference pool,
        long generation,
        boolean deleting,
        PoolSpec spec,
        Optional<RolloutPolicySpec> policy,
        String desiredRevision,
        PoolStatus status,
        List<NodeFacts> nodes,
        Map<String, String> refusedNodes,
        List<HopFacts> hops,
        List<String> relaySources,
        Optional<String> trialOnPath,
        Optional<String> starvingOnPath,
        Optional<String> trafficProblem,
        Optional<String> conflict,
        List<Request> requests,
        Optional<PoolRolloutStatus> rollout,
        GateMemories memories) {
    public PoolSnapshot {
        nodes = List.copyOf(nodes);
        refusedNodes = Map.copyOf(refusedNodes);
        hops = List.copyOf(hops);
        relaySources = List.copyOf(relaySources);
        requests = List.copyOf(requests);
    }
}
