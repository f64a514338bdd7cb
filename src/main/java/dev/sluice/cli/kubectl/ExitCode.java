package dev.sluice.cli.kubectl;

/** What the exit codes of all commands mean. */
public final class ExitCode {
    /** Fine, or done. */
    public static final int FINE = 0;
    /** Used wrongly, or the API refused or did not answer. */
    public static final int ERROR = 1;
    /** Rejected, rolled back or refused. */
    public static final int REFUSED = 2;
    /** Still going when the time ran out. */
    public static final int STILL_GOING = 3;
    /** Waits for a person or a calendar. */
    public static final int HELD = 4;
    /** Evidence is missing. */
    public static final int NO_EVIDENCE = 5;
    /** {@code plan --exit-code}: applying the file would change something. */
    public static final int WOULD_CHANGE = 6;

    private ExitCode() {}
}
