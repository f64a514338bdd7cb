package dev.sluice.notify;

import java.net.http.HttpClient;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.random.RandomGenerator;

/**
 * Sends messages to receivers, each from a queue of its own, one at a time, again and again until it is taken. To send
 * never waits: neither for a receiver, nor for a name server, nor for a Secret.
 */
public final class Notifier implements AutoCloseable {
    private static final int THREADS = 4;

    private final ScheduledThreadPoolExecutor threads;
    private final Map<Receiver, Outbox> outboxes = new ConcurrentHashMap<>();
    private final Set<Receiver> complained = ConcurrentHashMap.newKeySet();
    private final Post post;

    /** A notifier that begins at once. */
    public Notifier(
            NotifierSettings settings,
            AddressBook addresses,
            Witness witness,
            InstantSource clock,
            RandomGenerator random) {
        threads = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "notifier");
            thread.setDaemon(true);
            return thread;
        });
        threads.setRemoveOnCancelPolicy(true);
        HttpClient http = HttpClient.newBuilder()
                .connectTimeout(settings.answerLimit())
                // A receiver must not be able to send the operator elsewhere.
                .followRedirects(HttpClient.Redirect.NEVER)
                .executor(threads)
                .build();
        post = new Post(settings, addresses, onceUntilWell(witness), clock, random, http, threads);
    }

    private Witness onceUntilWell(Witness witness) {
        return new Witness() {
            @Override
            public void ended(Receiver receiver, Outcome outcome) {
                if (outcome == Outcome.DELIVERED) {
                    complained.remove(receiver);
                }
                witness.ended(receiver, outcome);
            }

            @Override
            public void complains(Receiver receiver, String problem) {
                if (complained.add(receiver)) {
                    witness.complains(receiver, problem);
                }
            }
        };
    }

    /** Has a message sent. Returns at once. */
    public void send(Receiver receiver, Message message) {
        if (Encoding.of(receiver.type()).takes(message)) {
            outboxes.computeIfAbsent(receiver, key -> new Outbox(key, post)).add(message);
        }
    }

    /** Forgets the receivers of a pool that is gone; what waits for them is given up. */
    public void forget(Message.PoolName pool) {
        outboxes.keySet().removeIf(receiver -> receiver.pool().equals(pool));
        complained.removeIf(receiver -> receiver.pool().equals(pool));
    }

    /** Stops; what still waits is given up. */
    @Override
    public void close() {
        threads.shutdownNow();
    }
}
