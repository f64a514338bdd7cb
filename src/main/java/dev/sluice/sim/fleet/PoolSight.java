package dev.sluice.sim.fleet;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.node.NodeOrders.Endpoint;
import dev.sluice.operator.PoolPass;
import dev.sluice.operator.Starvation;
import dev.sluice.plan.HopFacts;
import dev.sluice.plan.NodeFacts;
import dev.sluice.plan.PoolSnapshot;
import dev.sluice.plan.Request;
import dev.sluice.sim.fleet.FleetPool.Asked;
import dev.sluice.sim.fleet.FleetPool.NodeView;
import dev.sluice.sim.fleet.FleetPool.View;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What a process of the operator knows of one pool when it plans. */
final class PoolSight {
    private static final int SMTP_PORT = 25;
    private static final int HANDOVER_PORT = 2526;
    private static final Duration ANSWER_MAY_BE_ALONE = Duration.ofMinutes(5);
    private static final List<Endpoint> OUTSIDE = List.of(new Endpoint("10.20.200.1", SMTP_PORT));

    private final FleetPool pool;
    private final FleetPool other;
    private final KnownPools known;
    private final AgentTalks agents;
    private final KnownRecords records;
    private final PoolPass pass;

    PoolSight(
            FleetPool pool, FleetPool other, KnownPools known, AgentTalks agents, KnownRecords records, PoolPass pass) {
        this.pool = pool;
        this.other = other;
        this.known = known;
        this.agents = agents;
        this.records = records;
        this.pass = pass;
    }

    /** The pool as it is known, with the status of the other one as it is given. */
    PoolSnapshot snapshot(PoolStatus otherStatus, Instant now) {
        View seen = known.of(pool);
        Optional<PoolRolloutStatus> rollout =
                Optional.ofNullable(seen.status().trial()).flatMap(trial -> records.of(pool, trial.rolloutName()));
        List<HopFacts> hops = hops();
        return new PoolSnapshot(
                pool.key.reference(),
                seen.generation(),
                seen.deleting(),
                seen.spec(),
                Optional.of(FleetDeclarations.policy()),
                seen.revision(),
                seen.status(),
                seen.nodes().entrySet().stream()
                        .map(each -> facts(each.getKey(), each.getValue(), hops))
                        .toList(),
                Map.of(),
                hops,
                relaySources(),
                Optional.ofNullable(otherStatus.trial()).map(trial -> other.words()),
                Starvation.of(otherStatus) ? Optional.of(other.words()) : Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                requests(now),
                rollout,
                pass.remembered(pool.key, seen.status(), rollout));
    }

    private List<Request> requests(Instant now) {
        return pool.asked.values().stream()
                .filter(each -> each.answered()
                        .map(time -> time.plus(ANSWER_MAY_BE_ALONE).isAfter(now))
                        .orElse(true))
                .map(Asked::request)
                .toList();
    }

    private List<String> relaySources() {
        if (pool.isFilter()) {
            return List.of();
        }
        View filters = known.of(other);
        Map<String, NodeState> states = new HashMap<>();
        filters.status().nodes().forEach(node -> states.put(node.name(), node.state()));
        return filters.nodes().entrySet().stream()
                .filter(node -> states.get(node.getKey()) != NodeState.GONE)
                .map(node -> node.getValue().address())
                .filter(address -> !address.isEmpty())
                .map(address -> address + "/32")
                .sorted()
                .toList();
    }

    private List<HopFacts> hops() {
        if (pool.isFilter()) {
            return List.of(transport());
        }
        return pool.hops.stream()
                .map(hop -> new HopFacts(hop, OUTSIDE, List.of(), false, Optional.empty(), Optional.empty()))
                .toList();
    }

    private HopFacts transport() {
        View transport = known.of(other);
        List<Endpoint> endpoints = transport.status().nodes().stream()
                .filter(node -> node.state() == NodeState.SERVING || node.state() == NodeState.CANARY)
                .map(NodeEntry::lastKnownAddress)
                .filter(address -> address != null)
                .map(address -> new Endpoint(address, SMTP_PORT))
                .toList();
        Optional<String> missing = transport.exists()
                ? Optional.empty()
                : Optional.of("TransportPool out does not exist in this namespace");
        Optional<String> notUpYet = transport.exists() && endpoints.isEmpty()
                ? Optional.of("TransportPool out has no node in service")
                : Optional.empty();
        return new HopFacts("out", endpoints, List.of(), true, missing, notUpYet);
    }

    private NodeFacts facts(String name, NodeView node, List<HopFacts> hops) {
        AgentTalks.Heard heard = agents.of(name);
        boolean isUp = !node.address().isEmpty();
        return new NodeFacts(
                name,
                node.revision(),
                false,
                node.deleting(),
                isUp ? Optional.of(node.address()) : Optional.empty(),
                SMTP_PORT,
                HANDOVER_PORT,
                FleetDeclarations.template(),
                hops,
                isUp ? Optional.empty() : Optional.of("its Pod is being scheduled"),
                heard.report(),
                heard.time(),
                heard.problem(),
                Optional.empty());
    }
}
