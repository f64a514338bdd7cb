package dev.sluice.gate;

/** The rollback test. */
final class RollbackTest {
    /** The scope of all strata together. */
    static final String EVERYTHING = "*";

    private RollbackTest() {}
}
