package dev.sluice.sim.fleet;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The invariants that show in a world and not in a plan: one trial on a path (I6), no open relay (I10), empty leavers (I4). */
final class WorldChecks {
    private final FleetPool filter;
    private final FleetPool transport;
    /** Addresses that were a filter node's: what still lets one of them in has only not heard yet. */
    private final Set<String> ever = new TreeSet<>();

    WorldChecks(FleetPool filter, FleetPool transport) {
        this.filter = filter;
        this.transport = transport;
    }

    /** After every second. */
    void hold() {
        filter.nodes.values().forEach(node -> ever.add(exactly(node)));
        onlyLetIn(ever);
        BrokenInvariant.unless(
                !(isOnTrial(filter) && isOnTrial(transport)), "I6", "both pools of the path have mail on trial");
    }

    /** At rest everybody has heard of who is not there any more. */
    void holdAtRest() {
        Set<String> now = new TreeSet<>();
        filter.nodes.values().forEach(node -> now.add(exactly(node)));
        onlyLetIn(now);
    }

    private static String exactly(MailNodeModel node) {
        return node.address + "/32";
    }

    private void onlyLetIn(Set<String> declared) {
        isDeclared("the network", transport.admitted, declared);
        for (MailNodeModel node : transport.nodes.values()) {
            if (node.orders != null) {
                isDeclared(node.name, node.orders.relayNetworks(), declared);
            }
        }
    }

    private static void isDeclared(String who, List<String> admitted, Set<String> declared) {
        BrokenInvariant.unless(
                declared.containsAll(admitted), "I10", "%s lets %s relay, declared are %s", who, admitted, declared);
    }

    private static boolean isOnTrial(FleetPool pool) {
        return pool.status.trial() != null && pool.status.trial().weightPercent() > 0;
    }

    /** What is let go may hold no mail. */
    static void isEmpty(MailNodeModel node) {
        BrokenInvariant.unless(
                node.queued() == 0, "I4", "%s is released with %d messages in its queue", node.name, node.queued());
    }
}
