package dev.sluice.agent;

import dev.sluice.agent.MessageBook.Source;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.MessageFates.RecipientFate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the books know of one message, as the contract tells it. */
final class MessageAccounts {
    /** What a Postfix answers to the end of a message; its identifier is the last word. */
    private static final Pattern QUEUED_AS = Pattern.compile("queued as ([0-9A-Za-z]+)");

    private MessageAccounts() {}

    static String queueIdOnPeer(String reply) {
        Matcher found = QUEUED_AS.matcher(reply);
        return found.find() ? found.group(1) : "";
    }

    /** Whether it is mail of somebody; one that went to the node's own filter is told under its next identifier. */
    static boolean isOfOthers(MessageBook message) {
        boolean filtered = !message.known.isEmpty()
                && message.known.values().stream().allMatch(recipient -> recipient.done && recipient.outcome == null);
        return message.source != Source.INTERNAL && !filtered;
    }

    /**
     * The account of a message.
     *
     * @param rest what became of the recipients of whom no outcome is known
     */
    static MessageFate of(String id, MessageBook message, Outcome rest) {
        Instant arrival = Instant.ofEpochMilli(message.arrivalMillis);
        List<RecipientFate> recipients = new ArrayList<>();
        message.known.forEach((address, recipient) -> recipients.add(new RecipientFate(
                address,
                recipient.hop,
                Optional.ofNullable(recipient.outcome).orElse(rest),
                recipient.deferrals,
                recipient.lastMillis == 0 ? arrival : Instant.ofEpochMilli(recipient.lastMillis),
                recipient.lastReply,
                recipient.peerQueueId)));
        for (int number = 0; number < message.strangersExpired; number++) {
            recipients.add(stranger(Outcome.EXPIRED, arrival));
        }
        for (int number = message.known.size(); number < message.recipients; number++) {
            recipients.add(stranger(rest, arrival));
        }
        return new MessageFate(id, arrival, message.source == Source.HANDOVER, message.envelopeSender, recipients);
    }

    private static RecipientFate stranger(Outcome outcome, Instant arrival) {
        return new RecipientFate("", "", outcome, 0, arrival, "", "");
    }
}
