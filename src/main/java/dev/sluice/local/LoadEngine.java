package dev.sluice.local;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.DelayQueue;
import java.util.concurrent.Delayed;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Sends numbered messages at a steady rate, each until it is accepted, as a customer's mail server would. */
final class LoadEngine implements AutoCloseable {
    private static final int CONNECTIONS = 64;
    private static final int TIMEOUT_MILLIS = 60_000;
    private static final int LINE_LENGTH = 72;

    private final LoadPlan plan;
    private final InetAddress source;
    private final Consumer<LoadEvent> journal;
    private final InstantSource clock;
    private final DelayQueue<Due> due = new DelayQueue<>();
    private final Set<Long> unfinished = ConcurrentHashMap.newKeySet();
    private volatile boolean closed;
    private long offered;
    private long startNanos;

    /**
     * @param source the address that connections come from
     * @param journal gets every event, from several threads
     */
    LoadEngine(LoadPlan plan, InetAddress source, Consumer<LoadEvent> journal, InstantSource clock) {
        this.plan = plan;
        this.source = source;
        this.journal = journal;
        this.clock = clock;
    }

    void start() {
        startNanos = System.nanoTime();
        for (int worker = 0; worker < CONNECTIONS; worker++) {
            daemon(this::work, "load-" + worker).start();
        }
        daemon(this::offerSteadily, "load-timer").start();
    }

    /** No new messages from here on. */
    synchronized void stop() {
        offered = Long.MAX_VALUE;
    }

    /** Waits until each message was accepted; whether that came true. */
    boolean awaitAllAccepted(long atMostMillis) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(atMostMillis);
        while (!unfinished.isEmpty() && System.nanoTime() < deadline) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        return unfinished.isEmpty();
    }

    @Override
    public void close() {
        stop();
        closed = true;
    }

    /** What is due by now, however late this comes: the rate holds over time. */
    private synchronized void offer() {
        double elapsedSeconds = (System.nanoTime() - startNanos) / 1e9;
        while (offered < elapsedSeconds * plan.messagesPerSecond()) {
            long number = plan.firstNumber() + offered;
            offered++;
            unfinished.add(number);
            note(LoadEvent.Kind.OFFERED, number, plan.recipientDomain(number));
            due.add(new Due(number, System.nanoTime()));
        }
    }

    private void offerSteadily() {
        try {
            while (!closed) {
                offer();
                TimeUnit.MILLISECONDS.sleep(5);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void work() {
        try {
            while (!closed) {
                connect(due.take().number());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void connect(long first) throws InterruptedException {
        Long number = first;
        Stage stage = new Stage();
        try (Socket socket = new Socket()) {
            socket.bind(new InetSocketAddress(source, 0));
            socket.setSoTimeout(TIMEOUT_MILLIS);
            socket.connect(
                    new InetSocketAddress(
                            plan.target().getHostString(), plan.target().getPort()),
                    TIMEOUT_MILLIS);
            SmtpConversation conversation = new SmtpConversation(socket);
            expect(conversation.readReply(), '2');
            say(conversation, "EHLO load." + plan.senderDomain(), '2');
            for (int count = 1; number != null; count++) {
                send(conversation, number, stage);
                stage.answered();
                unfinished.remove(number);
                number = null;
                if (count < plan.messagesPerConnection()) {
                    Due next = due.poll(500, TimeUnit.MILLISECONDS);
                    number = next == null ? null : next.number();
                }
            }
            conversation.write("QUIT");
            conversation.flush();
            conversation.readReply();
        } catch (IOException e) {
            if (number != null) {
                again(number, stage, e.getMessage() == null ? e.toString() : e.getMessage());
            }
        }
    }

    private void again(long number, Stage stage, String why) {
        note(stage.waitsForAnswer() ? LoadEvent.Kind.UNCERTAIN : LoadEvent.Kind.REFUSED, number, why);
        due.add(new Due(number, System.nanoTime() + plan.retryAfter().toNanos()));
    }

    private void send(SmtpConversation conversation, long number, Stage stage) throws IOException {
        say(conversation, "MAIL FROM:<" + plan.sender(number) + ">", '2');
        try {
            say(conversation, "RCPT TO:<u" + number + "@" + plan.recipientDomain(number) + ">", '2');
            say(conversation, "DATA", '3');
        } catch (RefusedException e) {
            conversation.write("QUIT");
            conversation.flush();
            throw e;
        }
        Instant now = clock.instant();
        conversation.write("From: <" + plan.sender(number) + ">");
        conversation.write("To: <u" + number + "@" + plan.recipientDomain(number) + ">");
        conversation.write("Subject: message " + number);
        conversation.write("Date: " + DateTimeFormatter.RFC_1123_DATE_TIME.format(now.atOffset(ZoneOffset.UTC)));
        conversation.write("Message-ID: <" + number + "." + now.toEpochMilli() + "@" + plan.senderDomain() + ">");
        conversation.write(SinkServer.NUMBER_HEADER + ": " + number);
        conversation.write("");
        for (int written = 0; written < plan.bodyBytes(); written += LINE_LENGTH + 2) {
            conversation.write("x".repeat(LINE_LENGTH));
        }
        conversation.write(".");
        stage.sentAll();
        conversation.flush();
        String reply = conversation.readReply();
        stage.answered();
        expect(reply, '2');
        note(LoadEvent.Kind.ACCEPTED, number, reply);
    }

    private static void say(SmtpConversation conversation, String command, char expected) throws IOException {
        conversation.write(command);
        conversation.flush();
        expect(conversation.readReply(), expected);
    }

    private static void expect(String reply, char expected) throws IOException {
        if (reply.isEmpty() || reply.charAt(0) != expected) {
            throw new RefusedException(reply);
        }
    }

    private void note(LoadEvent.Kind kind, long number, String detail) {
        journal.accept(new LoadEvent(kind, number, clock.instant(), detail));
    }

    private static Thread daemon(Runnable runnable, String name) {
        Thread thread = new Thread(runnable, name);
        thread.setDaemon(true);
        return thread;
    }

    /** A message that may be sent from a time on, by {@link System#nanoTime}. */
    private record Due(long number, long atNanos) implements Delayed {
        @Override
        public long getDelay(TimeUnit unit) {
            return unit.convert(atNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        }

        @Override
        public int compareTo(Delayed other) {
            return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
        }
    }

    /** Another answer than the hoped for. */
    private static final class RefusedException extends IOException {
        RefusedException(String reply) {
            super(reply);
        }
    }

    /** Whether a message may have been taken without a word. */
    private static final class Stage {
        private boolean waiting;

        void sentAll() {
            waiting = true;
        }

        void answered() {
            waiting = false;
        }

        boolean waitsForAnswer() {
            return waiting;
        }
    }
}
