package dev.sluice.sim.scope;

/** How far a pass of the operator gets. */
enum Writing {
    /** All of it. */
    WHOLE,
    /** It does not take place. */
    NOT_AT_ALL,
    /** The record is written, the status is not. */
    ENDS_BEFORE_THE_STATUS,
    /** The status is written, nothing is done. */
    ENDS_AFTER_THE_STATUS,
    /** The status is written and the edge, and no more. */
    ENDS_AFTER_THE_EDGE,
    /** All of it, decided on what was so before the last write. */
    ON_WHAT_IS_PAST,
    /** All of it, and every probe that runs is refused. */
    PROBES_REFUSED
}
