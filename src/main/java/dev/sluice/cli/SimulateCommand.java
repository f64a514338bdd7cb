package dev.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The parent of what is played in virtual time. */
@Command(
        name = "simulate",
        description = "Plays mail in virtual time: what a policy's gate would do.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SimulateGateCommand.class})
final class SimulateCommand implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "no command; 'sluice simulate --help' lists them, such as 'sluice simulate gate'");
    }
}
