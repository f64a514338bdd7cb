package dev.sluice.local;

/** Something of this machine stands in the way; the message is one line for a person: what, where, what to do. */
public final class LocalRuntimeException extends RuntimeException {
    /**
     * @param message what is wrong and what to do about it, in one line
     */
    public LocalRuntimeException(String message) {
        super(message);
    }

    /**
     * @param message what is wrong and what to do about it, in one line
     * @param cause what was thrown
     */
    public LocalRuntimeException(String message, Throwable cause) {
        super(message, cause);
    }
}
