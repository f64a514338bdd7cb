package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import java.time.Instant;
import java.util.function.BiFunction;
import org.junit.jupiter.api.Test;

/** What somebody who is woken at night finds in the log. */
class LogSettingsTest {
    private final LoggerContext context = new LoggerContext();
    private final PatternLayout layout = LogSettings.layout(context);

    private String logged(Throwable thrown) {
        return layout.doLayout(event(thrown));
    }

    private LoggingEvent event(Throwable thrown) {
        return new LoggingEvent(
                "here", context.getLogger("dev.sluice.operator.Wakes"), Level.WARN, "the list failed", thrown, null);
    }

    @Test
    void aMessageIsALine() {
        assertThat(logged(null)).matches("\\S+Z WARN  d.s.operator.Wakes the list failed\\R");
    }

    @Test
    void aServerThatIsAwayTakesOneLineEach() {
        ConnectException refused = new ConnectException();
        KubernetesClientException failed =
                new KubernetesClientException("Operation: [list] for kind: [Pod]\nfailed.", refused);

        assertThat(logged(new IllegalStateException("the view is not there", failed)))
                .hasLineCount(1)
                .endsWith(
                        "the list failed: the view is not there: Operation: [list] for kind: [Pod] failed.: ConnectException"
                                + System.lineSeparator());
    }

    @Test
    void whatIsRepeatedIsSaidOnce() {
        KubernetesClientException refused = new KubernetesClientException("pods is forbidden", 403, null);

        assertThat(logged(new RuntimeException(refused.getMessage(), refused)))
                .hasLineCount(1)
                .endsWith("the list failed: pods is forbidden" + System.lineSeparator());
    }

    @Test
    void theSameTroubleIsSaidAgainAfterAMinute() {
        OncePerMinute filter = new OncePerMinute();
        Instant start = Instant.parse("2026-11-02T09:00:00Z");
        BiFunction<Throwable, Integer, FilterReply> after = (thrown, seconds) -> {
            LoggingEvent event = event(thrown);
            event.setInstant(start.plusSeconds(seconds));
            return filter.decide(event);
        };
        ConnectException refused = new ConnectException("Connection refused");
        RuntimeException ofOnePool = new KubernetesClientException("filterpools/edge failed", refused);
        RuntimeException ofAnother = new KubernetesClientException("filterpools/way failed", refused);

        assertThat(after.apply(ofOnePool, 0)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(after.apply(ofAnother, 1)).isEqualTo(FilterReply.DENY);
        assertThat(after.apply(new KubernetesClientException("pods is forbidden", 403, null), 1))
                .isEqualTo(FilterReply.NEUTRAL);
        assertThat(after.apply(new NullPointerException(), 1)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(after.apply(new NullPointerException(), 1)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(after.apply(null, 1)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(after.apply(ofOnePool, 61)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(after.apply(ofOnePool, -3_600)).as("set back by an hour").isEqualTo(FilterReply.NEUTRAL);
    }

    @Test
    void aFaultOfOurOwnComesWithItsTrace() {
        assertThat(logged(new IllegalStateException("no such state", new NullPointerException("node"))))
                .contains("the list failed" + System.lineSeparator() + "java.lang.IllegalStateException: no such state")
                .contains("Caused by: java.lang.NullPointerException: node", "at dev.sluice.cli.LogSettingsTest")
                .endsWith(System.lineSeparator());
    }
}
