package dev.sluice.local;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;

/**
 * One message that arrived at a sink, for one recipient.
 *
 * @param number the number that the load generator gave it, for a notice that of the message that it is about; -1 for mail
 *     that carries none
 * @param recipientDomain the domain it was for
 * @param notice whether it came from the null sender: a notice about another message, not mail of a person
 * @param time when it had arrived as a whole
 * @param client the address that delivered it
 * @param path the hosts that had it, by their own names, the first one first
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Receipt(
        long number, String recipientDomain, boolean notice, Instant time, String client, List<String> path) {}
