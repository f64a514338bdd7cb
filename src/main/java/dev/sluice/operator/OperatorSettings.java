package dev.sluice.operator;

import dev.sluice.notify.Reach;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * How an operator runs.
 *
 * @param namespaces those it looks after; empty for all
 * @param leaseNamespace where its Lease is
 * @param leaseName what its Lease is called
 * @param identity who it is, unique among its replicas
 * @param election whether several replicas elect a leader
 * @param managementPort where {@code /metrics}, {@code /healthz} and {@code /readyz} are; 0 for any free one, empty for
 *     none
 * @param pollInterval between two questions to the same agent
 * @param agentLimit the longest that one call to an agent may take
 * @param agentCalls how many calls to agents are under way at once at most
 * @param edgeInterval between two comparisons with the same edge
 * @param edgeLimit the longest that one answer of an edge may take
 * @param keptRollouts how many records of attempts a pool keeps
 * @param reach which addresses receivers of notifications may have
 */
public record OperatorSettings(
        List<String> namespaces,
        String leaseNamespace,
        String leaseName,
        String identity,
        Election election,
        Optional<Integer> managementPort,
        Duration pollInterval,
        Duration agentLimit,
        int agentCalls,
        Duration edgeInterval,
        Duration edgeLimit,
        int keptRollouts,
        Reach reach) {

    /** Whether replicas elect a leader. */
    public enum Election {
        /** One of several works, the others wait. */
        LEADER,
        /** This one works; whoever started before it is fenced off. */
        NONE
    }

    public OperatorSettings {
        namespaces = List.copyOf(namespaces);
    }

    /** The usual figures for an operator that works alone. */
    public static OperatorSettings alone(List<String> namespaces, String leaseNamespace, String identity) {
        return new OperatorSettings(
                namespaces,
                leaseNamespace,
                "sluice-operator",
                identity,
                Election.NONE,
                Optional.empty(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                32,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                20,
                Reach.THIS_MACHINE_TOO);
    }

    /** The same, with another election. */
    public OperatorSettings with(Election other) {
        return new OperatorSettings(
                namespaces,
                leaseNamespace,
                leaseName,
                identity,
                other,
                managementPort,
                pollInterval,
                agentLimit,
                agentCalls,
                edgeInterval,
                edgeLimit,
                keptRollouts,
                reach);
    }

    /** The same, with health and metrics on a port. */
    public OperatorSettings withManagementPort(int port) {
        return new OperatorSettings(
                namespaces,
                leaseNamespace,
                leaseName,
                identity,
                election,
                Optional.of(port),
                pollInterval,
                agentLimit,
                agentCalls,
                edgeInterval,
                edgeLimit,
                keptRollouts,
                reach);
    }

    /** The same, with another number of kept records. */
    public OperatorSettings withKeptRollouts(int kept) {
        return new OperatorSettings(
                namespaces,
                leaseNamespace,
                leaseName,
                identity,
                election,
                managementPort,
                pollInterval,
                agentLimit,
                agentCalls,
                edgeInterval,
                edgeLimit,
                kept,
                reach);
    }
}
