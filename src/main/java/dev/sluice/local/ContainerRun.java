package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One life of a container: from its start to its end. */
final class ContainerRun {
    private final Process process;
    private final Instant started;
    private volatile boolean terminated;

    private ContainerRun(Process process, Instant started) {
        this.process = process;
        this.started = started;
    }

    /**
     * Starts it.
     *
     * @param input where it reads from
     * @param log where all that it writes is added
     */
    static ContainerRun start(
            List<String> command, Map<String, String> environment, ProcessBuilder.Redirect input, Path log, Instant now)
            throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new ContainerRun(builder.start(), now);
    }

    Instant started() {
        return started;
    }

    boolean isRunning() {
        return process.isAlive();
    }

    /** 128 and more mean a signal. */
    int exitCode() {
        return process.exitValue();
    }

    /** Asks it to end, once; the first process of its process namespace gets the signal. */
    void terminate() {
        if (!terminated) {
            terminated = true;
            process.children().forEach(ProcessHandle::destroy);
        }
    }

    /** Ends it and everything that it started. */
    void kill() {
        process.destroyForcibly();
    }

    void await() throws InterruptedException {
        process.waitFor();
    }
}
