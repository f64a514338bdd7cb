package dev.sluice.cli.kubectl;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Optional;

/** How numbers, times and words of the API are written for people. */
final class Text {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter CALENDAR =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm'Z'", Locale.ROOT).withZone(ZoneOffset.UTC);

    private Text() {}

    /** A length of time by its two largest units, such as {@code 4h12m}. */
    static String of(Duration duration) {
        long seconds = Math.max(0, duration.toSeconds());
        long days = seconds / 86_400;
        long hours = seconds / 3_600 % 24;
        long minutes = seconds / 60 % 60;
        if (days > 9) {
            return days + "d";
        }
        if (days > 0) {
            return days + "d" + (hours == 0 ? "" : hours + "h");
        }
        if (hours > 0) {
            return hours + "h" + (minutes == 0 ? "" : minutes + "m");
        }
        return minutes > 0 ? minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s") : seconds + "s";
    }

    /** A time of this day by the clock, another with its date; always UTC. */
    static String of(Instant time, Instant now) {
        boolean today = LocalDate.ofInstant(time, ZoneOffset.UTC).equals(LocalDate.ofInstant(now, ZoneOffset.UTC));
        return (today ? CLOCK : CALENDAR).format(time);
    }

    /** How long ago, or a dash. */
    static String age(Instant since, Instant now) {
        return since == null ? "-" : of(Duration.between(since, now));
    }

    /** How old an object is. */
    static String age(String creationTimestamp, Instant now) {
        return creationTimestamp == null ? "-" : age(Instant.parse(creationTimestamp), now);
    }

    /** A part and its whole, and what that is in percent: {@code 12 of 2489 (0.48%)}. */
    static String share(long part, long whole) {
        return whole == 0
                ? "%d of %d".formatted(part, whole)
                : String.format(Locale.ROOT, "%d of %d (%.2f%%)", part, whole, 100.0 * part / whole);
    }

    /** A number with two decimals. */
    static String decimal(double value) {
        return String.format(Locale.ROOT, "%.2f", value);
    }

    /** A choice of the API in the API's own spelling: {@code RolledBack}. */
    static String word(Enum<?> choice) {
        if (choice == null) {
            return "-";
        }
        StringBuilder word = new StringBuilder();
        for (String part : choice.name().split("_", -1)) {
            word.append(part.charAt(0)).append(part.substring(1).toLowerCase(Locale.ROOT));
        }
        return word.toString();
    }

    static String orDash(Object value) {
        return Optional.ofNullable(value)
                .map(Object::toString)
                .filter(text -> !text.isEmpty())
                .orElse("-");
    }
}
