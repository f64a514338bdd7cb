package dev.sluice.plan;

import dev.sluice.api.PoolRolloutSpec;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.node.NodeOrders;
import java.util.List;
import java.util.Optional;

/** What the planner wants done. Each effect can be carried out twice without a difference. */
public sealed interface Effect {

    /** The node's object is to exist, made of the declaration of that revision. */
    record EnsureNode(String node, String revision) implements Effect {}

    /** The node's mail is accounted for, or its loss was accepted in writing: it may go, with its volume. */
    record ReleaseNode(String node, String why) implements Effect {}

    /** These orders are to be in force on the node. */
    record GiveOrders(String node, String address, NodeOrders orders) implements Effect {}

    /** The edge is to look like this, and no other server of this pool is to be in it. */
    record Route(List<Server> servers) implements Effect {
        public Route {
            servers = List.copyOf(servers);
        }

        /**
         * One node at the edge.
         *
         * @param node its name
         * @param address where it listens
         * @param port where it listens
         * @param weight 0 to 256; 0 drains
         */
        public record Server(String node, String address, int port, int weight) {}
    }

    /** Exactly these may connect to the nodes of a transport pool, in CIDR notation. */
    record AdmitRelay(List<String> networks) implements Effect {
        public AdmitRelay {
            networks = List.copyOf(networks);
        }
    }

    /**
     * The record of an attempt is to look like this. The spec is for making it; a record that exists keeps its own, since
     * what began an attempt does not change.
     */
    record WriteRollout(String name, PoolRolloutSpec spec, PoolRolloutStatus status) implements Effect {}

    /** The answer to a person's request. */
    record AnswerRequest(String request, Answer answer, String message) implements Effect {}

    /** How a request was answered. */
    enum Answer {
        ACCEPTED,
        REFUSED
    }

    /**
     * A fact that people should hear of once.
     *
     * @param severity how grave
     * @param reason the catalogue's word, CamelCase
     * @param action the verb, CamelCase
     * @param note what happened, in one line
     * @param node the node that it concerns, empty for the pool
     * @param grounds the numbers that it rests on, where a verdict of the gate is behind it
     */
    record Tell(
            Severity severity,
            String reason,
            String action,
            String note,
            Optional<String> node,
            Optional<Grounds> grounds)
            implements Effect {}

    /** Kubernetes' two kinds of event. */
    enum Severity {
        NORMAL,
        WARNING
    }
}
