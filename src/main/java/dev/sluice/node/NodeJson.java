package dev.sluice.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The JSON of the contract: times as RFC 3339, map entries in the order of their keys. */
public final class NodeJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();
    private static final TypeReference<LinkedHashMap<String, Object>> FIELDS = new TypeReference<>() {};
    private static final String EPOCH = "leaderEpoch";

    private NodeJson() {}

    /** The mapper that both sides use. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    /**
     * A name for exactly these orders, whoever gives them: the leader's epoch is left out, so that a new leader with the
     * same wishes gives no new orders.
     */
    public static String digest(NodeOrders orders) {
        return digest(MAPPER.<JsonNode>valueToTree(orders));
    }

    /**
     * The same for orders that were received: of everything in them, also what the receiver does not know, since the
     * giver may be newer or older. The order of fields does not count.
     */
    public static String digest(JsonNode orders) {
        try {
            Map<String, Object> fields = MAPPER.convertValue(orders, FIELDS);
            fields.remove(EPOCH);
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(MAPPER.writeValueAsString(fields).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("orders cannot be written as JSON", e);
        }
    }
}
