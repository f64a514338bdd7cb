package dev.sluice.sim.scope;

import dev.sluice.api.NodeState;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.NodeEntry;
import dev.sluice.api.PoolStatus.TrialStatus;
import dev.sluice.node.NodeOrders;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What of a state counts, as text: names become places in the order in which nodes were made, and times become whether a
 * limit of the planner is over. States of one text are one state.
 */
final class ScopeKey {
    /** The limits of the planner and of the policy, in seconds: of a preflight, of own delivery, of a drain. */
    private static final Map<NodeState, List<Long>> LIMITS = Map.of(
            NodeState.PREFLIGHT,
            List.of(20L),
            NodeState.DRAINING,
            List.of(10L, 60L),
            NodeState.QUARANTINED,
            List.of(60L));

    private final StringBuilder text = new StringBuilder();
    private final Instant now;

    private ScopeKey(Instant now) {
        this.now = now;
    }

    static String of(ScopeState state) {
        ScopeKey key = new ScopeKey(state.now());
        key.text.append(state.faults()).append(state.edits()).append('|');
        key.pool(state.filter());
        key.text.append('|');
        key.pool(state.transport());
        return key.text.toString();
    }

    private void pool(ScopePool pool) {
        PoolStatus status = pool.status();
        text.append(pool.declared().replicas())
                .append(pool.declared().revision())
                .append(flag('p', pool.declared().paused()))
                .append(flag('d', pool.declared().deleting()));
        pool.declared()
                .request()
                .ifPresent(request -> text.append(request.verb())
                        .append(flag('h', status.handledActions().contains(request.name()))));
        text.append(';').append(status.revisions().stable()).append(status.attained());
        status.revisions()
                .rejected()
                .forEach(each -> text.append(',')
                        .append(each.revision())
                        .append(each.purpose())
                        .append(each.replicas()));
        status.nextHops().forEach(hop -> text.append(',').append(hop.name()).append(hop.state()));
        trial(status.trial());
        pool.record().ifPresent(record -> record.steps().forEach(step -> text.append(step.verdict())));
        nodes(pool);
    }

    private void trial(TrialStatus trial) {
        if (trial != null) {
            text.append(';')
                    .append(trial.purpose())
                    .append(trial.revision())
                    .append(trial.step())
                    .append('/')
                    .append(trial.weightPercent())
                    .append(trial.phase())
                    .append(flag('l', now.isAfter(trial.deadlineTime())))
                    .append(flag('w', trial.pausedBecause() != null));
        }
    }

    private void nodes(ScopePool pool) {
        Map<String, Integer> places = new HashMap<>();
        pool.status().nodes().forEach(node -> places.put(node.name(), places.size()));
        Map<String, Integer> weights = pool.weights();
        for (NodeEntry entry : pool.status().nodes()) {
            text.append(';')
                    .append(entry.state())
                    .append(entry.revision())
                    .append(entry.weight())
                    .append('a')
                    .append(age(entry))
                    .append(flag('c', entry.everCarriedMail()))
                    .append(entry.handoverTo() == null ? "" : "h" + places.get(entry.handoverTo()))
                    .append(kept(entry.reason()))
                    .append('e')
                    .append(weights.getOrDefault(entry.name(), -1));
            Optional<ScopeNode> node = pool.node(entry.name());
            node.ifPresent(it -> really(it, entry));
        }
        // Nodes that the status does not know (yet).
        pool.nodes().stream()
                .filter(node -> !places.containsKey(node.name()))
                .forEach(node -> text.append(";?").append(node.revision()).append(flag('m', node.hasMail())));
    }

    private void really(ScopeNode node, NodeEntry entry) {
        text.append('=')
                .append(flag('a', node.address().equals(entry.lastKnownAddress())))
                .append(flag('p', node.address().equals(node.proven())))
                .append(flag('m', node.hasMail()))
                .append(flag('d', node.deleting()))
                .append(flag('s', node.silent()))
                .append(flag('f', node.failed()));
        node.orders().ifPresent(orders -> orders(orders, entry));
    }

    private void orders(NodeOrders orders, NodeEntry entry) {
        text.append('o')
                .append(flag('n', orders.acceptNew()))
                .append(flag('q', orders.holdQueue()))
                .append(flag('t', orders.handoverTo().isPresent()))
                .append(flag('p', orders.preflight().isPresent()))
                .append(flag(
                        'i',
                        orders.preflight()
                                .filter(probes -> probes.id().equals(entry.preflightId()))
                                .isPresent()))
                .append(orders.relayNetworks().size())
                .append('/')
                .append(orders.handoverFrom().size())
                .append('/')
                .append(orders.nextHops().stream()
                        .mapToInt(hop -> hop.endpoints().size())
                        .sum());
    }

    /** How many limits of its state are over. */
    private long age(NodeEntry entry) {
        long seconds = Duration.between(entry.since(), now).toSeconds();
        return LIMITS.getOrDefault(entry.state(), List.of()).stream()
                .filter(limit -> seconds > limit)
                .count();
    }

    private static String kept(String reason) {
        return reason == null
                ? ""
                : reason.startsWith("bad, but kept") ? "k" : reason.startsWith("drain overdue") ? "o" : "";
    }

    private static String flag(char name, boolean set) {
        return set ? String.valueOf(name) : "";
    }
}
