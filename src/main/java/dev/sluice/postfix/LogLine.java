package dev.sluice.postfix;

import java.time.Instant;

/** One line of Postfix's log that says something about a message. */
public sealed interface LogLine {

    /** When the line was written, in whole seconds as Postfix writes it. */
    Instant time();

    /** The queue identifier of the message that the line is about. */
    String queueId();

    /** How one attempt for one recipient ended, in the log's own words. */
    enum Status {
        SENT("sent"),
        DEFERRED("deferred"),
        BOUNCED("bounced"),
        /** A permanent refusal that {@code soft_bounce} turned into a temporary one: a failure, the mail is kept. */
        SOFT_BOUNCED("SOFTBOUNCE"),
        /** An address probe that would be delivered. */
        DELIVERABLE("deliverable"),
        /** An address probe that would be refused. */
        UNDELIVERABLE("undeliverable");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /**
     * One recipient in one attempt.
     *
     * @param program the last segment of the service's name: {@code smtp}, {@code error}, {@code discard} …
     * @param recipient the envelope recipient after rewriting
     * @param relay where the attempt went
     * @param delaySeconds from the message's arrival to the end of the attempt
     * @param statusCode the RFC 3463 code, which Postfix may have rewritten
     * @param status how it ended
     * @param text the reply or the local reason
     */
    record Delivery(
            Instant time,
            String queueId,
            String program,
            String recipient,
            Relay relay,
            double delaySeconds,
            String statusCode,
            Status status,
            String text)
            implements LogLine {

        /**
         * Whether no attempt was made: the destination was dead after earlier attempts, or delivery is switched off. Such
         * lines are most of all deferrals and repeat the evidence of the attempts before them.
         */
        public boolean withoutAttempt() {
            return text.startsWith("delivery temporarily suspended:") || text.equals("deferred transport");
        }
    }

    /**
     * A client began to hand a message in.
     *
     * @param listener the segment before {@code smtpd} of the service's name, empty for the main listener
     * @param client name and address, such as {@code unknown[192.0.2.1]}; {@code local} for mail submitted on the node
     */
    record Accepted(Instant time, String queueId, String listener, String client) implements LogLine {
        /** The client's address, or its name when there is none. */
        public String clientAddress() {
            int open = client.lastIndexOf('[');
            int close = client.lastIndexOf(']');
            return open >= 0 && close > open ? client.substring(open + 1, close) : client;
        }
    }

    /**
     * The queue manager took a message up. Written anew at each activation.
     *
     * @param sender the envelope sender, empty for notices
     * @param size in bytes
     * @param recipients how many
     */
    record Queued(Instant time, String queueId, String sender, long size, int recipients) implements LogLine {}

    /** The queue lifetime is over for every recipient that is not finished; the line names none of them. */
    record Expired(Instant time, String queueId) implements LogLine {}

    /**
     * A notice to the sender was made; it is a message of its own.
     *
     * @param noticeId its queue identifier
     */
    record NoticeMade(Instant time, String queueId, String noticeId) implements LogLine {}

    /** The queue file is gone; says nothing about success. */
    record Removed(Instant time, String queueId) implements LogLine {}

    /** Frozen by {@code postsuper -h}. */
    record Held(Instant time, String queueId) implements LogLine {}

    /** Released by {@code postsuper -H}. */
    record Released(Instant time, String queueId) implements LogLine {}

    /**
     * {@code postsuper -r} gave a message a new name.
     *
     * @param queueId the new identifier
     * @param formerId the old one
     */
    record Renamed(Instant time, String queueId, String formerId) implements LogLine {}
}
