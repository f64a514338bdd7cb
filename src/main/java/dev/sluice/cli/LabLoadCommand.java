package dev.sluice.cli;

import dev.sluice.local.LabPrograms;
import dev.sluice.local.LoadPlan;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice lab-load}: the process behind a load of the local runtime; told when to end by its standard input. */
@Command(name = "lab-load", hidden = true, description = "A mail load for the local runtime.")
final class LabLoadCommand implements Callable<Integer> {
    @Option(names = "--target", required = true, paramLabel = "ADDRESS:PORT", description = "Where mail goes.")
    private String target;

    @Option(names = "--source", required = true, paramLabel = "ADDRESS", description = "Where it comes from.")
    private String source;

    @Option(names = "--rate", required = true, description = "Messages a second.")
    private double rate;

    @Option(names = "--per-connection", defaultValue = "1", description = "Messages a connection.")
    private int perConnection;

    @Option(names = "--sender-domain", required = true, description = "The parent of the senders' domains.")
    private String senderDomain;

    @Option(names = "--sender-domains", defaultValue = "1", description = "How many domains below it send.")
    private int senderDomains;

    @Option(names = "--recipient-domains", required = true, split = ",", description = "The recipients' domains.")
    private List<String> recipientDomains;

    @Option(names = "--body-bytes", defaultValue = "2000", description = "Bytes a message.")
    private int bodyBytes;

    @Option(names = "--retry-millis", defaultValue = "2000", description = "Wait after a refusal.")
    private long retryMillis;

    @Option(names = "--first-number", defaultValue = "1", description = "The first message's number.")
    private long firstNumber;

    @Option(names = "--journal", required = true, paramLabel = "FILE", description = "What happened, as JSON lines.")
    private Path journal;

    @Override
    public Integer call() throws Exception {
        int colon = target.lastIndexOf(':');
        LoadPlan plan = new LoadPlan(
                InetSocketAddress.createUnresolved(
                        target.substring(0, colon), Integer.parseInt(target.substring(colon + 1))),
                rate,
                perConnection,
                senderDomain,
                senderDomains,
                recipientDomains,
                bodyBytes,
                Duration.ofMillis(retryMillis),
                firstNumber);
        LabPrograms.load(plan, source, journal, System.in, System.out);
        return 0;
    }
}
