package dev.sluice.testkit.pool;

/** Where the operator dies while it carries a plan out. The gate's memory since the last write dies with it. */
public enum Crash {
    BEFORE_RECORD,
    BEFORE_STATUS,
    BEFORE_EFFECTS,
    AMID_EFFECTS,
    AFTER_EFFECTS
}
