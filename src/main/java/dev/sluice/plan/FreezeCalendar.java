package dev.sluice.plan;

import dev.sluice.api.RolloutPolicySpec.FreezeWindow;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/**
 * Times at which no trial begins and no weight grows. A window whose end is not after its start ends the next day. Where
 * clocks are put back and a time comes twice, a window begins at the first and ends at the second.
 */
final class FreezeCalendar {
    private FreezeCalendar() {}

    /** When the freeze that holds now ends, empty when none does. */
    static Optional<Instant> frozenUntil(List<FreezeWindow> windows, Instant now) {
        return windows.stream()
                .flatMap(window -> zone(window).flatMap(zone -> endIfInside(window, zone, now)).stream())
                .max(Instant::compareTo);
    }

    /** What is wrong with the windows, in one line; empty when nothing is. */
    static Optional<String> problem(List<FreezeWindow> windows) {
        return windows.stream()
                .filter(window -> zone(window).isEmpty())
                .map(window ->
                        "freezeWindows names the time zone %s, which is not known: write a name of the IANA database, such as Europe/Berlin"
                                .formatted(window.timeZone()))
                .findFirst();
    }

    private static Optional<ZoneId> zone(FreezeWindow window) {
        try {
            return Optional.of(ZoneId.of(window.timeZone()));
        } catch (DateTimeException unknown) {
            return Optional.empty();
        }
    }

    private static Optional<Instant> endIfInside(FreezeWindow window, ZoneId zone, Instant now) {
        LocalTime start = LocalTime.parse(window.start());
        LocalTime end = LocalTime.parse(window.end());
        LocalDate today = now.atZone(zone).toLocalDate();
        for (int daysAgo = 0; daysAgo <= 1; daysAgo++) {
            LocalDate first = today.minusDays(daysAgo);
            LocalDate last = end.isAfter(start) ? first : first.plusDays(1);
            Instant begins = first.atTime(start)
                    .atZone(zone)
                    .withEarlierOffsetAtOverlap()
                    .toInstant();
            Instant ends =
                    last.atTime(end).atZone(zone).withLaterOffsetAtOverlap().toInstant();
            if (appliesOn(window, first) && !now.isBefore(begins) && now.isBefore(ends)) {
                return Optional.of(ends);
            }
        }
        return Optional.empty();
    }

    private static boolean appliesOn(FreezeWindow window, LocalDate day) {
        return window.daysOfWeek().isEmpty()
                || window.daysOfWeek().stream()
                        .anyMatch(weekday ->
                                weekday.name().equals(day.getDayOfWeek().name()));
    }
}
