package dev.sluice.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.sim.replay.RecordedOutcome.First;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CountsRecordingTest {
    private static final String HEADER = "time,node,nextHop,good,bad,pathFailures\n";
    private static final String OLD = "2022-12-01T16:30:00-05:00,old,transport,9,1,0\n";

    @TempDir
    private Path directory;

    private Recording read(String text) {
        return CountsRecording.read(RecordedLogs.write(directory, "counts.csv", text), Set.of("new"), ZoneOffset.UTC);
    }

    @Test
    void aRowSaysWhatFinishedAtItsTime() {
        Recording recording = read(HEADER + OLD + "2022-12-01T21:30:05Z,new,transport,1,3,2\n");

        assertThat(recording.outcomes()).hasSize(14);
        assertThat(recording.outcomes().stream()
                        .filter(outcome -> outcome.node().equals("new")))
                .allSatisfy(outcome -> {
                    assertThat(Instant.ofEpochMilli(outcome.firstMillis())).isEqualTo("2022-12-01T21:30:05Z");
                    assertThat(outcome.stratum()).isEqualTo("transport");
                })
                .extracting(RecordedOutcome::first)
                .containsExactly(First.DELIVERED, First.FAILED, First.PATH_FAILED, First.PATH_FAILED);
    }

    @Test
    void columnsMayComeInAnyOrderAndBeQuoted() {
        Recording recording = read("""
                sender,bad,good,recipientFaults,stratum,nextHop,node,time
                shop.example,0,1,2,"east, new",east,old,2022-12-01T21:30:00Z

                shop.example,1,0,0,,east,new,2022-12-01T21:30:00Z
                """);

        assertThat(recording.outcomes())
                .extracting(outcome -> outcome.node() + " " + outcome.stratum() + " " + outcome.first())
                .containsExactly(
                        "old east, new DELIVERED",
                        "old east, new RECIPIENT_FAULT",
                        "old east, new RECIPIENT_FAULT",
                        "new east FAILED");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "2022-12-01 16:30,new,transport,1,0,0 | line 3: time is '2022-12-01 16:30'; write a time with its offset, such as 2022-12-01T16:30:00-05:00",
                "2022-12-01T16:30:00Z,new,transport,-1,0,0 | line 3: good is '-1'; write a whole number from 0 to 1000000",
                "2022-12-01T16:30:00Z,new,transport,1.5,0,0 | line 3: good is '1.5'; write a whole number from 0 to 1000000",
                "2022-12-01T16:30:00Z,new,transport,1,2000000,0 | line 3: bad is '2000000'; write a whole number from 0 to 1000000",
                "2022-12-01T16:30:00Z,new,transport,1,,0 | line 3: bad is ''; write a whole number from 0 to 1000000",
                "2022-12-01T16:30:00Z,,transport,1,0,0 | line 3: node is ''; write a name",
                "2022-12-01T16:30:00Z,new,transport,1,2,3 | line 3: pathFailures is '3'; write at most bad, which is 2: path failures are among the bad",
                "2022-12-01T16:30:00Z,new,transport,1 | line 3 has 4 values where the header has 6 columns; write one for each",
            })
    void aBadRowIsRefusedWithItsPlaceAndWhatToWriteInstead(String row, String message) {
        assertThatThrownBy(() -> read(HEADER + OLD + row + "\n"))
                .isInstanceOf(UnusableRecording.class)
                .hasMessageEndingWith("counts.csv " + message);
    }

    @Test
    void aBadHeaderIsRefused() {
        assertThatThrownBy(() -> read("time,node,nexthop,good,bad\n"))
                .hasMessageEndingWith(
                        "counts.csv line 1: there is no column 'nexthop'; write time, node, nextHop, good,"
                                + " bad, and if wanted stratum, pathFailures, recipientFaults, sender");
        assertThatThrownBy(() -> read("time,node,nextHop,good\n"))
                .hasMessageEndingWith(
                        "counts.csv line 1: the column 'bad' is missing; write time,node,nextHop,good,bad");
        assertThatThrownBy(() -> read(""))
                .hasMessageEndingWith("is empty; begin it with the line time,node,nextHop,good,bad");
    }
}
