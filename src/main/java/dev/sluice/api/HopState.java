package dev.sluice.api;

/** How a next hop is that not everybody gets through to. */
public enum HopState {
    /** No node that tried gets through. */
    DOWN,
    /** It is back; nodes find that out at different times. */
    RECOVERING
}
