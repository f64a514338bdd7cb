package dev.sluice.sim.fleet;

import java.util.Map;
import java.util.Optional;

/**
 * How a seed's story ended.
 *
 * @param failure the invariant that broke, empty when none did
 * @param seconds how much time passed in it
 * @param passes how often the operator planned
 * @param faults how often each kind of fault struck, by its words
 */
public record FleetEnd(Optional<FleetFailure> failure, long seconds, long passes, Map<String, Integer> faults) {
    /** What is not given changes no more. */
    public FleetEnd {
        faults = Map.copyOf(faults);
    }
}
