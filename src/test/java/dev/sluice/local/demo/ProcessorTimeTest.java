package dev.sluice.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ProcessorTimeTest {
    @Test
    void theShareThatOthersGotIsTakenFromTheDifference() {
        ProcessorTime before = ProcessorTime.of("cpu  100 0 100 700 0 0 0 100 0 0\ncpu0 1 2 3\n")
                .orElseThrow();
        ProcessorTime after = ProcessorTime.of("cpu  150 0 110 720 0 0 0 220 7 7\ncpu0 1 2 3\n")
                .orElseThrow();

        assertThat(after.stolenPercentSince(before)).isEqualTo(60);
        assertThat(after.stolenPercentSince(after)).isZero();
    }

    @Test
    void aSystemThatDoesNotTellIsNotGuessedAt() {
        assertThat(ProcessorTime.of("cpu  100 0 100 700\n")).isEmpty();
        assertThat(ProcessorTime.of("")).isEmpty();
    }
}
