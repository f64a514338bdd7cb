package dev.sluice.local;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import java.time.Instant;

/**
 * Something that happened to one message on its way into the platform.
 *
 * @param kind what happened
 * @param number the message's number
 * @param time when
 * @param detail the reply or error in one line, or the recipient's domain for {@link Kind#OFFERED}
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record LoadEvent(Kind kind, long number, Instant time, String detail) {
    /** What can happen. */
    public enum Kind {
        /** It is due; sent as soon as a connection is free. */
        OFFERED,
        /** The platform took responsibility: 250 after the data. */
        ACCEPTED,
        /** Refused or no connection; it will be offered again, as a mail server would. */
        REFUSED,
        /** All of it was sent and no answer came: it may be in the platform; it will be offered again. */
        UNCERTAIN
    }
}
