package dev.sluice.notify;

import java.util.Locale;

/** What became of a message. */
public enum Outcome {
    /** The receiver took it. */
    DELIVERED,
    /** The receiver refused it, or did not take it in the time that it is tried for. */
    FAILED,
    /** Too many were waiting for that receiver. */
    DROPPED,
    /** The receiver's address is missing, wrong or not to be called. */
    MISCONFIGURED;

    /** As metrics have it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
