package dev.sluice.plan;

/** What a node in one state of its life waits for, and where it goes then. One class for each state. */
interface StateHandler {
    /** Moves the node on if what it waits for has happened. */
    void look(NodeDraft node, Draft draft);
}
