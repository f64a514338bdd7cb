package dev.sluice.gate;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * All that the gate remembers between two judgements. Others store it and give it back unchanged; what is in it is the
 * gate's own affair. Numbers are rounded before they get here, so that a memory that went through JSON decides like one
 * that did not. Names are short because the whole is kept in a status field. Times are milliseconds, those in
 * {@link Window} and {@link RollbackMemory} counted from {@code began}.
 *
 * @param began when the gate began, in milliseconds since 1970
 * @param stepBegan when the present step began, in milliseconds since 1970
 * @param judged the time of the last evidence, in milliseconds since 1970
 * @param regime the conditions of the open windows
 * @param nodes last counters, in the order of the nodes' names
 * @param strata what is known of each stratum, in the order of their first appearance
 * @param general the rollback test on all failures
 * @param path the rollback test on path failures alone
 * @param bets natural logarithms of the wealth of the promotion test's bets
 * @param shownSince since when the counts for explanations are kept, in milliseconds since 1970
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record GateMemory(
        @JsonProperty("b") long began,
        @JsonProperty("s") long stepBegan,
        @JsonProperty("j") long judged,
        @JsonProperty("r") Regime regime,
        @JsonProperty("n") List<NodeMemory> nodes,
        @JsonProperty("t") List<StratumMemory> strata,
        @JsonProperty("g") RollbackMemory general,
        @JsonProperty("p") RollbackMemory path,
        @JsonProperty("w") List<Double> bets,
        @JsonProperty("e") long shownSince) {
    public GateMemory {
        nodes = List.copyOf(nodes);
        strata = List.copyOf(strata);
        bets = List.copyOf(bets);
    }

    /**
     * What must not change inside a window.
     *
     * @param canaryShare the share of mail that the canary was asked to get, -1 before the first evidence
     * @param compared whether there is a baseline; without one the canary is held against an absolute limit
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    public record Regime(double canaryShare, boolean compared) {
        static final Regime NONE = new Regime(-1, false);
    }

    /**
     * The last counters of one node.
     *
     * @param node its name
     * @param epoch the life of its counters
     * @param taken when it counted them, in milliseconds since 1970
     * @param refused whether its counters went backwards in this epoch, so that it is not listened to
     * @param finished recipients that it finished in this step
     * @param mature those that arrived in this step and are older than the objective
     * @param counters by stratum: good, bad, path failures, mature good, mature bad
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    public record NodeMemory(
            String node,
            String epoch,
            long taken,
            boolean refused,
            long finished,
            long mature,
            List<List<Long>> counters) {
        public NodeMemory {
            counters = List.copyOf(counters);
        }
    }

    /**
     * One stratum.
     *
     * @param stratum its name
     * @param nextHop its next hop
     * @param general the open window of all failures
     * @param path the open window of path failures
     * @param cohort the open window of mature arrivals
     * @param forecast the baseline's failure rate to reckon with
     * @param shown counts for explanations, all failures
     * @param shownPath counts for explanations, path failures
     * @param step mature counts of this step
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    public record StratumMemory(
            String stratum,
            String nextHop,
            Window general,
            Window path,
            Window cohort,
            Forecast forecast,
            Comparison shown,
            Comparison shownPath,
            Comparison step) {}

    /**
     * Counts that were not tested yet.
     *
     * @param began when it was opened, in milliseconds since the gate began
     * @param doublings how often it was prolonged
     * @param counts what it holds
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    public record Window(long began, int doublings, Comparison counts) {
        static Window open(long began) {
            return new Window(began, 0, Comparison.NONE);
        }

        Window plus(Comparison more) {
            return new Window(began, doublings, counts.plus(more));
        }
    }

    /**
     * The mass of a rollback test.
     *
     * @param released until when mass was released for restarts, in milliseconds since the gate began
     * @param reserve starting mass that is kept for next hops still to appear
     * @param scopes all strata together first, then each next hop
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    public record RollbackMemory(long released, double reserve, List<ScopeMemory> scopes) {
        public RollbackMemory {
            scopes = List.copyOf(scopes);
        }
    }

    /**
     * One scope of a rollback test.
     *
     * @param scope {@code *} or the name of a next hop
     * @param logMass the natural logarithm of the mass on each alternative
     */
    @JsonFormat(shape = JsonFormat.Shape.ARRAY)
    public record ScopeMemory(String scope, List<Double> logMass) {
        public ScopeMemory {
            logMass = List.copyOf(logMass);
        }
    }
}
