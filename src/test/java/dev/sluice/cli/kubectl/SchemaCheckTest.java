package dev.sluice.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code kubectl sluice lint} without a cluster: each fault has a line, and what is right has none. */
class SchemaCheckTest {
    private static final Path GOOD = Path.of("examples", "filter-pool-haproxy.yaml");

    @TempDir
    private Path directory;

    static Stream<List<String>> faults() {
        return Stream.of(
                List.of("replicas: 3", "replica: 3", "spec.replica is no field; did you mean replicas?"),
                List.of("replicas: 3", "replicas: three", "spec.replicas is the text \"three\": write a whole number"),
                List.of("replicas: 3", "replicas: 501", "spec.replicas is 501: write at most 500"),
                List.of("replicas: 3", "replicas:", "spec.replicas is empty: write a value, or leave the field out"),
                List.of("policy: HandOver", "policy: Handover", "spec.drain.policy is Handover: write one of "),
                List.of(
                        "- name: partner",
                        "- name: outbound",
                        "spec.nextHops[1] is there twice (outbound): write each one once"),
                List.of(
                        "message_size_limit: \"52428800\"",
                        "message_size_limit: 52428800",
                        "spec.template.postfix.message_size_limit is 52428800: write text, in quotes \"52428800\""),
                List.of("192.0.2.10/32", "192.0.2.10/32\n    - 192.0.2.10/32", "spec.acceptFrom[1] is there twice"),
                List.of(
                        "kind: FilterPool",
                        "kind: FilterPools",
                        "kind FilterPools is none of Sluice's; did you mean FilterPool?"),
                List.of("v1alpha1", "v1", "apiVersion is sluice.dev/v1: write sluice.dev/v1alpha1"),
                List.of("name: edge-in", "title: edge-in", "metadata.name is missing"),
                List.of("    image: ", "    picture: ", "spec.template.image is missing: "));
    }

    @ParameterizedTest
    @MethodSource("faults")
    void aFaultIsSaidWithItsPlaceAndWhatToWriteInstead(List<String> story) throws IOException {
        String good = Files.readString(GOOD);
        assertThat(good).contains(story.get(0));
        Path bad = Files.writeString(directory.resolve("bad.yaml"), good.replace(story.get(0), story.get(1)));

        Typed typed = Typed.plain("lint -f " + bad);

        assertThat(typed.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(typed.lines())
                .filteredOn(line -> line.startsWith("✖"))
                .anySatisfy(line -> assertThat(line).contains("bad.yaml, document 1 (", story.get(2)));
    }

    @Test
    void theExamplesHaveNoFault() {
        Typed typed = Typed.plain("lint -f examples");

        assertThat(typed.exitCode()).as(typed.out()).isEqualTo(ExitCode.FINE);
        assertThat(typed.out())
                .startsWith("no fault found: 6 of 7 objects are Sluice's; ")
                .contains("rules across fields (CEL) were not evaluated, --server does");
    }

    @Test
    void whatIsNoYamlIsSaidWithItsLine() throws IOException {
        Path bad = Files.writeString(directory.resolve("bad.yaml"), "kind: FilterPool\nspec: {a: [1, 2}\n");

        Typed typed = Typed.plain("lint -f " + bad);

        assertThat(typed.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(typed.err()).contains("bad.yaml is no YAML: ", "line 2").hasLineCount(1);
    }
}
