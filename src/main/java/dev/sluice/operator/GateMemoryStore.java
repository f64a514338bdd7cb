package dev.sluice.operator;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.gate.GateMemory;
import dev.sluice.node.NodeJson;
import dev.sluice.plan.GateMemories;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the gate remembers, in memory and as text. A text that would be too long for a status is packed; one that is too
 * long even so is left out, and after a restart the gate begins anew, which costs time and never a wrong promotion.
 */
public final class GateMemoryStore {
    private static final Logger LOG = LoggerFactory.getLogger(GateMemoryStore.class);
    private static final ObjectMapper JSON = NodeJson.mapper();
    private static final String PACKED = "gzip:";

    private final Map<PoolKey, GateMemories> memories = new ConcurrentHashMap<>();

    /** What is remembered of a pool: from memory, or after a restart from what was written. */
    public GateMemories of(PoolKey pool, PoolStatus status, Optional<PoolRolloutStatus> rollout) {
        return memories.computeIfAbsent(pool, key -> read(status, rollout));
    }

    void remember(PoolKey pool, GateMemories remembered) {
        memories.put(pool, remembered);
    }

    void forget(PoolKey pool) {
        memories.remove(pool);
    }

    private static GateMemories read(PoolStatus status, Optional<PoolRolloutStatus> rollout) {
        Optional<GateMemories.Trial> trial = status.trial() == null
                ? Optional.empty()
                : rollout.map(PoolRolloutStatus::gateMemory)
                        .flatMap(text -> parse(text, new TypeReference<GateMemories.Trial>() {}));
        Map<String, GateMemory> watch = Optional.ofNullable(status.watch())
                .flatMap(written -> parse(written.state(), new TypeReference<Map<String, GateMemory>>() {}))
                .orElse(Map.of());
        return new GateMemories(trial, watch);
    }

    /** A trial's memory as text; without the last counters when it is too long, empty when it is too long even so. */
    static Optional<String> write(GateMemories.Trial trial) {
        return text(trial).or(() -> text(trial.withoutCounters()));
    }

    /** The memory of the serving nodes as text, with the same exceptions. */
    static Optional<String> write(Map<String, GateMemory> watch) {
        return text(new TreeMap<>(watch)).or(() -> text(new TreeMap<>(GateMemories.withoutCounters(watch))));
    }

    private static Optional<String> text(Object memory) {
        try {
            String plain = JSON.writeValueAsString(memory);
            String text = plain.length() <= PoolRolloutStatus.MOST_GATE_MEMORY ? plain : pack(plain);
            if (text.length() > PoolRolloutStatus.MOST_GATE_MEMORY) {
                LOG.debug("the gate's memory has {} characters packed, too many to be written down", text.length());
                return Optional.empty();
            }
            return Optional.of(text);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the gate's memory cannot be written as JSON", e);
        }
    }

    static <T> Optional<T> parse(String text, TypeReference<T> type) {
        if (text == null || text.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(text.startsWith(PACKED) ? unpack(text) : text, type));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warn("what was written of the gate's memory cannot be read; it begins anew", e);
            return Optional.empty();
        }
    }

    private static String pack(String plain) {
        try {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (OutputStream gzip = new GZIPOutputStream(packed)) {
                gzip.write(plain.getBytes(StandardCharsets.UTF_8));
            }
            return PACKED + Base64.getEncoder().encodeToString(packed.toByteArray());
        } catch (IOException e) {
            throw new IllegalStateException("a text in memory cannot be packed", e);
        }
    }

    private static String unpack(String text) throws IOException {
        byte[] packed = Base64.getDecoder().decode(text.substring(PACKED.length()));
        try (GZIPInputStream gzip = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return new String(gzip.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
