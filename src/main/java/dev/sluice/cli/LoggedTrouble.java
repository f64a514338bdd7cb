package dev.sluice.cli;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;

/**
 * An exception in the log. {@link TroubleElsewhere} stays on the line of its message: a server that is away for ten minutes
 * would else fill the log with thousands of equal stack traces. Everything else is our own fault and comes with its trace.
 */
final class LoggedTrouble extends ThrowableHandlingConverter {
    private final ThrowableProxyConverter whole = new ThrowableProxyConverter();

    @Override
    public void start() {
        whole.start();
        super.start();
    }

    @Override
    public String convert(ILoggingEvent event) {
        if (event.getThrowableProxy() == null) {
            return "";
        }
        return TroubleElsewhere.of(event)
                .map(trouble -> ": " + trouble.words())
                .orElseGet(() -> System.lineSeparator() + whole.convert(event).stripTrailing());
    }
}
