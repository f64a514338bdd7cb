package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is read from HAProxy's answers, whole and cut off. */
class EdgeWatchTest {
    private static final String HEADER = "1\n# be_name srv_name srv_addr srv_admin_state srv_uweight\n";
    private static final List<String> OLD = List.of("10.0.0.1");
    private static final List<String> NEW = List.of("10.0.0.2");
    private static final Instant BEGIN = Instant.parse("2026-03-01T16:30:00Z");

    private Instant now = BEGIN;
    private final EdgeWatch watch = new EdgeWatch(null, () -> now);

    private void answers(String answer) {
        now = now.plusSeconds(1);
        watch.look(answer, now);
    }

    private static String servers(int oldWeight, int newAdministrativeState, int newWeight) {
        return HEADER + "filters node1 10.0.0.1 0 " + oldWeight + "\nfilters node2 10.0.0.2 " + newAdministrativeState
                + " " + newWeight + "\n";
    }

    @Test
    void aNodeIsAtZeroSinceItsWeightOrItsStateTookItsMailAway() {
        answers(servers(90, 0, 10));
        assertThat(watch.share(NEW)).isEqualTo(0.1);
        assertThat(watch.allAtZeroSince(NEW)).isEmpty();

        answers(servers(90, 8, 10));
        answers(servers(90, 1, 10));

        assertThat(watch.share(NEW)).isZero();
        assertThat(watch.allAtZeroSince(NEW)).contains(BEGIN.plusSeconds(2));
        assertThat(watch.allAtZeroSince(OLD)).isEmpty();
    }

    @Test
    void anAnswerThatWasCutOffSaysNothing() {
        answers(servers(90, 0, 10));

        answers(HEADER + "filters node1 10.0.0.1 0 90\n");
        answers("1\n# be_name srv_name srv_ad");
        answers("1\n# be_name srv_name srv_ad\nfilters node1 10.0.0.1 0 90\n");
        answers("");

        assertThat(watch.share(NEW)).isEqualTo(0.1);
        assertThat(watch.allAtZeroSince(NEW)).isEmpty();
    }

    @Test
    void whatWasSeenLongAgoSaysNothingOfNowButStaysTrueOfThen() {
        answers(servers(90, 0, 10));
        answers(servers(90, 0, 0));

        now = now.plus(Duration.ofSeconds(10));

        assertThat(watch.allAtZeroSince(NEW)).isEmpty();
        assertThat(watch.lastSeenAtZeroSince(NEW)).contains(BEGIN.plusSeconds(2));
    }
}
