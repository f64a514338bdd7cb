package dev.sluice.sim.fleet;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;

/**
 * Many seeds, on all cores.
 *
 * @param seeds how many were played
 * @param failures those that broke an invariant, by seed
 * @param passes how often the operator planned in all of them
 * @param faults how often each kind of fault struck, by its words
 */
public record FleetSweep(int seeds, List<FleetFailure> failures, long passes, Map<String, Long> faults) {
    /** Plays each seed. */
    public static FleetSweep over(LongStream seeds, FleetBreaks breaks) {
        List<FleetEnd> ends =
                seeds.parallel().mapToObj(seed -> FleetStory.play(seed, breaks)).toList();
        Map<String, Long> faults = new TreeMap<>();
        ends.forEach(end -> end.faults().forEach((fault, count) -> faults.merge(fault, (long) count, Long::sum)));
        return new FleetSweep(
                ends.size(),
                ends.stream().flatMap(end -> end.failure().stream()).toList(),
                ends.stream().mapToLong(FleetEnd::passes).sum(),
                faults);
    }
}
