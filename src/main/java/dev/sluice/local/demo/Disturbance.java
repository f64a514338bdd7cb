package dev.sluice.local.demo;

/** What happens in the middle of every act besides its story; the outcome has to be the same. */
public enum Disturbance {
    /** Nothing. */
    NONE,
    /** The operator is killed without a chance to tidy up, and started again. */
    OPERATOR_KILLED
}
