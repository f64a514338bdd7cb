package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import java.io.IOException;
import java.util.Optional;
import java.util.function.Consumer;

/** Accepts orders, or says why not. What was accepted survives a restart. */
final class OrdersDesk {
    private static final String FILE = "orders.json";

    /** The answer to orders. */
    sealed interface Answer {
        /** In hand, and written down. */
        record Accepted() implements Answer {}

        /** Not for this node, or of a leader that has been replaced. */
        record Conflict(String reason) implements Answer {}

        /** Cannot be written down. */
        record NotKept(String reason) implements Answer {}
    }

    private final String node;
    private final StateStore store;
    private final Consumer<ReceivedOrders> listener;
    private Optional<ReceivedOrders> current;

    OrdersDesk(String node, StateStore store, Consumer<ReceivedOrders> listener) throws IOException {
        this.node = node;
        this.store = store;
        this.listener = listener;
        this.current = store.read(FILE, ReceivedOrders.class)
                .filter(kept -> node.equals(kept.orders().node()));
        current.ifPresent(listener);
    }

    synchronized Answer accept(ReceivedOrders received) {
        NodeOrders orders = received.orders();
        if (!node.equals(orders.node())) {
            return new Answer.Conflict("these orders are for " + orders.node() + ", this is " + node);
        }
        if (current.isPresent() && orders.leaderEpoch() < current.get().orders().leaderEpoch()) {
            return new Answer.Conflict("these orders are of epoch " + orders.leaderEpoch() + ", epoch "
                    + current.get().orders().leaderEpoch() + " has been seen");
        }
        if (current.filter(received::equals).isPresent()) {
            return new Answer.Accepted();
        }
        try {
            store.write(FILE, received);
        } catch (IOException e) {
            return new Answer.NotKept("the orders cannot be written down: " + e.getMessage());
        }
        current = Optional.of(received);
        listener.accept(received);
        return new Answer.Accepted();
    }

    synchronized Optional<NodeOrders> current() {
        return current.map(ReceivedOrders::orders);
    }
}
