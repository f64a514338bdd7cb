package dev.sluice.cli;

import dev.sluice.cli.kubectl.AbortCommand;
import dev.sluice.cli.kubectl.AffectedCommand;
import dev.sluice.cli.kubectl.CheckCommand;
import dev.sluice.cli.kubectl.CompleteCommand;
import dev.sluice.cli.kubectl.CompletionCommand;
import dev.sluice.cli.kubectl.DrainCommand;
import dev.sluice.cli.kubectl.ExplainCommand;
import dev.sluice.cli.kubectl.GetCommand;
import dev.sluice.cli.kubectl.HistoryCommand;
import dev.sluice.cli.kubectl.LintCommand;
import dev.sluice.cli.kubectl.Nearest;
import dev.sluice.cli.kubectl.PauseCommand;
import dev.sluice.cli.kubectl.PlanCommand;
import dev.sluice.cli.kubectl.PromoteCommand;
import dev.sluice.cli.kubectl.QueueCommand;
import dev.sluice.cli.kubectl.ResumeCommand;
import dev.sluice.cli.kubectl.RetryCommand;
import dev.sluice.cli.kubectl.StatusCommand;
import dev.sluice.cli.kubectl.WarmUpCommand;
import dev.sluice.cli.kubectl.WatchCommand;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
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
        synopsisSubcommandLabel = "COMMAND")
public final class Sluice implements Runnable {
    private static final List<Class<?>> COMMANDS = List.of(
            GetCommand.class,
            WatchCommand.class,
            StatusCommand.class,
            ExplainCommand.class,
            QueueCommand.class,
            HistoryCommand.class,
            AffectedCommand.class,
            PlanCommand.class,
            LintCommand.class,
            PromoteCommand.class,
            AbortCommand.class,
            RetryCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            DrainCommand.class,
            CheckCommand.class,
            CompletionCommand.class,
            CompleteCommand.class,
            WarmUpCommand.class,
            AgentCommand.class,
            ApiServerBinariesCommand.class,
            DemoCheckCommand.class,
            DemoCommand.class,
            SiegeCommand.class,
            LabLoadCommand.class,
            LabSinkCommand.class,
            LabWarmUpCommand.class,
            LocalCommand.class,
            OperatorCommand.class,
            SimulateCommand.class,
            VersionCommand.class);

    /** Commands that talk about all the others. */
    private static final Set<Class<?>> ABOUT_ALL =
            Set.of(CompletionCommand.class, CompleteCommand.class, WarmUpCommand.class);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "no command; 'sluice --help' lists them, such as 'sluice demo'");
    }

    /** Runs the command that the arguments name and ends the process with its exit code. */
    public static void main(String[] arguments) {
        System.exit(commandLineFor(arguments).execute(arguments));
    }

    /** One line, for {@code --version}. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"sluice " + VersionCommand.ofThisProgram()};
        }
    }

    /** The command line with all its commands and one line for every failure instead of a stack trace. */
    public static CommandLine commandLine() {
        return commandLine(COMMANDS);
    }

    /** The same, with the one command that these arguments name: to look through all of them takes half of a start. */
    static CommandLine commandLineFor(String... arguments) {
        return commandLine(COMMANDS.stream()
                .filter(command -> arguments.length > 0
                        && command.getAnnotation(Command.class).name().equals(arguments[0])
                        && !ABOUT_ALL.contains(command))
                .<List<Class<?>>>map(List::of)
                .findFirst()
                .orElse(COMMANDS));
    }

    private static CommandLine commandLine(List<Class<?>> commands) {
        CommandLine commandLine = new CommandLine(new Sluice());
        commands.forEach(commandLine::addSubcommand);
        commandLine.setCommandName(System.getProperty("sluice.command", "sluice"));
        commandLine.setCaseInsensitiveEnumValuesAllowed(true);
        commandLine.setParameterExceptionHandler(Sluice::usedWrongly);
        commandLine.setExecutionExceptionHandler((failure, command, result) -> {
            org.slf4j.LoggerFactory.getLogger(Sluice.class).debug("command failed", failure);
            String message = failure.getMessage();
            command.getErr()
                    .println("sluice: "
                            + (message == null ? failure.toString() : message)
                                    .replaceAll("\\s+", " ")
                                    .strip());
            return command.getCommandSpec().exitCodeOnExecutionException();
        });
        return commandLine;
    }

    /** One line: what is wrong, what was perhaps meant, where the help is. Exit code 1; 2 means that a pool was rejected. */
    private static int usedWrongly(CommandLine.ParameterException failure, String[] arguments) {
        CommandLine command = failure.getCommandLine();
        String meant = failure instanceof CommandLine.UnmatchedArgumentException unmatched
                ? nearest(unmatched.getUnmatched().get(0), command)
                        .map("; did you mean %s?"::formatted)
                        .orElse("")
                : "";
        command.getErr()
                .println("sluice: %s%s See '%s --help'"
                        .formatted(
                                failure.getMessage().replaceAll("\\s+", " ").strip(),
                                meant.isEmpty() ? "." : meant,
                                command.getCommandSpec().qualifiedName()));
        return 1;
    }

    private static Optional<String> nearest(String written, CommandLine command) {
        List<String> known = written.startsWith("-")
                ? command.getCommandSpec().options().stream()
                        .flatMap(option -> Stream.of(option.names()))
                        .filter(name -> name.startsWith("--"))
                        .toList()
                : command.getSubcommands().entrySet().stream()
                        .filter(entry -> !entry.getValue()
                                .getCommandSpec()
                                .usageMessage()
                                .hidden())
                        .map(Map.Entry::getKey)
                        .toList();
        return Nearest.to(written, known);
    }
}
