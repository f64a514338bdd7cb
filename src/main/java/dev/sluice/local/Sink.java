package dev.sluice.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A sink on the network: where mail ends. See {@link SinkServer}; this is its remote control. */
public final class Sink implements AutoCloseable {
    /** Stands for all recipient domains. */
    public static final String EVERYWHERE = SinkServer.EVERYWHERE;

    private final NetworkNamespace namespace;
    private final int port;
    private final ProgramInNamespace program;
    private final Journal<Receipt> journal;

    private Sink(NetworkNamespace namespace, int port, ProgramInNamespace program, Journal<Receipt> journal) {
        this.namespace = namespace;
        this.port = port;
        this.program = program;
        this.journal = journal;
    }

    /**
     * Starts one.
     *
     * @param which 1 to 254; its address is the network's {@link Network#sinkAddress}
     * @param port where it listens
     */
    public static Sink start(Network network, int which, int port) {
        String name = "sink" + which;
        NetworkNamespace namespace = network.attach(name, network.sinkAddress(which));
        try {
            Path directory = Files.createDirectories(network.stateDirectory().resolve(name));
            Path file = directory.resolve("receipts.jsonl");
            ProgramInNamespace program = ProgramInNamespace.start(
                    name,
                    namespace,
                    96,
                    List.of("lab-sink", "--listen", namespace.address() + ":" + port, "--journal", file.toString()),
                    directory.resolve("errors.log"));
            return new Sink(namespace, port, program, new Journal<>(file, Receipt.class));
        } catch (IOException | LocalRuntimeException e) {
            namespace.close();
            throw new LocalRuntimeException("cannot start a sink: " + e.getMessage(), e);
        }
    }

    /** Its address. */
    public String address() {
        return namespace.address();
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** Where it is on the network, for faults. */
    public NetworkNamespace network() {
        return namespace;
    }

    /**
     * Answers every RCPT for a domain so from now on.
     *
     * @param domain or {@link #EVERYWHERE}
     * @param reply such as {@code 451 4.3.0 try later}
     */
    public void refuse(String domain, String reply) {
        program.tell("refuse " + domain + " " + reply);
    }

    /** Answers RCPT for a domain no more, until {@link #take}. */
    public void hang(String domain) {
        program.tell("hang " + domain);
    }

    /** Takes mail for a domain again. */
    public void take(String domain) {
        program.tell("take " + domain);
    }

    /** Breaks all connections and refuses new ones. */
    public void down() {
        program.tell("down");
    }

    /** Listens again. */
    public void up() {
        program.tell("up");
    }

    /** Everything that arrived by now. */
    public List<Receipt> receipts() {
        return journal.read();
    }

    @Override
    public void close() {
        program.close();
        namespace.close();
    }
}
