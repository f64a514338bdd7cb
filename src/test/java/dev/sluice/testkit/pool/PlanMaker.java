package dev.sluice.testkit.pool;

import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;
import java.time.Instant;

/** Makes plans: the planner, or in tests of the checks one that is broken on purpose. */
@FunctionalInterface
public interface PlanMaker {
    Plan plan(PoolSnapshot snapshot, Instant now);
}
