package dev.sluice.local.load;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.subethamail.smtp.client.SMTPException;
import org.subethamail.smtp.client.SmartClient;

/**
 * Offers numbered messages at a steady rate, one connection each, as independent senders do. What is refused for now
 * (4xx, no connection) is offered again as RFC 5321 section 4.5.4.1 asks of a client, only sooner.
 */
public final class LoadGenerator implements AutoCloseable {
    private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);
    private static final int SESSIONS = 64;

    private final String host;
    private final int port;
    private final List<String> recipientDomains;
    private final Journal<Offered> journal;
    private final InstantSource clock;
    private final Duration patience;
    private final ScheduledExecutorService sessions = Executors.newScheduledThreadPool(SESSIONS);
    private final AtomicLong next;
    private final AtomicLong open = new AtomicLong();
    private ScheduledFuture<?> pacing;

    /**
     * A load that has not begun.
     *
     * @param recipientDomains message n goes to domain n modulo their count
     * @param firstNumber the number of the first message
     * @param patience how long a message is offered again before it counts as refused
     */
    public LoadGenerator(
            String host,
            int port,
            List<String> recipientDomains,
            long firstNumber,
            Duration patience,
            Journal<Offered> journal,
            InstantSource clock) {
        this.host = host;
        this.port = port;
        this.recipientDomains = List.copyOf(recipientDomains);
        this.next = new AtomicLong(firstNumber);
        this.patience = patience;
        this.journal = journal;
        this.clock = clock;
    }

    /** Begins to offer messages, until {@link #stop}. */
    public void start(double messagesPerSecond) {
        long nanos = Math.round(1e9 / messagesPerSecond);
        pacing = sessions.scheduleAtFixedRate(this::offerNext, 0, nanos, TimeUnit.NANOSECONDS);
    }

    private void offerNext() {
        long number = next.getAndIncrement();
        String domain = recipientDomains.get((int) (number % recipientDomains.size()));
        open.incrementAndGet();
        Instant offered = clock.instant();
        sessions.execute(
                () -> attempt(new NumberedMessage(number, domain), number, domain, offered, 1, Optional.empty()));
    }

    private void attempt(
            NumberedMessage message,
            long number,
            String domain,
            Instant offered,
            int attempt,
            Optional<String> before) {
        Optional<String> refusal = refusal(message);
        Instant now = clock.instant();
        boolean permanent = refusal.filter(reply -> reply.startsWith("5")).isPresent();
        if (refusal.isPresent() && !permanent && now.isBefore(offered.plus(patience))) {
            ScheduledFuture<?> unused = sessions.schedule(
                    () -> attempt(message, number, domain, offered, attempt + 1, refusal),
                    BETWEEN_ATTEMPTS.toMillis(),
                    TimeUnit.MILLISECONDS);
            return;
        }
        journal.add(new Offered(
                number,
                domain,
                offered,
                refusal.isEmpty() ? Optional.of(now) : Optional.empty(),
                attempt,
                refusal.or(() -> before)));
        open.decrementAndGet();
    }

    private Optional<String> refusal(NumberedMessage message) {
        SmartClient client = null;
        try {
            client = SmartClient.createAndConnect(host, port, "load.test");
            client.from(message.sender());
            client.to(message.recipient());
            client.dataStart();
            client.dataWrite(message.data());
            client.dataEnd();
            return Optional.empty();
        } catch (SMTPException e) {
            return Optional.of(e.getResponse().getCode() + " " + e.getResponse().getMessage());
        } catch (IOException e) {
            return Optional.of("no answer: " + e.getMessage());
        } finally {
            if (client != null) {
                client.quit();
            }
        }
    }

    /** Offers nothing new, and waits until every message offered so far is accepted or refused. */
    public void stop() throws InterruptedException {
        pacing.cancel(false);
        while (open.get() > 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        sessions.shutdownNow();
        journal.close();
    }
}
