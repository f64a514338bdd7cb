package dev.sluice.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sluice.api.NextHop;
import dev.sluice.api.NodeTemplate;
import dev.sluice.api.PoolSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names what a node is made of, by the first scheme. The same declaration has the same name in every version of this program: a name that
 * changed by accident would put every pool on trial at the next upgrade. A new way of naming gets a new
 * prefix and a place in {@link RevisionSchemes} beside this one.
 */
final class RevisionHash {
    static final String SCHEME = "v1-";
    private static final int OCTETS = 5;
    private static final ObjectMapper CANONICAL = JsonMapper.builder()
            .enable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
            .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
            .build();

    private record Made(NodeTemplate template, List<NextHop> nextHops) {}

    private RevisionHash() {}

    /** The revision that a declaration asks for, such as {@code v1-3f2a9c01d4}. */
    public static String of(PoolSpec spec) {
        try {
            byte[] json = CANONICAL
                    .writeValueAsString(new Made(spec.template(), spec.nextHops()))
                    .getBytes(StandardCharsets.UTF_8);
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(json);
            return SCHEME + HexFormat.of().formatHex(hash, 0, OCTETS);
        } catch (JsonProcessingException | NoSuchAlgorithmException e) {
            throw new IllegalStateException("a declaration cannot be written as JSON", e);
        }
    }
}
