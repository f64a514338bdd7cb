package dev.sluice.local;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A command of the operating system that does one short thing and ends. */
final class SystemCommand {
    private SystemCommand() {}

    /**
     * Runs it to its end.
     *
     * @return what it wrote
     * @throws LocalRuntimeException when it cannot be started or ends with another code than 0
     */
    static String run(String... command) {
        return runWithInput("", List.of(command));
    }

    /** The same with something to read. */
    static String runWithInput(String input, List<String> command) {
        Result result = attempt(input, command);
        if (result.code() != 0) {
            throw new LocalRuntimeException(
                    String.join(" ", command) + ": " + result.output().strip().replace('\n', ' '));
        }
        return result.output();
    }

    /**
     * How a command ended.
     *
     * @param code 0 for success
     * @param output standard output and standard error
     */
    record Result(int code, String output) {}

    /** Runs it to its end, whatever that is. */
    static Result attempt(String input, List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (var standardInput = process.getOutputStream()) {
                standardInput.write(input.getBytes(StandardCharsets.UTF_8));
            }
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Result(process.waitFor(), output);
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot run " + String.join(" ", command) + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted while running " + String.join(" ", command), e);
        }
    }
}
