package dev.sluice.postfix;

import java.time.Instant;
import java.util.List;

/**
 * A message as Postfix's queue listing shows it.
 *
 * @param queue the queue it is in
 * @param id its identifier
 * @param arrivalTime when it came
 * @param notice whether it is a notice of the node itself (null sender)
 * @param recipients who is still to get it
 */
public record QueuedMessage(String queue, String id, Instant arrivalTime, boolean notice, List<String> recipients) {
    public QueuedMessage {
        recipients = List.copyOf(recipients);
    }
}
