package dev.sluice.plan;

import dev.sluice.api.RolloutPolicySpec.FreezeWindow;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Optional;

/** Times at which no trial begins and no weight grows. A window whose end is not after its start ends the next day. */
final class FreezeCalendar {
    private FreezeCalendar() {}

    /** When the freeze that holds now ends, empty when none does. */
    static Optional<Instant> frozenUntil(List<FreezeWindow> windows, Instant now) {
        return windows.stream()
                .flatMap(window -> endIfInside(window, now).stream())
                .max(Instant::compareTo);
    }

    private static Optional<Instant> endIfInside(FreezeWindow window, Instant now) {
        ZonedDateTime local = now.atZone(ZoneId.of(window.timeZone()));
        LocalTime start = LocalTime.parse(window.start());
        LocalTime end = LocalTime.parse(window.end());
        for (int daysAgo = 0; daysAgo <= 1; daysAgo++) {
            ZonedDateTime begins = local.minusDays(daysAgo).with(start);
            ZonedDateTime ends =
                    end.isAfter(start) ? begins.with(end) : begins.plusDays(1).with(end);
            if (appliesOn(window, begins) && !local.isBefore(begins) && local.isBefore(ends)) {
                return Optional.of(ends.toInstant());
            }
        }
        return Optional.empty();
    }

    private static boolean appliesOn(FreezeWindow window, ZonedDateTime day) {
        return window.daysOfWeek().isEmpty()
                || window.daysOfWeek().stream()
                        .anyMatch(weekday ->
                                weekday.name().equals(day.getDayOfWeek().name()));
    }
}
