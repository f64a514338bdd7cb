package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** A load generator on the network: the customers' mail servers. See {@link LoadEngine}; this is its remote control. */
public final class LoadGenerator implements AutoCloseable {
    private final NetworkNamespace namespace;
    private final ProgramInNamespace program;
    private final Journal<LoadEvent> journal;

    private LoadGenerator(NetworkNamespace namespace, ProgramInNamespace program, Journal<LoadEvent> journal) {
        this.namespace = namespace;
        this.program = program;
        this.journal = journal;
    }

    /**
     * Starts one; the first message is due at once.
     *
     * @param which 1 to 254; its address is the network's {@link Network#loadAddress}
     */
    public static LoadGenerator start(Network network, int which, LoadPlan plan) {
        String name = "load" + which;
        NetworkNamespace namespace = network.attach(name, network.loadAddress(which));
        try {
            Path directory = Files.createDirectories(network.stateDirectory().resolve(name));
            Path file = directory.resolve("events.jsonl");
            ProgramInNamespace program = ProgramInNamespace.start(
                    name,
                    namespace,
                    128,
                    List.of(
                            "lab-load",
                            "--target",
                            plan.target().getHostString() + ":" + plan.target().getPort(),
                            "--source",
                            namespace.address(),
                            "--rate",
                            String.format(Locale.ROOT, "%f", plan.messagesPerSecond()),
                            "--per-connection",
                            Integer.toString(plan.messagesPerConnection()),
                            "--sender-domain",
                            plan.senderDomain(),
                            "--sender-domains",
                            Integer.toString(plan.senderDomains()),
                            "--recipient-domains",
                            String.join(",", plan.recipientDomains()),
                            "--body-bytes",
                            Integer.toString(plan.bodyBytes()),
                            "--retry-millis",
                            Long.toString(plan.retryAfter().toMillis()),
                            "--first-number",
                            Long.toString(plan.firstNumber()),
                            "--journal",
                            file.toString()),
                    directory.resolve("errors.log"));
            return new LoadGenerator(namespace, program, new Journal<>(file, LoadEvent.class));
        } catch (IOException | LocalRuntimeException e) {
            namespace.close();
            throw new LocalRuntimeException("cannot start a load: " + e.getMessage(), e);
        }
    }

    /** Where it is on the network, for faults. */
    public NetworkNamespace network() {
        return namespace;
    }

    /**
     * Offers nothing new and waits until everything offered was accepted.
     *
     * @param atMost how long
     * @return whether it was
     */
    public boolean finish(Duration atMost) {
        return program.tell("finish " + atMost.toMillis()).equals("all");
    }

    /** Everything that happened by now. */
    public List<LoadEvent> events() {
        return journal.read();
    }

    @Override
    public void close() {
        program.close();
        namespace.close();
    }
}
