package dev.sluice.cli;

import dev.sluice.local.LabPrograms;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice lab-sink}: the process behind a sink of the local runtime; told what to do by its standard input. */
@Command(name = "lab-sink", hidden = true, description = "A mail sink for the local runtime.")
final class LabSinkCommand implements Callable<Integer> {
    @Option(names = "--listen", required = true, paramLabel = "ADDRESS:PORT", description = "Where it listens.")
    private String listen;

    @Option(names = "--journal", required = true, paramLabel = "FILE", description = "What arrived, as JSON lines.")
    private Path journal;

    @Override
    public Integer call() throws Exception {
        LabPrograms.sink(listen, journal, System.in, System.out);
        return 0;
    }
}
