package dev.sluice.sim.replay;

import dev.sluice.gate.Explanation;
import java.util.List;
import java.util.OptionalInt;

/**
 * How a trial would have gone.
 *
 * @param rollback the look at which the whole canary would have been taken out; empty when it would not
 * @param removals nodes that would have been taken out, in order; at a rollback all that were left
 * @param passed steps that would have been passed
 * @param last the gate's last word on all canary nodes together, or the one that decided
 * @param curve the evidence, look by look
 * @param units units on the canary until the rollback, or until the end
 */
record Course(
        OptionalInt rollback, List<Removal> removals, List<Passed> passed, Explanation last, Curve curve, long units) {
    Course {
        removals = List.copyOf(removals);
        passed = List.copyOf(passed);
    }

    /**
     * A node is taken out.
     *
     * @param look when
     * @param node which
     * @param explanation why
     * @param units units on the canary until then
     */
    record Removal(int look, int node, Explanation explanation, long units) {}

    /**
     * A step is passed.
     *
     * @param look when
     * @param step its number, from 1
     * @param explanation why
     */
    record Passed(int look, int step, Explanation explanation) {}

    /**
     * The rollback test's evidence that decided, or that went furthest, look by look.
     *
     * @param logMass natural logarithms, the first one before the first look
     * @param logLimit natural logarithm of the limit
     * @param judged who was judged, in words
     */
    record Curve(List<Double> logMass, double logLimit, String judged) {
        static final Curve NONE = new Curve(List.of(), 0, "");
    }

    /** Whether anything would have been taken out. */
    boolean acted() {
        return !removals.isEmpty();
    }
}
