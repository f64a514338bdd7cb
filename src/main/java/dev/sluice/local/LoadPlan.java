package dev.sluice.local;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * What a load generator sends.
 *
 * @param target where to
 * @param messagesPerSecond how many messages become due in a second
 * @param messagesPerConnection how many a connection carries at most, 1 or more
 * @param senderDomain the parent of the senders' domains
 * @param senderDomains how many domains below it send, in turn, 1 or more
 * @param recipientDomains the domains of the recipients, in turn
 * @param bodyBytes about how long a message is
 * @param retryAfter how long a message waits after a refusal
 * @param firstNumber the number of the first message
 */
public record LoadPlan(
        InetSocketAddress target,
        double messagesPerSecond,
        int messagesPerConnection,
        String senderDomain,
        int senderDomains,
        List<String> recipientDomains,
        int bodyBytes,
        Duration retryAfter,
        long firstNumber) {
    /** A prime, so that it goes through every pair with any smaller number of recipient domains. */
    private static final int MANY_SENDERS = 9973;

    /** Refuses what cannot be sent. */
    public LoadPlan {
        if (!(messagesPerSecond > 0) || messagesPerConnection < 1 || senderDomains < 1 || recipientDomains.isEmpty()) {
            throw new IllegalArgumentException("a load needs a rate above 0, at least one message a connection,"
                    + " a sender domain and a recipient domain");
        }
        recipientDomains = List.copyOf(recipientDomains);
    }

    /**
     * One message of 2 KB a connection, retried after 2 s, as if from very many senders: each pair of a sender's and a
     * recipient's domain comes again only after thousands of messages.
     */
    public static LoadPlan of(String host, int port, double messagesPerSecond, List<String> recipientDomains) {
        return new LoadPlan(
                InetSocketAddress.createUnresolved(host, port),
                messagesPerSecond,
                1,
                "customer.example",
                MANY_SENDERS,
                recipientDomains,
                2000,
                Duration.ofSeconds(2),
                1);
    }

    /** The same with several messages a connection. */
    public LoadPlan withMessagesPerConnection(int count) {
        return new LoadPlan(
                target,
                messagesPerSecond,
                count,
                senderDomain,
                senderDomains,
                recipientDomains,
                bodyBytes,
                retryAfter,
                firstNumber);
    }

    /** The same, numbered from another number on. */
    public LoadPlan withFirstNumber(long number) {
        return new LoadPlan(
                target,
                messagesPerSecond,
                messagesPerConnection,
                senderDomain,
                senderDomains,
                recipientDomains,
                bodyBytes,
                retryAfter,
                number);
    }

    /** The envelope sender of a message. */
    String sender(long number) {
        return "s" + number % 1000 + "@" + number % senderDomains + "." + senderDomain;
    }

    /** The domain of a message's recipient. */
    String recipientDomain(long number) {
        return recipientDomains.get((int) (number % recipientDomains.size()));
    }
}
