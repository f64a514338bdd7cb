package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.node.NodeJson;
import dev.sluice.node.NodeOrders;

/**
 * Orders as they came. An operator of another version may have written more than this agent understands, or less; they
 * are named and kept by all that was in them, so that the operator knows them again.
 *
 * @param json all that was in them
 * @param orders what this agent understands
 */
record ReceivedOrders(@JsonValue JsonNode json, NodeOrders orders) {
    /** Understands orders; the exception says why they are none. */
    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    static ReceivedOrders of(JsonNode json) throws JsonProcessingException {
        return new ReceivedOrders(json, NodeJson.mapper().treeToValue(json, NodeOrders.class));
    }

    /** {@link NodeJson#digest(JsonNode)} of all that was in them. */
    String digest() {
        return NodeJson.digest(json);
    }
}
