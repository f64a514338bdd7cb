package dev.sluice.cli.kubectl;

import dev.sluice.cli.Sluice;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import picocli.CommandLine;

/** What a person typed, and what came of it. */
public record Typed(String command, int exitCode, String out, String err) {

    /** Runs a command against the cluster of a kubeconfig; the command is split at blanks, but for single quotes. */
    public static Typed on(Path kubeconfig, String namespace, String command) {
        List<String> words = words(command);
        words.add("--kubeconfig=" + kubeconfig);
        words.add("--namespace=" + namespace);
        return run(command, words);
    }

    /** Runs a command as it stands. */
    public static Typed plain(String command) {
        return run(command, words(command));
    }

    private static Typed run(String command, List<String> words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Sluice.commandLine();
        commandLine.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true));
        int exitCode = commandLine.execute(words.toArray(String[]::new));
        return new Typed(command, exitCode, out.toString(), err.toString());
    }

    private static List<String> words(String command) {
        List<String> words = new ArrayList<>();
        String[] parts = command.split("'", -1);
        for (int index = 0; index < parts.length; index++) {
            if (index % 2 == 1) {
                words.add(parts[index]);
            } else {
                Arrays.stream(parts[index].split(" "))
                        .filter(word -> !word.isEmpty())
                        .forEach(words::add);
            }
        }
        return words;
    }

    /** The lines of standard output. */
    public List<String> lines() {
        return out.lines().toList();
    }
}
