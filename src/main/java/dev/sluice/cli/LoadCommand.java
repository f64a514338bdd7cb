package dev.sluice.cli;

import dev.sluice.local.load.Journal;
import dev.sluice.local.load.LoadGenerator;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * Offers numbered messages at a steady rate, as a process of its own in a network namespace. When its standard input ends
 * it offers nothing new, waits for what is under way, and ends.
 */
@Command(name = "load", hidden = true, description = "Offers numbered messages at a steady rate.")
final class LoadCommand implements Callable<Integer> {
    @Option(names = "--host", required = true, description = "Where to offer mail.")
    private String host;

    @Option(names = "--port", defaultValue = "25", description = "The port there, ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--rate", required = true, description = "Messages a second.")
    private double rate;

    @Option(names = "--first", defaultValue = "1", description = "The number of the first message, ${DEFAULT-VALUE}.")
    private long first;

    @Option(names = "--domains", required = true, split = ",", description = "Recipient domains, used in turn.")
    private List<String> domains;

    @Option(
            names = "--patience-seconds",
            defaultValue = "60",
            description = "How long a message is offered again, ${DEFAULT-VALUE}.")
    private long patienceSeconds;

    @Option(names = "--journal", required = true, description = "The file to write to, one JSON object a message.")
    private Path journal;

    @Override
    public Integer call() throws Exception {
        try (LoadGenerator load = new LoadGenerator(
                host,
                port,
                domains,
                first,
                Duration.ofSeconds(patienceSeconds),
                Journal.create(journal),
                InstantSource.system())) {
            load.start(rate);
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
            load.stop();
            return 0;
        }
    }
}
