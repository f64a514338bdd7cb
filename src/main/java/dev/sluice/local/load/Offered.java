package dev.sluice.local.load;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.Optional;

/**
 * One message that the load offered.
 *
 * @param message its number
 * @param recipientDomain where it goes
 * @param offered when it was offered for the first time
 * @param accepted when the final dot was answered with 250, empty if it never was
 * @param attempts how often it was offered
 * @param reply the last answer that was not 250, or the error of the connection
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Offered(
        long message,
        String recipientDomain,
        Instant offered,
        Optional<Instant> accepted,
        int attempts,
        Optional<String> reply) {}
