package dev.sluice.notify;

import java.net.URI;
import java.util.Optional;

/**
 * Where a receiver is and how it knows us. All of it is secret: it is never printed.
 *
 * @param address where messages go
 * @param signingKey what messages are signed with, or empty
 * @param authorization the value of the header of that name, or empty
 */
public record Destination(URI address, Optional<String> signingKey, Optional<String> authorization) {
    @Override
    public String toString() {
        return "Destination[…]";
    }
}
