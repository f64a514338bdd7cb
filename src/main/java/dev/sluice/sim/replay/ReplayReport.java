package dev.sluice.sim.replay;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a policy would have done on a recorded day.
 *
 * @param recording where the day comes from
 * @param timeZone in which people read its times
 * @param begin when the canary got its first mail: there the trial begins
 * @param end when the recording ends
 * @param objectiveSeconds within this time a recipient is to be delivered
 * @param nodes all nodes
 * @param nextHops all next hops
 * @param reading what was read and what could not be
 * @param answer what would have happened
 * @param decision what decided, the first removal if there was one, else the gate's last word
 * @param removals nodes that would have been taken out, in order
 * @param steps steps that would have been passed
 * @param asItWas the canary's mail as it was
 * @param withPolicy the canary's mail until it would have been taken out; empty when nothing would have been
 * @param elsewhere the mail that would have gone to the baseline instead; empty when nothing would have been taken out
 * @param resampling how often by mistake, and how often again; empty when not asked for
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record ReplayReport(
        String recording,
        String timeZone,
        Instant begin,
        Instant end,
        long objectiveSeconds,
        List<NodeLine> nodes,
        List<HopLine> nextHops,
        ReadingNotes reading,
        Answer answer,
        Decision decision,
        List<NodeRemoval> removals,
        List<StepPassed> steps,
        Impact asItWas,
        Optional<Impact> withPolicy,
        Optional<Elsewhere> elsewhere,
        Optional<Chances> resampling) {
    public ReplayReport {
        nodes = List.copyOf(nodes);
        nextHops = List.copyOf(nextHops);
        removals = List.copyOf(removals);
        steps = List.copyOf(steps);
    }

    /** What would have happened. */
    public enum Answer {
        /** The whole canary would have been taken out. */
        ROLLED_BACK,
        /** Some of its nodes would have been taken out, the others not. */
        NODES_TAKEN_OUT,
        /** Nothing would have been taken out; all steps would have been passed. */
        PROMOTED,
        /** Nothing would have been taken out, and not every step passed. */
        HELD
    }

    /**
     * A node.
     *
     * @param name its name
     * @param canary whether it is on trial
     * @param recipients recipients since the trial began
     * @param share its share of the mail while the canary carried some, 0 to 1
     */
    public record NodeLine(String name, boolean canary, long recipients, double share) {}

    /**
     * A next hop.
     *
     * @param name its name
     * @param recipients recipients since the trial began
     */
    public record HopLine(String name, long recipients) {}

    /**
     * What decided.
     *
     * @param time when; the end of the recording when nothing was decided
     * @param seconds since the canary's first mail
     * @param messages messages that the canary had accepted by then
     * @param units units that it had finished by then
     * @param why the gate's sentence
     * @param evidence how often likelier the counts are than chance allows while the canary is not worse
     * @param limit from which on it is taken out
     */
    public record Decision(
            Instant time, double seconds, long messages, long units, String why, double evidence, double limit) {}

    /**
     * A node is taken out.
     *
     * @param node which
     * @param time when
     * @param why the gate's sentence
     */
    public record NodeRemoval(String node, Instant time, String why) {}

    /**
     * A step is passed.
     *
     * @param step its number, from 1
     * @param weightPercent the share that the policy gives it
     * @param time when
     * @param why the gate's sentence
     */
    public record StepPassed(int step, int weightPercent, Instant time, String why) {}

    /**
     * Mail that would have gone to the baseline.
     *
     * @param recipients how many
     * @param baselineRate the baseline's share of recipients that were not delivered in time, at the same time
     * @param expectedNotInTime how many of them would not have been delivered in time at that rate
     */
    public record Elsewhere(long recipients, double baselineRate, long expectedNotInTime) {}

    /**
     * A share of resamplings with its 95 % interval.
     *
     * @param events in how many a node was taken out
     * @param resamplings of how many
     * @param share 0 to 1
     * @param lower 0 to 1
     * @param upper 0 to 1
     */
    public record Frequency(int events, int resamplings, double share, double lower, double upper) {
        static Frequency of(Proportion proportion) {
            return new Frequency(
                    proportion.events(),
                    proportion.trials(),
                    proportion.share(),
                    proportion.lower(),
                    proportion.upper());
        }
    }

    /**
     * How often by mistake and how often again.
     *
     * @param seed which makes it repeatable
     * @param byMistake a canary like the others: how often a node was taken out
     * @param again redrawn canary mail: how often a node was taken out
     * @param medianUnits units on the canary until then
     * @param medianSeconds seconds until then
     */
    public record Chances(
            long seed, Frequency byMistake, Frequency again, OptionalLong medianUnits, OptionalLong medianSeconds) {}
}
