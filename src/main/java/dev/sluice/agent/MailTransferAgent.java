package dev.sluice.agent;

import dev.sluice.node.NodeOrders;
import dev.sluice.postfix.PostfixConfiguration.Delivery;
import dev.sluice.postfix.QueueFiles;
import dev.sluice.postfix.QueuedMessage;
import dev.sluice.postfix.UnusableOrders;
import java.io.IOException;
import java.util.function.Consumer;

/**
 * What the supervisor asks of a mail transfer agent. What happens to mail is not asked: it is written to the log file
 * in Postfix's grammar, whatever the agent is made of. Methods are called by one thread at a time; each returns when the
 * thing is done or throws; none may block for more than two minutes.
 */
public interface MailTransferAgent {

    /** Product and version, such as {@code Postfix 3.7.11}. */
    String version();

    /** Whether it runs; cheap, asked several times a second. */
    boolean running();

    /**
     * Makes the configuration for these orders the one that the next {@link #start} or {@link #reload} uses. A refused
     * configuration leaves the one before untouched.
     *
     * @throws UnusableOrders when nothing can be made of the orders, with one line that names the cause
     */
    void configure(NodeOrders orders, Delivery delivery) throws UnusableOrders, IOException;

    /** Starts with the last configuration. */
    void start() throws IOException;

    /** Takes the last configuration over without ending sessions or deliveries. */
    void reload() throws IOException;

    /** Stops; does nothing when it is not running. */
    void stop() throws IOException;

    /** Freezes what is queued: it is not delivered and does not expire. */
    void hold() throws IOException;

    /** Ends the freeze. */
    void release() throws IOException;

    /** Attempts everything that waits now. */
    void flush() throws IOException;

    /** What lies in the queue now; works also while it is not running. */
    QueueFiles queueFiles() throws IOException;

    /** Lists the queue with recipients; slow with a long queue. */
    void list(Consumer<QueuedMessage> messages) throws IOException;

    /** Goes on with a new log file after the old one was renamed. */
    void reopenLog() throws IOException;
}
