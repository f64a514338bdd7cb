package dev.sluice.gate;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.zip.Deflater;

/** Numbers and texts in few characters. */
final class PackedWriter {
    private byte[] bytes = new byte[1024];
    private int size;

    /** A whole number; small ones take one byte. */
    PackedWriter number(long value) {
        long rest = (value << 1) ^ (value >> 63);
        while ((rest & ~0x7FL) != 0) {
            put((byte) ((rest & 0x7F) | 0x80));
            rest >>>= 7;
        }
        return put((byte) rest);
    }

    /** A number that is a whole one when it is divided into so many parts. */
    PackedWriter parts(double value, double parts) {
        return number((long) Math.rint(value * parts));
    }

    PackedWriter exact(double value) {
        return number(Double.doubleToLongBits(value));
    }

    PackedWriter flag(boolean value) {
        return put((byte) (value ? 1 : 0));
    }

    PackedWriter text(String value) {
        byte[] encoded = value.getBytes(StandardCharsets.UTF_8);
        number(encoded.length);
        for (byte each : encoded) {
            put(each);
        }
        return this;
    }

    private PackedWriter put(byte value) {
        if (size == bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * size);
        }
        bytes[size++] = value;
        return this;
    }

    /** All of it, compressed, in the characters of Base64. */
    String packed() {
        Deflater deflater = new Deflater(Deflater.BEST_COMPRESSION, true);
        try {
            deflater.setInput(bytes, 0, size);
            deflater.finish();
            byte[] compressed = new byte[size + 64];
            int length = deflater.deflate(compressed);
            return Base64.getEncoder().withoutPadding().encodeToString(Arrays.copyOf(compressed, length));
        } finally {
            deflater.end();
        }
    }
}
