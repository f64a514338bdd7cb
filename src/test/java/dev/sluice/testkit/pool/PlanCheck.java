package dev.sluice.testkit.pool;

import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;

/** Holds a plan against one invariant and throws an {@link AssertionError} that begins with its name. */
@FunctionalInterface
interface PlanCheck {
    void check(PoolWorld world, PoolSnapshot before, Plan plan);
}
