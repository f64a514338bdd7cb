package dev.sluice.cli;

import dev.sluice.local.load.Journal;
import dev.sluice.local.load.SinkServer;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The world at the end of the path, as a process of its own in a network namespace. Ends with its standard input. */
@Command(name = "sink", hidden = true, description = "Accepts all mail and writes down what came.")
final class SinkCommand implements Callable<Integer> {
    @Option(names = "--address", required = true, description = "The address to listen on.")
    private InetAddress address;

    @Option(names = "--port", defaultValue = "25", description = "The port to listen on, ${DEFAULT-VALUE}.")
    private int port;

    @Option(names = "--journal", required = true, description = "The file to write to, one JSON object a message.")
    private Path journal;

    @Override
    public Integer call() throws Exception {
        try (SinkServer sink = new SinkServer(address, port, Journal.create(journal), InstantSource.system())) {
            System.in.transferTo(java.io.OutputStream.nullOutputStream());
            return 0;
        }
    }
}
