package dev.sluice.cli;

import dev.sluice.local.LocalRun;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code sluice local}: a user's own pools on this machine. */
@Command(
        name = "local",
        description = "Runs the pools of some manifests on this machine: a real API server, the operator, each node as"
                + " processes in a network namespace of its own, HAProxy as the edge. Needs root. Ctrl-C ends it and"
                + " leaves nothing behind.")
final class LocalCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-f", "--filename"},
            required = true,
            paramLabel = "DIR",
            description = "A file or a directory with manifests.")
    private Path manifests;

    @Option(
            names = {"-n", "--namespace"},
            defaultValue = "mail",
            description = "The namespace of what names none (default: ${DEFAULT-VALUE}).")
    private String namespace;

    @Override
    public void run() {
        PrintWriter out = spec.commandLine().getOut();
        try (LocalRun run = LocalRun.start(manifests, namespace, line -> {
            out.println(line);
            out.flush();
        })) {
            out.println("Ctrl-C ends it; everything that runs in "
                    + run.laboratory().directory() + " goes with it.");
            out.flush();
            // Each part ends itself when the process is asked to end.
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
