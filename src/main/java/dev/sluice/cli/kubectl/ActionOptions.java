package dev.sluice.cli.kubectl;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine.Option;

/** What commands have in common that change something. */
final class ActionOptions {
    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for the record. Always needed.")
    private Optional<String> reason = Optional.empty();

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask.")
    private boolean yes;

    @Option(
            names = "--timeout",
            paramLabel = "TIME",
            defaultValue = "60s",
            converter = Durations.class,
            description = "How long to wait for the operator's answer. Default: ${DEFAULT-VALUE}.")
    private Duration timeout;

    String reason() {
        return reason.map(String::strip)
                .filter(text -> !text.isEmpty())
                .orElseThrow(
                        () -> new CommandFailure(
                                "--reason is missing: write why, for the record, such as --reason \"partner reports bounces\""));
    }

    Duration timeout() {
        return timeout;
    }

    /** Whether the person agrees to the effect that was shown. */
    boolean agreed(PrintWriter out) {
        if (yes) {
            return true;
        }
        out.print("Proceed? [y/N] ");
        out.flush();
        try {
            // The stream is the process's own and is left open.
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            if (answer == null) {
                out.println();
                throw new CommandFailure(
                        "nobody answered and nothing was done; give --yes to go on without being asked");
            }
            return answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException e) {
            throw new CommandFailure("no answer could be read and nothing was done; give --yes to go on", e);
        }
    }
}
