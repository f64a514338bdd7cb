package dev.sluice.node;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** The JSON of the contract: times as RFC 3339, map entries in the order of their keys. */
public final class NodeJson {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new Jdk8Module())
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

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
        try {
            NodeOrders anonymous = orders.withLeaderEpoch(0);
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(MAPPER.writeValueAsString(anonymous).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 12);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("orders cannot be written as JSON", e);
        }
    }
}
