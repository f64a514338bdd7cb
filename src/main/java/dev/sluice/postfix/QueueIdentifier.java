package dev.sluice.postfix;

import java.time.Instant;
import java.util.Optional;

/**
 * What a long queue identifier tells ({@code enable_long_queue_ids=yes}): the arrival time in microseconds, in base 52
 * without vowels, then {@code z}, then the inode.
 */
public final class QueueIdentifier {
    private static final String ALPHABET = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
    private static final int BASE = ALPHABET.length();
    private static final int MICROSECOND_DIGITS = 4;
    private static final int LEAST_SECOND_DIGITS = 6;

    private QueueIdentifier() {}

    /** The arrival time of the message; empty for a short identifier, which does not tell. */
    public static Optional<Instant> arrivalTime(String identifier) {
        int separator = identifier.lastIndexOf('z');
        if (separator < LEAST_SECOND_DIGITS + MICROSECOND_DIGITS) {
            return Optional.empty();
        }
        long seconds = 0;
        long microseconds = 0;
        int secondDigits = separator - MICROSECOND_DIGITS;
        for (int i = 0; i < separator; i++) {
            int digit = ALPHABET.indexOf(identifier.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            if (i < secondDigits) {
                seconds = seconds * BASE + digit;
            } else {
                microseconds = microseconds * BASE + digit;
            }
        }
        return Optional.of(Instant.ofEpochSecond(seconds, microseconds * 1_000));
    }
}
