package dev.sluice.sim.scope;

import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.plan.Effect;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A pool as it really is.
 *
 * @param declared what people want
 * @param status what is written
 * @param before what was written before that
 * @param nodes its nodes, by name
 * @param edge which of them get mail
 * @param record the record of the running attempt
 */
record ScopePool(
        Declared declared,
        PoolStatus status,
        PoolStatus before,
        List<ScopeNode> nodes,
        List<Effect.Route.Server> edge,
        Optional<PoolRolloutStatus> record) {
    /**
     * What people want of a pool.
     *
     * @param replicas how many nodes
     * @param revision of which revision
     * @param paused whether nothing new begins
     * @param deleting whether it is to go
     * @param request what was asked of the running trial, and by which name
     */
    record Declared(
            int replicas,
            String revision,
            boolean paused,
            boolean deleting,
            Optional<dev.sluice.plan.Request> request) {
        Declared replicas(int wanted) {
            return new Declared(wanted, revision, paused, deleting, request);
        }

        Declared revision(String wanted) {
            return new Declared(replicas, wanted, paused, deleting, request);
        }

        Declared pausedNow() {
            return new Declared(replicas, revision, true, deleting, request);
        }

        Declared deletedNow() {
            return new Declared(replicas, revision, paused, true, request);
        }

        Declared asking(dev.sluice.plan.Request asked) {
            return new Declared(replicas, revision, paused, deleting, Optional.of(asked));
        }
    }

    static ScopePool of(int replicas) {
        return new ScopePool(
                new Declared(replicas, "v1-0", false, false, Optional.empty()),
                PoolStatus.NEVER_OBSERVED,
                PoolStatus.NEVER_OBSERVED,
                List.of(),
                List.of(),
                Optional.empty());
    }

    Optional<ScopeNode> node(String name) {
        return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
    }

    ScopePool declared(Declared wanted) {
        return new ScopePool(wanted, status, before, nodes, edge, record);
    }

    ScopePool written(PoolStatus now) {
        return now.equals(status) ? this : new ScopePool(declared, now, status, nodes, edge, record);
    }

    ScopePool recorded(PoolRolloutStatus now) {
        return new ScopePool(declared, status, before, nodes, edge, Optional.of(now));
    }

    ScopePool routed(List<Effect.Route.Server> servers) {
        return new ScopePool(declared, status, before, nodes, servers, record);
    }

    ScopePool with(ScopeNode node) {
        return new ScopePool(
                declared,
                status,
                before,
                Stream.concat(nodes.stream(), Stream.of(node)).toList(),
                edge,
                record);
    }

    ScopePool without(String name) {
        return new ScopePool(
                declared,
                status,
                before,
                nodes.stream().filter(node -> !node.name().equals(name)).toList(),
                edge,
                record);
    }

    ScopePool each(UnaryOperator<ScopeNode> change) {
        return new ScopePool(
                declared, status, before, nodes.stream().map(change).toList(), edge, record);
    }

    ScopePool change(String name, UnaryOperator<ScopeNode> change) {
        return each(node -> node.name().equals(name) ? change.apply(node) : node);
    }

    Map<String, Integer> weights() {
        return edge.stream()
                .collect(java.util.stream.Collectors.toMap(
                        Effect.Route.Server::node, Effect.Route.Server::weight, (one, other) -> one));
    }
}
