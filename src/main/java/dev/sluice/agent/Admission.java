package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

/** What clients are told at each recipient: nothing, to come back elsewhere, or that the message will be kept frozen. */
final class Admission {
    private final InstantSource clock;
    private final Duration grace;
    private Optional<Instant> closedSince = Optional.empty();
    private boolean frozen;

    Admission(InstantSource clock, Duration grace) {
        this.clock = clock;
        this.grace = grace;
    }

    synchronized void order(NodeOrders orders) {
        frozen = orders.holdQueue();
        if (orders.acceptNew()) {
            closedSince = Optional.empty();
        } else if (closedSince.isEmpty()) {
            closedSince = Optional.of(clock.instant());
        }
    }

    /** Ends admission at once: the agent is about to stop. */
    synchronized void close() {
        closedSince = Optional.of(Instant.MIN);
    }

    /** The action for Postfix's policy protocol. */
    synchronized String action() {
        if (closedSince.isPresent() && !clock.instant().isBefore(end(closedSince.get()))) {
            return "421 4.3.2 This node takes no more mail, please reconnect";
        }
        return frozen ? "HOLD the node's queue is frozen" : "DUNNO";
    }

    private Instant end(Instant since) {
        return since.equals(Instant.MIN) ? since : since.plus(grace);
    }
}
