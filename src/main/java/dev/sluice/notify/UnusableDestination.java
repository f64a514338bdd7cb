package dev.sluice.notify;

/** A receiver's address cannot be had or must not be called. The message says what to write, never the address. */
public final class UnusableDestination extends Exception {
    private static final long serialVersionUID = 1L;

    /** With what is wrong and what to write instead, in one line without anything secret. */
    public UnusableDestination(String message) {
        super(message);
    }
}
