package dev.sluice.sim.fleet;

import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.Planner;
import java.util.Set;

/**
 * What is broken on purpose, so that each check can be seen to fail.
 *
 * @param planner who decides
 * @param habits what the world around the planner does wrong
 */
public record FleetBreaks(PlanMaker planner, Set<Habit> habits) {
    /** What the operator's rim, an agent or an edge may do wrong. */
    public enum Habit {
        /** The operator that starts believes that what is declared is what serves. */
        BELIEVES_THE_DECLARATION_AT_START,
        /** The operator writes every status, whether or not it is worth it. */
        WRITES_ALWAYS,
        /** The operator writes down what the gate remembers at every look. */
        REMEMBERS_TOO_OFTEN,
        /** The edge goes on sending mail to who came back at another address. */
        EDGE_KEEPS_THE_WEIGHT,
        /** An agent drops a part of the queue that it hands over or retries. */
        AGENT_DROPS_MAIL,
        /** Whoever carries out the relay access opens it to everybody. */
        RELAY_OPEN,
        /** Whoever carries out the relay access lets in who was declared once. */
        RELAY_NEVER_CLOSES
    }

    /** Nothing is broken. */
    public static final FleetBreaks NONE = new FleetBreaks(Planner::plan, Set.of());

    boolean has(Habit habit) {
        return habits.contains(habit);
    }
}
