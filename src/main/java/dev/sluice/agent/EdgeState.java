package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import dev.sluice.node.NodeReport.MtaPhase;
import java.util.Optional;

/** What the edge shall do with the node, in the words of HAProxy's agent-check. */
final class EdgeState {
    private EdgeState() {}

    /** {@code ready} ends a drain, which {@code up} alone does not; the percentage is of the configured weight. */
    static String of(Optional<NodeOrders> orders, MtaPhase phase) {
        return switch (phase) {
            case STARTING -> "down #mail server is starting";
            case FAILED -> "down #mail server cannot start";
            case STOPPED -> "drain";
            case RUNNING ->
                orders.filter(NodeOrders::acceptNew)
                        .filter(given -> given.weightPercent() > 0)
                        .map(given -> "up ready " + Math.min(100, given.weightPercent()) + "%")
                        .orElse("up drain");
        };
    }
}
