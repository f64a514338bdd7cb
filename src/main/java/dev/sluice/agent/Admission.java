package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** What clients are told at each recipient: nothing, to come back elsewhere, or that the message will be kept frozen. */
final class Admission {
    private final InstantSource clock;
    private final Duration grace;
    private final BooleanSupplier closedItself;
    private Optional<Instant> closedSince = Optional.empty();
    private boolean frozen;

    /**
     * Admits whom the orders admit.
     *
     * @param grace how long sessions that stay open may go on after new mail is no longer welcome
     * @param closedItself whether the node takes no mail although it is ordered to
     */
    Admission(InstantSource clock, Duration grace, BooleanSupplier closedItself) {
        this.clock = clock;
        this.grace = grace;
        this.closedItself = closedItself;
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
        boolean graceIsOver = closedSince.isPresent() && !clock.instant().isBefore(end(closedSince.get()));
        if (graceIsOver || closedItself.getAsBoolean()) {
            return "421 4.3.2 This node takes no more mail, please reconnect";
        }
        return frozen ? "HOLD the node's queue is frozen" : "DUNNO";
    }

    private Instant end(Instant since) {
        return since.equals(Instant.MIN) ? since : since.plus(grace);
    }
}
