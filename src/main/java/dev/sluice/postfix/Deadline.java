package dev.sluice.postfix;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Ends a process that takes too long. */
final class Deadline implements AutoCloseable {
    private final Process process;
    private final AtomicBoolean over = new AtomicBoolean();
    private final CompletableFuture<Void> guard;

    private Deadline(Process process, Duration limit) {
        this.process = process;
        this.guard = CompletableFuture.runAsync(
                this::end, CompletableFuture.delayedExecutor(limit.toMillis(), TimeUnit.MILLISECONDS));
    }

    static Deadline of(Process process, Duration limit) {
        return new Deadline(process, limit);
    }

    private void end() {
        if (process.isAlive()) {
            over.set(true);
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /** Waits for the end of the process. */
    int exitStatus() throws IOException {
        try {
            int status = process.waitFor();
            if (over.get()) {
                throw new IOException("a Postfix command took too long and was ended");
            }
            return status;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while a Postfix command ran", e);
        }
    }

    @Override
    public void close() {
        guard.cancel(false);
        if (process.isAlive()) {
            process.destroyForcibly();
        }
    }
}
