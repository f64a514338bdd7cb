package dev.sluice.plan;

import java.time.Instant;

/** Makes plans: {@link Planner#plan}, or in tests of the checks one that is broken on purpose. */
@FunctionalInterface
public interface PlanMaker {
    /** The plan for a pool, as {@link Planner#plan} describes it. */
    Plan plan(PoolSnapshot snapshot, Instant now);
}
