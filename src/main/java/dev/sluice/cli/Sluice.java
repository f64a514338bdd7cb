package dev.sluice.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ScopeType;

/** The program: {@code sluice COMMAND …}. */
@Command(
        name = "sluice",
        description = "Rolls out mail nodes on evidence of deliveries.",
        mixinStandardHelpOptions = true,
        scope = ScopeType.INHERIT,
        versionProvider = Sluice.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            AgentCommand.class,
            ApiServerBinariesCommand.class,
            DemoCheckCommand.class,
            DemoCommand.class,
            LabLoadCommand.class,
            LabSinkCommand.class,
            LabWarmUpCommand.class,
            LocalCommand.class,
            OperatorCommand.class,
            SimulateCommand.class,
            VersionCommand.class,
        })
public final class Sluice implements Runnable {
    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "no command; 'sluice --help' lists them, such as 'sluice demo'");
    }

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLine().execute(arguments));
    }

    /** One line, for {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sluice " + VersionCommand.ofThisProgram()};
        }
    }

    /** The command line with one line for every failure instead of a stack trace. */
    static CommandLine commandLine() {
        CommandLine commandLine = new CommandLine(new Sluice());
        commandLine.setCommandName(System.getProperty("sluice.command", "sluice"));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            org.slf4j.LoggerFactory.getLogger(Sluice.class).debug("command failed", failure);
            String message = failure.getMessage();
            command.getErr().println("sluice: " + (message == null ? failure.toString() : message));
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
        return commandLine;
    }
}
