package dev.sluice.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Lets the same {@link TroubleElsewhere} through once in a minute for each logger: while the API server is away every
 * pass over every pool fails, several times a second.
 */
final class OncePerMinute extends Filter<ILoggingEvent> {
    private static final Duration PAUSE = Duration.ofMinutes(1);
    private static final int MOST_KEPT = 1_000;

    private record Trouble(String logger, String cause) {}

    private final Map<Trouble, Instant> said = new LinkedHashMap<>();

    @Override
    public FilterReply decide(ILoggingEvent event) {
        return TroubleElsewhere.of(event)
                .map(trouble -> new Trouble(event.getLoggerName(), trouble.cause()))
                .filter(trouble -> saidBefore(trouble, event.getInstant()))
                .map(trouble -> FilterReply.DENY)
                .orElse(FilterReply.NEUTRAL);
    }

    private synchronized boolean saidBefore(Trouble trouble, Instant now) {
        // A clock that was set back must not keep it silent for longer.
        said.values().removeIf(time -> Duration.between(time, now).abs().compareTo(PAUSE) > 0);
        if (said.containsKey(trouble)) {
            return true;
        }
        if (said.size() < MOST_KEPT) {
            said.put(trouble, now);
        }
        return false;
    }
}
