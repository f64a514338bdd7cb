package dev.sluice.cli.kubectl;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * Answers kubectl, which asks a plugin what could come next: {@code kubectl_complete-sluice WORD…}, the last word being
 * the one to complete. A line for each candidate, then a directive; 4 means that no file names are to be offered.
 */
@Command(name = "__complete", hidden = true, description = "Answers kubectl's question for completions.")
public final class CompleteCommand implements Callable<Integer> {
    private static final String NO_FILES = ":4";
    private static final String FILES = ":0";

    @Spec
    private CommandSpec spec;

    @Parameters(hidden = true, arity = "0..*")
    private List<String> words = new ArrayList<>();

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Answer answer = answer(spec.root().commandLine(), words);
        answer.candidates().forEach(out::println);
        out.println(answer.directive());
        out.flush();
        return ExitCode.FINE;
    }

    private static boolean takesAPool(CommandLine command) {
        return command.getCommandSpec().positionalParameters().stream()
                .anyMatch(parameter -> parameter.paramLabel().equals("POOL"));
    }

    private record Answer(List<String> candidates, String directive) {}

    private static Answer answer(CommandLine root, List<String> typed) throws InterruptedException {
        String last = typed.isEmpty() ? "" : typed.get(typed.size() - 1);
        CommandLine command = root;
        String before = "";
        for (String word : typed.subList(0, Math.max(0, typed.size() - 1))) {
            command = command.getSubcommands().getOrDefault(word, command);
            before = word;
        }
        if (List.of("-f", "--filename", "--kubeconfig").contains(before)) {
            return new Answer(List.of(), FILES);
        }
        Stream<String> offered;
        if (List.of("-o", "--output").contains(before)) {
            offered = Stream.of("json", "yaml", "wide", "name");
        } else if (last.startsWith("-")) {
            offered = command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .map(OptionSpec::longestName);
        } else if (!typed.isEmpty() && takesAPool(command)) {
            offered = new PoolNames(typed.subList(0, typed.size() - 1)).offered();
        } else {
            offered = command.getSubcommands().entrySet().stream()
                    .filter(entry ->
                            !entry.getValue().getCommandSpec().usageMessage().hidden())
                    .map(Map.Entry::getKey);
        }
        return new Answer(offered.filter(word -> word.startsWith(last)).sorted().toList(), NO_FILES);
    }
}
