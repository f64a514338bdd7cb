package dev.sluice.operator;

import dev.sluice.api.PoolRolloutStatus;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.PoolStatus.Fact;
import dev.sluice.plan.GateMemories;
import dev.sluice.plan.Plan;
import dev.sluice.plan.PlanMaker;
import dev.sluice.plan.PoolSnapshot;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * One pass over a pool, in the order that makes a crash at any point harmless: observe, plan, record, write the status,
 * carry the rest out. The status is written before anything is done, so that a crash in between repeats effects and never
 * forgets a decision. Knows no cluster: the operator and the fleet in virtual time share it.
 */
public final class PoolPass {
    /**
     * One pass.
     *
     * @param plan what was decided
     * @param facts what people are to hear of
     * @param written whether the pool's status was
     */
    public record Carried(Plan plan, List<Fact> facts, boolean written) {
        public Carried {
            facts = List.copyOf(facts);
        }
    }

    /** What a pass observes and touches. Every method but {@link #observed} may fail. */
    public interface Rim {
        /** The pool as it is known. */
        PoolSnapshot observed();

        /** The pool as it is known, with the other pools read from the server itself. */
        PoolSnapshot observedAmongFreshPools();

        /** Runs what begins a trial while no other pool of the namespace does. */
        Carried alone(Supplier<Carried> beginning);

        /**
         * Takes mail away from nodes on trial that the plan takes out, which waits for no record. Nobody may get more by it.
         */
        void beforeRecord(Set<String> condemned, Plan plan);

        /** Carries out {@link Plan#beforeStatus}. */
        void beforeStatus(Plan plan);

        /** Writes the status. */
        void write(PoolStatus status);

        /**
         * Carries out {@link Plan#afterStatus}.
         *
         * @param facts what people are to hear of, as it was written with the status
         */
        void afterStatus(Plan plan, List<Fact> facts);
    }

    private final PlanMaker planner;
    private final PoolStatuses statuses = new PoolStatuses();
    private final GateMemoryStore memories;
    private final InstantSource clock;

    /**
     * Passes that remember between each other.
     *
     * @param planner who decides
     * @param memories what the gate remembers of each pool
     * @param clock the time
     */
    public PoolPass(PlanMaker planner, GateMemoryStore memories, InstantSource clock) {
        this.planner = planner;
        this.memories = memories;
        this.clock = clock;
    }

    /** Carries the life of a pool on. */
    public Carried carryOn(PoolKey pool, Rim rim) {
        PoolSnapshot snapshot = rim.observed();
        Plan plan = planner.plan(snapshot, clock.instant());
        Carried carried;
        if (snapshot.status().trial() == null && plan.status().trial() != null) {
            carried = rim.alone(() -> begin(pool, rim));
        } else {
            Set<String> condemned = plan.condemned(snapshot.status());
            if (!condemned.isEmpty()) {
                rim.beforeRecord(condemned, plan);
            }
            carried = settle(pool, snapshot, plan, rim);
        }
        rim.afterStatus(carried.plan(), carried.facts());
        return carried;
    }

    private Carried begin(PoolKey pool, Rim rim) {
        PoolSnapshot fresh = rim.observedAmongFreshPools();
        return settle(pool, fresh, planner.plan(fresh, clock.instant()), rim);
    }

    /** Writes the status where it is worth it; what people are to hear of stands in it before anybody hears of it. */
    private Carried settle(PoolKey pool, PoolSnapshot snapshot, Plan plan, Rim rim) {
        Instant now = clock.instant();
        List<Fact> facts = FactTeller.of(plan, now);
        rim.beforeStatus(plan);
        Optional<PoolStatus> due = statuses.worthWriting(pool, snapshot, plan.status(), facts, plan.memories(), now);
        due.ifPresent(status -> {
            try {
                rim.write(status);
            } catch (RuntimeException e) {
                statuses.forget(pool);
                throw e;
            }
        });
        memories.remember(pool, plan.memories());
        return new Carried(plan, facts, due.isPresent());
    }

    /** What the gate remembers of a pool: from memory, or after a start from what was written. */
    public GateMemories remembered(PoolKey pool, PoolStatus status, Optional<PoolRolloutStatus> rollout) {
        return memories.of(pool, status, rollout);
    }

    /** The pool is gone. */
    public void forget(PoolKey pool) {
        memories.forget(pool);
        statuses.forget(pool);
    }
}
