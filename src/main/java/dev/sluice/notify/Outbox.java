package dev.sluice.notify;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.RejectedExecutionException;

/** What waits for one receiver, in order. */
final class Outbox {
    private final Receiver receiver;
    private final Post post;
    private final Deque<Message> waiting = new ArrayDeque<>();
    private boolean busy;

    Outbox(Receiver receiver, Post post) {
        this.receiver = receiver;
        this.post = post;
    }

    void add(Message message) {
        Optional<Message> next = queue(message);
        next.ifPresent(this::send);
    }

    private synchronized Optional<Message> queue(Message message) {
        waiting.addLast(message);
        if (waiting.size() > post.mostWaiting()) {
            waiting.removeFirst();
            post.dropped(receiver);
        }
        return takeNext();
    }

    private synchronized Optional<Message> takeNext() {
        if (busy || waiting.isEmpty()) {
            return Optional.empty();
        }
        busy = true;
        return Optional.of(waiting.removeFirst());
    }

    private void send(Message message) {
        try {
            post.send(receiver, message, this::done);
        } catch (RejectedExecutionException e) {
            // The notifier was closed in the meantime.
            return;
        }
    }

    private void done() {
        synchronized (this) {
            busy = false;
        }
        takeNext().ifPresent(this::send);
    }
}
