package dev.sluice.sim.replay;

/** Something that was given cannot be used; the message says in one line what, where, and what to write instead. */
public final class UnusableRecording extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** With the line that the user gets to see. */
    public UnusableRecording(String message) {
        super(message);
    }

    /** With the line that the user gets to see and what lies behind it. */
    public UnusableRecording(String message, Throwable cause) {
        super(message, cause);
    }
}
