package dev.sluice.gate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Reads what {@link PackedWriter} wrote. */
final class PackedReader {
    /** No memory is larger; more is a damaged text. */
    private static final int MOST_BYTES = 16 << 20;

    private final byte[] bytes;
    private int at;

    /**
     * Begins at the first number.
     *
     * @throws IllegalArgumentException when it is no text of a {@link PackedWriter}
     */
    PackedReader(String packed) {
        Inflater inflater = new Inflater(true);
        try {
            byte[] compressed = Base64.getDecoder().decode(packed);
            // An empty byte after the end, which raw deflate asks for.
            inflater.setInput(Arrays.copyOf(compressed, compressed.length + 1));
            byte[] plain = new byte[4096];
            int size = 0;
            while (!inflater.finished()) {
                if (size == plain.length) {
                    plain = Arrays.copyOf(plain, 2 * size);
                }
                int read = inflater.inflate(plain, size, plain.length - size);
                boolean stuck = read == 0 && (inflater.needsInput() || inflater.needsDictionary());
                if (stuck || size > MOST_BYTES) {
                    throw damaged(null);
                }
                size += read;
            }
            bytes = Arrays.copyOf(plain, size);
        } catch (DataFormatException e) {
            throw damaged(e);
        } finally {
            inflater.end();
        }
    }

    private static IllegalArgumentException damaged(Exception cause) {
        return new IllegalArgumentException("what was written of the gate's memory is damaged", cause);
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            byte next = take();
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return (value >>> 1) ^ -(value & 1);
            }
        }
        throw damaged(null);
    }

    int count() {
        long value = number();
        if (value < 0 || value > MOST_BYTES) {
            throw damaged(null);
        }
        return (int) value;
    }

    double parts(double parts) {
        return number() / parts;
    }

    double exact() {
        return Double.longBitsToDouble(number());
    }

    boolean flag() {
        return take() == 1;
    }

    String text() {
        int length = count();
        if (length > bytes.length - at) {
            throw damaged(null);
        }
        String text = new String(bytes, at, length, StandardCharsets.UTF_8);
        at += length;
        return text;
    }

    private byte take() {
        if (at >= bytes.length) {
            throw damaged(null);
        }
        return bytes[at++];
    }
}
