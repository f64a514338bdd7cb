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

class SimulateReplayCommandTest {
    @TempDir
    private Path directory;

    private Path counts;
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @BeforeEach
    void aDayOnWhichTheNewNodeFails() throws IOException {
        StringBuilder text = new StringBuilder("time,node,nextHop,good,bad,pathFailures\n");
        for (int minute = 0; minute < 60; minute++) {
            String time = "2022-12-01T16:%02d:30-05:00".formatted(minute);
            text.append(time).append(",old-1,transport,60,1,0\n").append(time).append(",old-2,transport,60,1,0\n");
            if (minute >= 30) {
                text.append(time).append(",new,transport,0,12,12\n");
            }
        }
        counts = Files.writeString(directory.resolve("counts.csv"), text);
    }

    private int simulate(String... arguments) {
        List<String> all = new ArrayList<>(List.of("simulate", "replay"));
        all.addAll(Arrays.asList(arguments));
        CommandLine commandLine = Sluice.commandLine();
        commandLine.setOut(new PrintWriter(out, true));
        commandLine.setErr(new PrintWriter(err, true));
        return commandLine.execute(all.toArray(new String[0]));
    }

    private Path policy(String text) throws IOException {
        return Files.writeString(directory.resolve("policy.yaml"), text);
    }

    @Test
    void answersInWordsAndDraws() throws IOException {
        Path plot = directory.resolve("day.svg");

        int exit = simulate(
                "--counts", counts.toString(), "--canary", "new", "--resamplings", "5", "--plot", plot.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        assertThat(out.toString()).startsWith("Yes: the policy would have rolled the canary back at ");
        assertThat(Files.readString(plot)).startsWith("<svg ").endsWith("</svg>\n");
    }

    @Test
    void answersMachinesInJsonAndTwiceTheSame() throws IOException {
        String[] arguments = {"--counts", counts.toString(), "--canary", "new", "--resamplings", "5", "-o", "json"};
        simulate(arguments);
        String first = out.toString();
        out.getBuffer().setLength(0);
        simulate(arguments);

        JsonNode report = new ObjectMapper().readTree(first);
        assertThat(out.toString()).isEqualTo(first);
        assertThat(report.path("answer").asText()).isEqualTo("ROLLED_BACK");
        assertThat(report.path("begin").asText()).isEqualTo("2022-12-01T21:30:30Z");
        assertThat(report.path("resampling").path("again").path("events").asInt())
                .isEqualTo(5);
        assertThat(report.path("asItWas").path("recipients").asInt()).isEqualTo(360);
    }

    @Test
    void aPolicyThatDoubtsMoreTakesLonger() throws IOException {
        Path strict = policy("""
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: filter}
                spec:
                  rollout:
                    policy:
                      steps: [{weightPercent: 5, leastMessages: 100}]
                      gate: {alpha: "0.000001"}
                """);
        simulate("--counts", counts.toString(), "--canary", "new", "--resamplings", "0", "-o", "json");
        double usual = new ObjectMapper()
                .readTree(out.toString())
                .path("decision")
                .path("limit")
                .asDouble();
        out.getBuffer().setLength(0);

        int exit = simulate(
                "--counts",
                counts.toString(),
                "--canary",
                "new",
                "--resamplings",
                "0",
                "-o",
                "json",
                "--policy",
                strict.toString());

        assertThat(err.toString()).isEmpty();
        assertThat(exit).isZero();
        assertThat(new ObjectMapper()
                        .readTree(out.toString())
                        .path("decision")
                        .path("limit")
                        .asDouble())
                .isGreaterThan(1000 * usual);
    }

    @Test
    void whatCannotBeUsedIsSaidInOneLine() throws IOException {
        assertThat(simulate("--counts", counts.toString(), "--canary", "mew")).isEqualTo(1);
        assertOneLine(
                "sluice: counts.csv has no mail of the canary node mew; it has new, old-1, old-2: write one of these");

        Path noPolicy = policy("kind: ConfigMap\n");
        assertThat(simulate("--counts", counts.toString(), "--canary", "new", "--policy", noPolicy.toString()))
                .isEqualTo(1);
        assertOneLine(
                "sluice: " + noPolicy + " holds no policy; write a RolloutPolicy, or a FilterPool or TransportPool"
                        + " with spec.rollout.policy");

        Path wrongType = policy("kind: RolloutPolicy\nspec: {steps: [{weightPercent: five}]}\n");
        assertThat(simulate("--counts", counts.toString(), "--canary", "new", "--policy", wrongType.toString()))
                .isEqualTo(1);
        assertThat(err.toString()).startsWith("sluice: " + wrongType + ": steps.[0].weightPercent cannot be read: ");
        assertThat(err.toString().lines()).hasSize(1);
    }

    @Test
    void wrongArgumentsAreSaid() {
        assertThat(simulate("--preset", "incident", "--canary", "new")).isEqualTo(1);
        assertThat(err.toString())
                .startsWith("sluice: --canary and --preset: the preset has its own canary; leave --canary out");
        assertThat(simulate("--counts", counts.toString(), "--canary", "new", "--zone", "Mars"))
                .isEqualTo(1);
        assertThat(err.toString()).contains("--zone is 'Mars': write a name such as Europe/Berlin");
        assertThat(simulate("--counts", counts.toString(), "--preset", "incident"))
                .isEqualTo(1);
        assertThat(simulate("--canary", "new")).isEqualTo(1);
    }

    private void assertOneLine(String line) {
        assertThat(err.toString()).isEqualTo(line + "\n");
        err.getBuffer().setLength(0);
    }
}
