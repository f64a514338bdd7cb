package dev.sluice.sim.scope;

/**
 * What the nodes tell of their mail at a look: the oracle that leads the gate to each of its verdicts. Before each look the
 * gate has seen every counter at zero, so that what it remembers has one value only.
 */
enum Evidence {
    /** Much mail, all delivered: the gate promotes. */
    GOOD,
    /** No mail at all: there is no evidence. */
    NONE,
    /** A little mail, all delivered: the gate waits. */
    LITTLE,
    /** The nodes on trial fail and the others deliver: the gate rolls back. */
    CANARIES_FAIL,
    /** One node on trial fails alone: it is taken out. */
    ONE_CANARY_FAILS,
    /** One node that serves fails alone: it is ejected. */
    ONE_SERVING_FAILS,
    /** Everybody fails: it is the next hop. */
    ALL_FAIL;

    /** Whether it may come at any time; the others are faults. */
    boolean isUsual() {
        return this == GOOD || this == NONE;
    }
}
