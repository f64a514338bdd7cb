package dev.sluice.sim.fleet;

import dev.sluice.plan.Plan;
import dev.sluice.plan.PoolSnapshot;

/** Holds a plan against one rule and throws an {@link AssertionError}, of an invariant a {@link BrokenInvariant}. */
@FunctionalInterface
public interface PlanCheck {
    /** Throws when the plan breaks the rule. */
    void check(Truth truth, PoolSnapshot before, Plan plan);
}
