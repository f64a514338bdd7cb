package dev.sluice.cli;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxy;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;

/**
 * A failure that does not come from our own code: another machine refused or did not answer, or the disk did.
 *
 * @param words what was said on the way, in one line
 * @param cause what all of it goes back to
 */
record TroubleElsewhere(String words, String cause) {
    /** Empty when nothing failed, or when it is a fault of our own. */
    static Optional<TroubleElsewhere> of(ILoggingEvent event) {
        if (!(event.getThrowableProxy() instanceof ThrowableProxy proxy)) {
            return Optional.empty();
        }
        List<Throwable> chain = new ArrayList<>();
        for (Throwable each = proxy.getThrowable(); each != null && !chain.contains(each); each = each.getCause()) {
            chain.add(each);
        }
        Throwable cause = chain.get(chain.size() - 1);
        boolean elsewhere = cause instanceof IOException
                || cause instanceof TimeoutException
                || cause instanceof KubernetesClientException;
        return elsewhere
                ? Optional.of(new TroubleElsewhere(
                        chain.stream().map(TroubleElsewhere::wordsOf).distinct().collect(Collectors.joining(": ")),
                        wordsOf(cause)))
                : Optional.empty();
    }

    private static String wordsOf(Throwable each) {
        return each.getMessage() == null
                ? each.getClass().getSimpleName()
                : each.getMessage().strip().replaceAll("\\s+", " ");
    }
}
