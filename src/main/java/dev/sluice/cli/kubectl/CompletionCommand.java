package dev.sluice.cli.kubectl;

import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code sluice completion}: what a shell needs to complete commands and options. */
@Command(
        name = "completion",
        description =
                "Writes a completion script for the shell: source <(sluice completion bash). For 'kubectl sluice', put"
                        + " kubectl_complete-sluice into the PATH.")
public final class CompletionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "SHELL", description = "bash or zsh")
    private String shell;

    @Override
    public Integer call() {
        if (!List.of("bash", "zsh").contains(shell.toLowerCase(Locale.ROOT))) {
            throw new CommandFailure("%s is not offered: write bash or zsh".formatted(shell));
        }
        CommandLine root = spec.root().commandLine();
        root.getOut().print(AutoComplete.bash("sluice", root));
        root.getOut().flush();
        return ExitCode.FINE;
    }
}
