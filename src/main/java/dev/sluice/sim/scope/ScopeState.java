package dev.sluice.sim.scope;

import java.time.Instant;

/**
 * Where the two pools are.
 *
 * @param filter the pool that hands its mail to the other
 * @param transport the other
 * @param faults how many faults may still strike
 * @param edits how often people may still change something
 * @param now the time; only what it is compared with counts
 */
record ScopeState(ScopePool filter, ScopePool transport, int faults, int edits, Instant now) {
    private static final Instant BEGIN = Instant.parse("2026-11-02T09:00:00Z");

    static ScopeState begin(int nodes) {
        return new ScopeState(ScopePool.of(nodes), ScopePool.of(nodes), 1, 1, BEGIN);
    }

    ScopePool pool(Side side) {
        return side == Side.FILTER ? filter : transport;
    }

    ScopeState with(Side side, ScopePool pool) {
        return side == Side.FILTER
                ? new ScopeState(pool, transport, faults, edits, now)
                : new ScopeState(filter, pool, faults, edits, now);
    }

    ScopeState later(long seconds) {
        return new ScopeState(filter, transport, faults, edits, now.plusSeconds(seconds));
    }

    ScopeState struck() {
        return new ScopeState(filter, transport, faults - 1, edits, now);
    }

    ScopeState edited() {
        return new ScopeState(filter, transport, faults, edits - 1, now);
    }

    /** Which of the two pools. */
    enum Side {
        FILTER,
        TRANSPORT;

        Side other() {
            return this == FILTER ? TRANSPORT : FILTER;
        }
    }
}
