package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.PatternLayout;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.ConnectException;
import org.junit.jupiter.api.Test;

/** What somebody who is woken at night finds in the log. */
class LogSettingsTest {
    private final LoggerContext context = new LoggerContext();
    private final PatternLayout layout = LogSettings.layout(context);

    private String logged(Throwable thrown) {
        return layout.doLayout(new LoggingEvent(
                "here", context.getLogger("dev.sluice.operator.Wakes"), Level.WARN, "the list failed", thrown, null));
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
    void aFaultOfOurOwnComesWithItsTrace() {
        assertThat(logged(new IllegalStateException("no such state", new NullPointerException("node"))))
                .contains("the list failed" + System.lineSeparator() + "java.lang.IllegalStateException: no such state")
                .contains("Caused by: java.lang.NullPointerException: node", "at dev.sluice.cli.LogSettingsTest")
                .endsWith(System.lineSeparator());
    }
}
