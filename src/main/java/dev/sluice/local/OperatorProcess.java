package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator as a process of its own beside this one, so that it can be killed. */
public final class OperatorProcess implements AutoCloseable {
    private final List<String> command;
    private final Path log;
    private AtExit atExit;
    private volatile Process process;

    private OperatorProcess(List<String> command, Path log) {
        this.command = List.copyOf(command);
        this.log = log;
    }

    /**
     * Starts it.
     *
     * @param kubeconfig how it reaches the API
     * @param arguments further ones of {@code sluice operator}
     * @param log what it writes is added there
     */
    public static OperatorProcess start(Path kubeconfig, List<String> arguments, Path log) {
        ProgramCommand.prepare();
        List<String> words = new ArrayList<>(List.of("operator", "--kubeconfig", kubeconfig.toString()));
        words.addAll(arguments);
        OperatorProcess operator = new OperatorProcess(ProgramCommand.of(256, words), log);
        operator.launch();
        operator.atExit = AtExit.run("kill-operator", operator::kill);
        return operator;
    }

    /** Whether it runs. */
    public boolean isRunning() {
        return process.isAlive();
    }

    /** What it writes. */
    public Path log() {
        return log;
    }

    /** Ends it without a chance to tidy up, as a failure of its machine would. */
    public void kill() {
        process.destroyForcibly();
        await();
    }

    /** Asks it to end and waits until it has. */
    public void stop() {
        process.destroy();
        await();
        if (process.isAlive()) {
            kill();
        }
    }

    /** Starts it again, after {@link #kill()} or {@link #stop()}. */
    public synchronized void restart() {
        kill();
        launch();
    }

    /** Starts it again when it has ended by itself, as a kubelet does. */
    public synchronized void startIfEnded() {
        if (!process.isAlive()) {
            launch();
        }
    }

    @Override
    public void close() {
        stop();
        atExit.cancel();
    }

    private void launch() {
        try {
            process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot start the operator: " + e.getMessage(), e);
        }
    }

    private void await() {
        try {
            process.waitFor(15, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
