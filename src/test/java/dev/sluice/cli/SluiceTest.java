package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/** A start looks at the one command that was named; whoever asks for another or for none is told of all. */
class SluiceTest {
    private static Set<String> known(String... arguments) {
        return Sluice.commandLineFor(arguments).getSubcommands().keySet();
    }

    @Test
    void onlyTheCommandThatWasNamedIsLookedAt() {
        Set<String> all = Sluice.commandLine().getSubcommands().keySet();

        assertThat(all).contains("get", "operator", "agent", "__complete");
        assertThat(all).allSatisfy(name -> assertThat(known(name, "--help")).contains(name));
        assertThat(known("get", "fp/edge")).containsExactlyInAnyOrder("get", "list");
    }

    @Test
    void whatTalksAboutAllCommandsKnowsThemAll() {
        Set<String> all = Sluice.commandLine().getSubcommands().keySet();

        assertThat(known()).isEqualTo(all);
        assertThat(known("--help")).isEqualTo(all);
        assertThat(known("gte")).isEqualTo(all);
        assertThat(known("completion", "bash")).isEqualTo(all);
        assertThat(known("__complete", "--", "")).isEqualTo(all);
        assertThat(known("kubectl-warm-up")).isEqualTo(all);
    }

    @Test
    void theCommandThatWasNamedRuns() {
        CommandLine get = Sluice.commandLineFor("get", "--help");

        assertThat(get.execute("get", "--help")).isZero();
    }
}
