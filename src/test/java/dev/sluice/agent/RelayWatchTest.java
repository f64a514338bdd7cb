package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.agent.RelayProbe.Finding;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** What is believed of a node's rules for relaying, look by look. */
class RelayWatchTest {
    private static final Finding OPEN = new Finding.Open("127.0.0.1 at port 25: 250 2.1.5 Ok", true);
    private static final Finding FULL = new Finding.Full("192.0.2.1 at mail: 452 4.3.1 Insufficient system storage");

    private Instant now = Instant.parse("2026-11-02T09:00:00Z");
    private Finding next = new Finding.Refused();
    private int asked;
    private final RelayWatch watch = new RelayWatch(
            () -> now,
            orders -> {
                asked++;
                return next;
            },
            Runnable::run);

    private RelayWatchTest found(Finding finding) {
        next = finding;
        watch.look(null);
        return this;
    }

    private RelayWatchTest after(int seconds) {
        now = now.plus(Duration.ofSeconds(seconds));
        return this;
    }

    @Test
    void aRefusalIsProofUntilTheConfigurationChanges() {
        found(new Finding.Refused());
        assertThat(watch.takesNobodys()).isTrue();

        watch.changed();

        assertThat(watch.takesNobodys()).isFalse();
    }

    @Test
    void aFullVolumeTakesNobodysMailAndIsAskedAgainWithinASecond() {
        found(FULL);
        assertThat(watch.takesNobodys()).isTrue();
        assertThat(watch.open()).isEmpty();

        after(1).found(OPEN);

        assertThat(watch.takesNobodys()).isFalse();
        assertThat(watch.open()).isPresent();
        assertThat(asked).isEqualTo(2);
    }

    @Test
    void whatWasFoundOpenStaysOpenWhileTheVolumeIsFull() {
        found(OPEN).after(3).found(FULL);
        assertThat(watch.open()).isPresent();

        after(1).found(new Finding.Refused());

        assertThat(watch.open()).isEmpty();
        assertThat(watch.timesOpen()).isEqualTo(1);
    }

    @Test
    void anAnswerThatTellsNothingIsNoProof() {
        watch.changed();

        found(new Finding.Unknown("451 4.3.5 Server configuration error"));

        assertThat(watch.takesNobodys()).isFalse();
        assertThat(watch.doubt()).endsWith("451 4.3.5 Server configuration error");
    }
}
