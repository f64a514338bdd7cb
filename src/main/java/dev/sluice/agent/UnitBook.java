package dev.sluice.agent;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;

/**
 * Which units are decided. A unit is the mail of one sender's domain to one destination's domain that arrived within the
 * same five minutes: messages of a bulk sender share their fate, so they count once. The sender's domain is what a log
 * tells of a message's origin in every set-up; the client is only the edge where there is no PROXY protocol, the filter
 * node on a transport node and the node itself after its own content filter.
 *
 * <p>It remembers at most {@value #MOST} units one by one. Past that the further ones share {@value #SHARED} places of
 * their five minutes: there are fewer units than there might be, and none counts twice.
 */
final class UnitBook {
    /** How many units are remembered one by one. */
    static final int MOST = 1 << 18;
    /** How many units share the memory of all that come after them, in each five minutes. */
    static final int SHARED = 1 << 14;

    private static final long WINDOW_MILLIS = TimeUnit.MINUTES.toMillis(5);

    /** Decided units by their five minutes, each as a fingerprint: whose mail it was is nobody's business on a disk. */
    private final NavigableMap<Long, Set<Long>> decided = new TreeMap<>();

    private int known;

    UnitBook() {}

    @JsonCreator
    static UnitBook read(Map<Long, byte[]> written) {
        UnitBook book = new UnitBook();
        written.forEach((window, fingerprints) -> {
            Set<Long> units = new HashSet<>();
            for (ByteBuffer bytes = ByteBuffer.wrap(fingerprints); bytes.hasRemaining(); ) {
                units.add(bytes.getLong());
            }
            book.decided.put(window, units);
            book.known += units.size();
        });
        return book;
    }

    @JsonValue
    Map<Long, byte[]> written() {
        Map<Long, byte[]> written = new HashMap<>();
        decided.forEach((window, units) -> {
            ByteBuffer bytes = ByteBuffer.allocate(units.size() * Long.BYTES);
            units.forEach(bytes::putLong);
            written.put(window, bytes.array());
        });
        return written;
    }

    /**
     * What a recipient belongs to.
     *
     * @param sender the domain of the envelope sender; for the null sender the client's address
     * @param destination the domain of the recipient, empty when it is not known
     * @param lane which of the node's lanes the message is in
     * @param arrivalMillis when the message arrived
     */
    record Unit(String sender, String destination, int lane, long arrivalMillis) {
        /** Into how many classes senders are divided, to see whether two nodes have the same mix of them. */
        static final int SENDER_CLASSES = 16;

        /** In which class of senders it is, the same on every node. */
        int senderClass() {
            return checksumModulo(sender, SENDER_CLASSES);
        }

        private long window() {
            return Math.floorDiv(arrivalMillis, WINDOW_MILLIS);
        }

        private long fingerprint() {
            try {
                byte[] text = (sender + '\n' + destination + '\n' + lane).getBytes(StandardCharsets.UTF_8);
                return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(text))
                        .getLong();
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every Java has SHA-256", e);
            }
        }
    }

    /** A number below {@code modulus} that depends on the text alone. */
    static int checksumModulo(String text, int modulus) {
        CRC32 checksum = new CRC32();
        checksum.update(text.getBytes(StandardCharsets.UTF_8));
        return (int) (checksum.getValue() % modulus);
    }

    /** Whether this is the first of its unit, so that its outcome is the unit's. */
    boolean decides(Unit unit) {
        Set<Long> units = decided.computeIfAbsent(unit.window(), window -> new HashSet<>());
        long fingerprint = unit.fingerprint();
        if (known >= MOST && !units.contains(fingerprint)) {
            fingerprint = Math.floorMod(fingerprint, (long) SHARED);
        }
        boolean first = units.add(fingerprint);
        known += first ? 1 : 0;
        return first;
    }

    /** Forgets the units of which nothing that arrived is older than this. */
    void forget(long arrivedBeforeMillis) {
        Map<Long, Set<Long>> past = decided.headMap(Math.floorDiv(arrivedBeforeMillis, WINDOW_MILLIS));
        past.values().forEach(units -> known -= units.size());
        past.clear();
    }

    /** How many are remembered. */
    int size() {
        return known;
    }
}
