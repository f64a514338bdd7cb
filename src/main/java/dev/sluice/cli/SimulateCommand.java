package dev.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code sluice simulate COMMAND …}: what a policy would do, without any node. */
@Command(
        name = "simulate",
        description = "Tries a policy out without any node.",
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {SimulateFleetCommand.class, SimulateGateCommand.class, SimulateReplayCommand.class})
final class SimulateCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "no command; 'sluice simulate --help' lists them, such as 'sluice simulate replay'");
    }
}
