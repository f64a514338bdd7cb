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
    private final Consumer<NodeOrders> listener;
    private Optional<NodeOrders> current;

    OrdersDesk(String node, StateStore store, Consumer<NodeOrders> listener) throws IOException {
        this.node = node;
        this.store = store;
        this.listener = listener;
        this.current = store.read(FILE, NodeOrders.class).filter(orders -> node.equals(orders.node()));
        current.ifPresent(listener);
    }

    synchronized Answer accept(NodeOrders orders) {
        if (!node.equals(orders.node())) {
            return new Answer.Conflict("these orders are for " + orders.node() + ", this is " + node);
        }
        if (current.isPresent() && orders.leaderEpoch() < current.get().leaderEpoch()) {
            return new Answer.Conflict("these orders are of epoch " + orders.leaderEpoch() + ", epoch "
                    + current.get().leaderEpoch() + " has been seen");
        }
        if (current.filter(orders::equals).isPresent()) {
            return new Answer.Accepted();
        }
        try {
            store.write(FILE, orders);
        } catch (IOException e) {
            return new Answer.NotKept("the orders cannot be written down: " + e.getMessage());
        }
        current = Optional.of(orders);
        listener.accept(orders);
        return new Answer.Accepted();
    }

    synchronized Optional<NodeOrders> current() {
        return current;
    }
}
