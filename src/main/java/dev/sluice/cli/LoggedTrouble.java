package dev.sluice.cli;

import ch.qos.logback.classic.pattern.ThrowableHandlingConverter;
import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.TimeoutException;

/**
 * An exception in the log. What another machine refused or did not answer stays on the line of its message: a server that
 * is away for ten minutes would else fill the log with thousands of equal stack traces. Everything else is our own fault
 * and comes with its trace.
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
        if (!(event.getThrowableProxy() instanceof ThrowableProxy proxy)) {
            return "";
        }
        Set<String> words = new LinkedHashSet<>();
        Throwable last = proxy.getThrowable();
        for (Throwable each = last; each != null; each = each.getCause()) {
            words.add(wordsOf(each));
            last = each;
        }
        return isElsewhere(last)
                ? ": " + String.join(": ", words)
                : System.lineSeparator() + whole.convert(event).stripTrailing();
    }

    private static boolean isElsewhere(Throwable cause) {
        return cause instanceof IOException
                || cause instanceof TimeoutException
                || cause instanceof KubernetesClientException;
    }

    private static String wordsOf(Throwable each) {
        return each.getMessage() == null
                ? each.getClass().getSimpleName()
                : each.getMessage().strip().replaceAll("\\s+", " ");
    }
}
