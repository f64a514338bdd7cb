package dev.sluice.local.load;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * One message that arrived at the sink.
 *
 * @param message its number, empty when it is none of the load's, such as a notice
 * @param notice whether its sender is the null sender (RFC 5321, section 4.5.5)
 * @param recipientDomain where it was sent
 * @param received when its data was complete
 * @param via the hosts that took it on its way, the first one first, from its Received header fields
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Received(
        Optional<Long> message, boolean notice, String recipientDomain, Instant received, List<String> via) {
    public Received {
        via = List.copyOf(via);
    }
}
