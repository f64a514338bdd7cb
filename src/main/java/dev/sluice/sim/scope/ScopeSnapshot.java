package dev.sluice.sim.scope;

import dev.sluice.api.Initial;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolReference;
import dev.sluice.api.PoolSpec;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.Rollout;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.operator.Starvation;
import dev.sluice.plan.GateMemories;
import dev.sluice.plan.HopFacts;
import dev.sluice.plan.NodeFacts;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.sim.fleet.FleetDeclarations;
import dev.sluice.sim.fleet.MailNodeModel;
import dev.sluice.sim.scope.ScopePool.Declared;
import dev.sluice.sim.scope.ScopeState.Side;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What the planner is shown of one of the two pools. */
final class ScopeSnapshot {
    private static final Duration OBJECTIVE = Duration.ofSeconds(5);
    private static final List<Endpoint> OUTSIDE = List.of(new Endpoint("10.20.200.1", 25));

    private final ScopeState state;
    private final Side side;

    ScopeSnapshot(ScopeState state, Side side) {
        this.state = state;
        this.side = side;
    }

    static List<String> hopNames(Side side) {
        return side == Side.FILTER ? List.of("out") : FleetDeclarations.RELAYS;
    }

    PoolSnapshot of(PoolStatus status, ScopeTruth truth, GateMemories memories) {
        ScopePool pool = state.pool(side);
        Declared declared = pool.declared();
        PoolStatus other = state.pool(side.other()).status();
        String otherWords = side == Side.FILTER ? "TransportPool out" : "FilterPool mx";
        List<HopFacts> hops = hops();
        return new PoolSnapshot(
                side == Side.FILTER
                        ? new PoolReference(PoolKind.FILTER_POOL, "mx")
                        : new PoolReference(PoolKind.TRANSPORT_POOL, "out"),
                1,
                declared.deleting(),
                spec(declared),
                Optional.of(FleetDeclarations.policy()),
                declared.revision(),
                status,
                pool.nodes().stream()
                        .map(node -> facts(node, truth.nodes().get(node.name()), truth, hops))
                        .toList(),
                Map.of(),
                hops,
                relaySources(),
                Optional.ofNullable(other.trial()).map(trial -> otherWords),
                Starvation.of(other) ? Optional.of(otherWords) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                declared.request().stream().toList(),
                status.trial() == null ? Optional.empty() : pool.record(),
                memories);
    }

    private PoolSpec spec(Declared declared) {
        Rollout rollout = new Rollout(null, null, declared.paused(), null, null, Initial.IMMEDIATE);
        return side == Side.FILTER
                ? FleetDeclarations.filter(declared.replicas(), 1, rollout)
                : FleetDeclarations.transport(declared.replicas(), 1, rollout);
    }

    private List<String> relaySources() {
        return side == Side.FILTER
                ? List.of()
                : state.filter().nodes().stream()
                        .map(node -> node.address() + "/32")
                        .sorted()
                        .toList();
    }

    private List<HopFacts> hops() {
        if (side == Side.TRANSPORT) {
            return hopNames(side).stream()
                    .map(hop -> new HopFacts(hop, OUTSIDE, List.of(), false, Optional.empty(), Optional.empty()))
                    .toList();
        }
        List<Endpoint> endpoints = state.transport().status().nodes().stream()
                .filter(node -> node.state() == NodeState.SERVING || node.state() == NodeState.CANARY)
                .map(NodeEntry::lastKnownAddress)
                .filter(address -> address != null)
                .map(address -> new Endpoint(address, 25))
                .toList();
        return List.of(new HopFacts(
                "out",
                endpoints,
                List.of(),
                true,
                Optional.empty(),
                endpoints.isEmpty() ? Optional.of("TransportPool out has no node in service") : Optional.empty()));
    }

    private static NodeFacts facts(ScopeNode node, MailNodeModel model, ScopeTruth truth, List<HopFacts> hops) {
        return new NodeFacts(
                node.name(),
                node.revision(),
                false,
                node.deleting(),
                Optional.of(node.address()),
                25,
                2526,
                FleetDeclarations.template(),
                hops,
                Optional.empty(),
                node.silent() ? Optional.empty() : Optional.of(model.report(truth.now(), OBJECTIVE)),
                node.silent() ? Optional.empty() : Optional.of(truth.now()),
                node.silent() ? Optional.of("connect: connection timed out") : Optional.empty(),
                Optional.empty());
    }
}
