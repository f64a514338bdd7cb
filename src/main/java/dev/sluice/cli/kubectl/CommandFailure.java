package dev.sluice.cli.kubectl;

/** Ends a command with one line for the person who typed it. */
final class CommandFailure extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /**
     * A failure.
     *
     * @param message what is wrong and what to write or do instead, in one line
     */
    CommandFailure(String message) {
        super(message);
    }

    CommandFailure(String message, Throwable cause) {
        super(message, cause);
    }
}
