package dev.sluice.local.demo;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** What happened, as it happens: printed for whoever watches, kept for the report. Safe for use by several threads. */
final class Timeline {
    private final PrintWriter out;
    private final InstantSource clock;
    private final List<EventLine> lines = new ArrayList<>();
    private Instant start;

    Timeline(PrintWriter out, InstantSource clock) {
        this.out = out;
        this.clock = clock;
        this.start = clock.instant();
    }

    /** Begins an act: time counts from here. */
    synchronized void begin(String title, String story) {
        lines.clear();
        start = clock.instant();
        out.printf("%n== %s%n   %s%n", title, story);
        out.flush();
    }

    synchronized void tell(String object, String what, String why) {
        tell(clock.instant(), object, what, why);
    }

    synchronized void tell(Instant time, String object, String what, String why) {
        lines.add(new EventLine(time, object, what, why));
        out.printf(Locale.ROOT, "%7.1f s  %-22s %-20s %s%n", secondsAt(time), object, what, why);
        out.flush();
    }

    /** Where this moment is on the act's clock. */
    synchronized double secondsAt(Instant time) {
        return Math.max(0, Duration.between(start, time).toMillis() / 1000.0);
    }

    synchronized void say(String line) {
        out.println(line);
        out.flush();
    }

    synchronized List<EventLine> lines() {
        return List.copyOf(lines);
    }
}
