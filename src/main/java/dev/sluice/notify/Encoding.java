package dev.sluice.notify;

import dev.sluice.api.ReceiverType;
import java.time.Instant;

/** How a kind of receiver wants its messages. */
sealed interface Encoding permits CloudEventEncoding, SlackEncoding, AlertmanagerEncoding {
    /** That of a kind of receiver. */
    static Encoding of(ReceiverType type) {
        return switch (type) {
            case CLOUD_EVENTS -> new CloudEventEncoding();
            case SLACK -> new SlackEncoding();
            case ALERTMANAGER -> new AlertmanagerEncoding();
        };
    }

    /** Whether the receiver can do something with it. */
    boolean takes(Message message);

    /**
     * As it goes over the wire.
     *
     * @param sent when that is
     */
    Letter encode(Message message, Destination destination, Instant sent);
}
