package dev.sluice.local;

/** Something to do when this process ends before it was done in order. */
final class AtExit {
    private final Thread thread;

    private AtExit(Thread thread) {
        this.thread = thread;
    }

    /** Registers it. */
    static AtExit run(String name, Runnable action) {
        Thread thread = new Thread(action, name);
        Runtime.getRuntime().addShutdownHook(thread);
        return new AtExit(thread);
    }

    /** It is done; while the process ends already, this changes nothing. */
    void cancel() {
        try {
            Runtime.getRuntime().removeShutdownHook(thread);
        } catch (IllegalStateException e) {
            // The JVM refuses while it runs the very actions; each of ours can run twice.
            org.slf4j.LoggerFactory.getLogger(AtExit.class).trace("process is ending", e);
        }
    }
}
