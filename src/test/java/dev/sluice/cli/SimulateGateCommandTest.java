package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class SimulateGateCommandTest {
    private static final String SHORT_ROWS = "low traffic, 60/h at 20 %: total failure:";

    @TempDir
    private Path directory;

    private Path report;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void aPlaceForTheReport() {
        report = directory.resolve("report.json");
    }

    private int simulate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("simulate", "gate", "--quick", "--report", report.toString()));
        all.addAll(Arrays.asList(arguments));
        CommandLine commandLine = Sluice.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(all.toArray(new String[0]));
    }

    private Path policy(String gate) throws IOException {
        return Files.writeString(directory.resolve("policy.yaml"), """
                apiVersion: sluice.dev/v1alpha1
                kind: RolloutPolicy
                metadata: {name: strict}
                spec:
                  gate: %s
                """.formatted(gate));
    }

    private JsonNode rows() throws IOException {
        return new ObjectMapper().readTree(report.toFile()).path("rows");
    }

    @Test
    void reportsTheRowsThatWereAskedFor() throws IOException {
        int exit = simulate("--rows", SHORT_ROWS);

        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        assertThat(rows()).hasSize(1);
        JsonNode row = rows().get(0);
        assertThat(row.fieldNames()).toIterable().containsExactly("name", "value", "bar", "passed");
        assertThat(row.path("name").asText()).isEqualTo("low traffic, 60/h at 20 %: total failure: messages");
        assertThat(row.path("value").asDouble()).isBetween(1.0, 9.0);
        assertThat(row.path("bar").asDouble()).isEqualTo(9);
        assertThat(row.path("passed").isBoolean()).isTrue();
        assertThat(row.path("passed").asBoolean()).isTrue();
        assertThat(out.toString()).contains("all rows reach the bars that so few runs can show");
    }

    @Test
    void aPolicyThatNeedsMoreEvidenceMissesItsBar() throws IOException {
        int exit = simulate(
                "--rows",
                SHORT_ROWS,
                "--policy",
                policy("{alpha: \"0.000000001\"}").toString());

        assertThat(err.toString()).isEmpty();
        assertThat(exit).isEqualTo(1);
        assertThat(rows().get(0).path("value").asDouble()).isGreaterThan(9);
        assertThat(rows().get(0).path("passed").asBoolean()).isFalse();
        assertThat(out.toString()).contains("1 rows miss their bars");
    }

    @Test
    void aPolicyThatCannotBeReadIsNamedInOneLine() throws IOException {
        Path policy = policy("{alpha: \"one percent\"}");

        int exit = simulate("--rows", SHORT_ROWS, "--policy", policy.toString());

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip().lines())
                .singleElement()
                .satisfies(line -> assertThat(line)
                        .contains(policy.toString())
                        .contains("one percent")
                        .contains("write decimal numbers such as \"0.01\""));
        assertThat(report).doesNotExist();
    }

    @Test
    void aPolicyThatIsNotThereIsNamedInOneLine() {
        Path nowhere = directory.resolve("nowhere.yaml");

        int exit = simulate("--policy", nowhere.toString());

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip().lines())
                .singleElement()
                .asString()
                .contains(nowhere + " does not exist; name a file with a RolloutPolicy");
    }

    @Test
    void rowsThatDoNotExistAreSaid() {
        int exit = simulate("--rows", "no such row");

        assertThat(exit).isEqualTo(2);
        assertThat(err.toString().strip().lines())
                .singleElement()
                .asString()
                .contains("no row's name contains \"no such row\"");
        assertThat(report).doesNotExist();
    }
}
