package dev.sluice.local.load;

import java.nio.charset.StandardCharsets;

/** A message that can be told apart from all others: its number is in its header and in both addresses. */
final class NumberedMessage {
    /** The header field that holds the number. */
    static final String HEADER = "X-Sluice-Message";

    private static final int BODY_LINES = 30;

    private final long number;
    private final String recipientDomain;

    NumberedMessage(long number, String recipientDomain) {
        this.number = number;
        this.recipientDomain = recipientDomain;
    }

    String sender() {
        return "sender%d@load.test".formatted(number);
    }

    String recipient() {
        return "recipient%d@%s".formatted(number, recipientDomain);
    }

    /** Header and body, about 2 KiB, lines ended by CR LF. */
    byte[] data() {
        StringBuilder text = new StringBuilder()
                .append("From: <")
                .append(sender())
                .append(">\r\nTo: <")
                .append(recipient())
                .append(">\r\nSubject: message ")
                .append(number)
                .append("\r\n")
                .append(HEADER)
                .append(": ")
                .append(number)
                .append("\r\n\r\n");
        for (int line = 0; line < BODY_LINES; line++) {
            text.append("The quick brown fox jumps over the lazy dog, line ")
                    .append(line)
                    .append(".\r\n");
        }
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }
}
