package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateFleetCommandTest {
    @TempDir
    private Path directory;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int simulate(String... arguments) {
        String[] all = new String[arguments.length + 2];
        all[0] = "simulate";
        all[1] = "fleet";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        CommandLine commandLine = Sluice.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(all);
    }

    @Test
    void theStoryOfOneSeedIsTold() {
        assertThat(simulate("--seed", "3", "--explain")).isZero();

        assertThat(out.toString())
                .contains("TransportPool out: a trial of v1-0 begins", "everything is repaired", "1 seeds, 0 broken");
    }

    @Test
    void theReportNamesWhatBroke() throws IOException {
        Path report = directory.resolve("fleet.json");

        assertThat(simulate("--seeds", "1..3", "--report", report.toString())).isZero();

        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.get("seeds").asInt()).isEqualTo(3);
        assertThat(json.get("broken").asInt()).isZero();
        assertThat(json.get("failures").isArray()).isTrue();
    }

    @Test
    void wrongArgumentsSayWhatToWrite() {
        assertThat(simulate("--seeds", "9..1")).isEqualTo(1);
        assertThat(simulate("--seeds", "1..2", "--explain")).isEqualTo(1);
        assertThat(simulate()).isEqualTo(1);

        assertThat(err.toString()).contains("such as 1..500", "write --seed N");
    }

    @Test
    void aReportThatCannotBeWrittenIsAFailure() {
        Path nowhere = directory.resolve("nowhere").resolve("fleet.json");

        assertThat(simulate("--seed", "3", "--report", nowhere.toString())).isEqualTo(1);
    }
}
