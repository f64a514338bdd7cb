package dev.sluice.gate;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIncludeProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * All that the gate remembers between two judgements. Others store it and give it back unchanged; what is in it is the
 * gate's own affair. It is written as two texts: {@link #state}, which is small whatever the number of nodes, and
 * {@link #counters}, the last counters of each node. A memory that is read without its counters is as good as the whole
 * one but for the mail between the last two looks, which is not counted. Numbers are rounded before they get here, so
 * that a memory that was written and read decides like one that was not. Times are milliseconds; those in {@link Window}
 * and {@link RollbackMemory} are counted from {@code began}.
 *
 * @param began when the gate began, in milliseconds since 1970
 * @param stepBegan when the present step began, in milliseconds since 1970
 * @param judged the time of the last evidence, in milliseconds since 1970
 * @param shownSince since when the counts for explanations are kept, in milliseconds since 1970
 * @param regime the conditions of the open windows
 * @param strata what is known of each stratum, in the order of their first appearance
 * @param general the rollback test on all failures
 * @param path the rollback test on path failures alone
 * @param recipients the test whether the recipients' own faults are as frequent on both arms
 * @param bets natural logarithms of the wealth of the promotion test's bets
 * @param mix whether both arms see the same senders
 * @param last last counters, in the order of the nodes' names
 * @param spilled strata beyond those that are remembered one by one, in the order of their first appearance
 */
@JsonIncludeProperties({"state", "counters"})
public record GateMemory(
        long began,
        long stepBegan,
        long judged,
        long shownSince,
        Regime regime,
        List<StratumMemory> strata,
        RollbackMemory general,
        PathMemory path,
        RecipientMemory recipients,
        List<Double> bets,
        MixShift mix,
        List<NodeMemory> last,
        List<StratumName> spilled) {
    /** So many strata are remembered one by one; further ones are compared at each look and then forgotten. */
    public static final int MOST_STRATA = 64;
    /** So many next hops have a bet of their own; further ones take part in that on everything. */
    public static final int MOST_HOPS = 16;

    public GateMemory {
        strata = List.copyOf(strata);
        bets = List.copyOf(bets);
        last = List.copyOf(last);
        spilled = List.copyOf(spilled);
    }

    /** As it was written. */
    @JsonCreator
    static GateMemory of(@JsonProperty("state") String state, @JsonProperty("counters") String counters) {
        return MemoryText.read(state, counters);
    }

    /** Everything but the counters, as text of at most 4,096 characters for 64 strata and 16 next hops. */
    @JsonProperty("state")
    public String state() {
        return MemoryText.state(this);
    }

    /** The counters, as text. */
    @JsonProperty("counters")
    public String counters() {
        return MemoryText.counters(this);
    }

    /** The same without the counters: the next evidence only marks where counting goes on. */
    public GateMemory withoutCounters() {
        return new GateMemory(
                began,
                stepBegan,
                judged,
                shownSince,
                regime,
                strata,
                general,
                path,
                recipients,
                bets,
                mix,
                List.of(),
                List.of());
    }

    /** The name of a stratum; the same name at another next hop is another stratum. */
    record StratumName(String nextHop, String stratum) implements Comparable<StratumName> {
        @Override
        public int compareTo(StratumName other) {
            int byHop = nextHop.compareTo(other.nextHop);
            return byHop == 0 ? stratum.compareTo(other.stratum) : byHop;
        }
    }

    /**
     * What must not change inside a window.
     *
     * @param canaryShare the share of mail that the canary was asked to get, -1 before the first evidence
     * @param compared whether there is a baseline; without one the canary is held against an absolute limit
     */
    record Regime(double canaryShare, boolean compared) {
        static final Regime NONE = new Regime(-1, false);
    }

    /**
     * The last counters of one node.
     *
     * @param node its name
     * @param epoch the life of its counters
     * @param taken when it counted them, in milliseconds since 1970
     * @param refused whether its counters went backwards in this epoch, so that it is not listened to
     * @param finished units that it finished in this step
     * @param mature those that arrived in this step and are older than the objective
     * @param counters by stratum, {@link CounterIntake#WIDTH} each
     * @param classes by stratum, one for each class of senders; empty when it does not report them
     */
    record NodeMemory(
            String node,
            String epoch,
            long taken,
            boolean refused,
            long finished,
            long mature,
            CounterVector counters,
            CounterVector classes) {}

    /**
     * One stratum.
     *
     * @param name its name
     * @param general the open window of all outcomes
     * @param cohort the open window of mature arrivals
     * @param forecast the baseline's failure rate to reckon with
     * @param shown counts for explanations
     * @param step mature counts of this step
     */
    record StratumMemory(
            StratumName name, Window general, Window cohort, Forecast forecast, Comparison shown, Comparison step) {}

    /**
     * Counts that were not tested yet.
     *
     * @param began when it was opened, in milliseconds since the gate began
     * @param doublings how often it was prolonged
     * @param counts what it holds
     * @param canaryAside units of the canary that the test on the recipients' faults counts as failed
     * @param baselineAside the same of the baseline
     */
    record Window(long began, int doublings, Comparison counts, long canaryAside, long baselineAside) {
        static Window open(long began) {
            return new Window(began, 0, Comparison.NONE, 0, 0);
        }

        Window plus(Comparison more) {
            return more.isEmpty() ? this : new Window(began, doublings, counts.plus(more), canaryAside, baselineAside);
        }

        Window plusAside(long canary, long baseline) {
            return canary == 0 && baseline == 0
                    ? this
                    : new Window(began, doublings, counts, canaryAside + canary, baselineAside + baseline);
        }

        /** With the recipients' faults as the failures. */
        Comparison aside() {
            return new Comparison(
                    counts.canaryFinished() + canaryAside,
                    canaryAside,
                    counts.baselineFinished() + baselineAside,
                    baselineAside);
        }
    }

    /**
     * The mass of a rollback test.
     *
     * @param released until when mass was released for restarts, in milliseconds since the gate began
     * @param reserve starting mass that is kept for next hops still to appear
     * @param scopes all strata together first, then each next hop
     */
    record RollbackMemory(long released, double reserve, List<ScopeMemory> scopes) {
        RollbackMemory {
            scopes = List.copyOf(scopes);
        }
    }

    /**
     * One scope of a rollback test.
     *
     * @param scope {@code *} or the name of a next hop
     * @param logMass the natural logarithm of the mass on each alternative
     */
    record ScopeMemory(String scope, List<Double> logMass) {
        ScopeMemory {
            logMass = List.copyOf(logMass);
        }
    }

    /**
     * The rollback test on path failures: one window for each scope, whatever the strata.
     *
     * @param mass its mass
     * @param windows the open window of each scope, in the order of the scopes
     * @param shown counts for explanations, in the same order
     */
    record PathMemory(RollbackMemory mass, List<Window> windows, List<Comparison> shown) {
        PathMemory {
            windows = List.copyOf(windows);
            shown = List.copyOf(shown);
        }
    }

    /**
     * The test on the recipients' own faults.
     *
     * @param logMass the natural logarithm of the mass on each alternative
     * @param shown counts for explanations, with the recipients' faults as the failures
     */
    record RecipientMemory(List<Double> logMass, Comparison shown) {
        RecipientMemory {
            logMass = List.copyOf(logMass);
        }
    }
}
