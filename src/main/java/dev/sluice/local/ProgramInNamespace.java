package dev.sluice.local;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A command of this program that runs in a namespace and is told what to do line by line; each line is answered by one.
 * It ends when this process does, since its input ends then.
 */
final class ProgramInNamespace implements AutoCloseable {
    private final String name;
    private final Process process;
    private final Writer input;
    private final BufferedReader output;
    private final Path errors;

    private ProgramInNamespace(String name, Process process, Path errors) {
        this.name = name;
        this.process = process;
        this.input = process.outputWriter(StandardCharsets.UTF_8);
        this.output = process.inputReader(StandardCharsets.UTF_8);
        this.errors = errors;
    }

    /** Starts it and waits until it is ready. */
    static ProgramInNamespace start(
            String name, NetworkNamespace namespace, int heapMegabytes, List<String> arguments, Path errors) {
        try {
            Process process = new ProcessBuilder(namespace.inside(ProgramCommand.of(heapMegabytes, arguments)))
                    .redirectError(ProcessBuilder.Redirect.appendTo(errors.toFile()))
                    .start();
            ProgramInNamespace program = new ProgramInNamespace(name, process, errors);
            program.readAnswer("start");
            return program;
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot start " + name + ": " + e.getMessage(), e);
        }
    }

    /** Says a line and waits until it is done. */
    synchronized String tell(String line) {
        try {
            input.write(line + "\n");
            input.flush();
            return readAnswer(line);
        } catch (IOException e) {
            throw new LocalRuntimeException(name + " does not listen any more (see " + errors + ")", e);
        }
    }

    private String readAnswer(String line) throws IOException {
        String answer = output.readLine();
        if (answer == null || !answer.startsWith("ok")) {
            process.destroyForcibly();
            throw new LocalRuntimeException(name + " answers '" + line + "' with "
                    + (answer == null ? "its end" : "'" + answer + "'") + " (see " + errors + ")");
        }
        return answer.substring(2).strip();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(10, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
