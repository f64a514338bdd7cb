package dev.sluice.sim;

import java.util.List;

/**
 * One line of the table of operating characteristics.
 *
 * @param name what was measured, with its unit
 * @param value what came out
 * @param bar what it has to reach
 * @param passed whether it does
 * @param replicates how many runs it rests on
 * @param rivals the same of the other rules, in the order of {@link GateTable#RIVALS}; empty where they have no answer
 */
public record Row(String name, double value, Bar bar, boolean passed, int replicates, List<String> rivals) {
    public Row {
        rivals = List.copyOf(rivals);
    }

    /**
     * A bound.
     *
     * @param atMost whether the value must not be above it; else not below
     * @param limit the bound
     */
    public record Bar(boolean atMost, double limit) {
        static Bar atMost(double limit) {
            return new Bar(true, limit);
        }

        static Bar atLeast(double limit) {
            return new Bar(false, limit);
        }

        boolean holds(double value) {
            return atMost ? value <= limit : value >= limit;
        }
    }

    static Row of(String name, double value, Bar bar, int replicates, List<String> rivals) {
        return new Row(name, value, bar, bar.holds(value), replicates, rivals);
    }
}
