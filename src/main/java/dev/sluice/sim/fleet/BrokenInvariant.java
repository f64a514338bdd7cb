package dev.sluice.sim.fleet;

/** An invariant that does not hold. The message begins with its name. */
public final class BrokenInvariant extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final String invariant;

    /** An invariant by its name, such as {@code I4}, and what is wrong. */
    public BrokenInvariant(String invariant, String what) {
        super(invariant + ": " + what);
        this.invariant = invariant;
    }

    /** Its name. */
    public String invariant() {
        return invariant;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    static void unless(boolean holds, String invariant, String what, Object... figures) {
        if (!holds) {
            throw new BrokenInvariant(invariant, what.formatted(figures));
        }
    }
}
