package dev.sluice.gate;

import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.ScopeMemory;
import dev.sluice.gate.GateMemory.StratumName;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * How the mass of a rollback test is spread over scopes, alternatives and starting times. The sum of all bets and of what
 * is not bet yet begins at 1 and grows by no more than chance allows while the canary is not worse; that it ever exceeds
 * {@code 1/a} has a chance of at most {@code a} within the horizon (Ville's inequality). After the horizon mass is
 * released at the same rate, so that a node that serves for weeks is watched as closely as on its first day: about half
 * of {@code a} for every further horizon.
 *
 * @param alternatives what is bet on
 * @param atOnce the part of all mass that is bet at once; the rest restarts the test over the horizon
 * @param onEverything the part of the mass on all strata together; the next hops share the rest
 * @param horizonMillis over how long restarts are spread
 */
record Masses(Alternatives alternatives, double atOnce, double onEverything, long horizonMillis) {
    /** The scope of all strata together. */
    static final String EVERYTHING = "*";
    /** The part of the next hops' starting mass that newcomers get; the rest waits for those still unknown. */
    private static final double FOR_NEWCOMERS = 0.9;
    /** Logarithms of growth that differ by less are alike: what is remembered is rounded. */
    private static final double ALIKE = 0.01;

    RollbackMemory begin() {
        return new RollbackMemory(0, atOnce * (1 - onEverything), List.of(scope(EVERYTHING, atOnce * onEverything)));
    }

    /** Gives each next hop that is new a bet of its own, while there is room. */
    RollbackMemory acquaint(RollbackMemory memory, List<StratumName> strata) {
        TreeSet<String> newcomers = new TreeSet<>();
        for (StratumName stratum : strata) {
            if (!knows(memory, stratum.nextHop())) {
                newcomers.add(stratum.nextHop());
            }
        }
        while (!newcomers.isEmpty() && memory.scopes().size() + newcomers.size() > GateMemory.MOST_HOPS + 1) {
            newcomers.pollLast();
        }
        if (newcomers.isEmpty()) {
            return memory;
        }
        double granted = memory.reserve() * FOR_NEWCOMERS;
        List<ScopeMemory> scopes = new ArrayList<>(memory.scopes());
        newcomers.forEach(hop -> scopes.add(scope(hop, granted / newcomers.size())));
        return new RollbackMemory(memory.released(), Rounding.tiny(memory.reserve() - granted), scopes);
    }

    private static boolean knows(RollbackMemory memory, String nextHop) {
        for (ScopeMemory scope : memory.scopes()) {
            if (scope.scope().equals(nextHop)) {
                return true;
            }
        }
        return false;
    }

    /** What of the restarts' mass becomes due in a scope between the last release and {@code now}. */
    double due(RollbackMemory memory, String scope, long now) {
        double part = scope.equals(EVERYTHING)
                ? onEverything
                : (1 - onEverything) / (memory.scopes().size() - 1);
        return (1 - atOnce) * (now - memory.released()) / horizonMillis * part;
    }

    /** A scope after mass became due and factors came in; each by alternative, as logarithms. */
    ScopeMemory grown(ScopeMemory scope, double due, double[] logFactors) {
        List<Double> logMass = new ArrayList<>(logFactors.length);
        for (int alternative = 0; alternative < logFactors.length; alternative++) {
            double mass =
                    Logarithms.sum(scope.logMass().get(alternative), Math.log(due * alternatives.weight(alternative)));
            logMass.add(Rounding.logarithm(mass + logFactors[alternative]));
        }
        return new ScopeMemory(scope.scope(), logMass);
    }

    /** The natural logarithm of all mass, bet or not. */
    double logMass(RollbackMemory memory) {
        double unreleased = (1 - atOnce) * Math.max(0, 1 - (double) memory.released() / horizonMillis);
        double total = unreleased + memory.reserve();
        double largest = 0;
        for (ScopeMemory scope : memory.scopes()) {
            for (double mass : scope.logMass()) {
                largest = Math.max(largest, mass);
            }
        }
        total *= Math.exp(-largest);
        for (ScopeMemory scope : memory.scopes()) {
            for (double mass : scope.logMass()) {
                total += Math.exp(mass - largest);
            }
        }
        return largest + Math.log(total);
    }

    /** The scope that grew most; of equal ones the narrower, since it says more. */
    String strongest(RollbackMemory memory) {
        String strongest = EVERYTHING;
        double most = Double.NEGATIVE_INFINITY;
        for (ScopeMemory scope : memory.scopes()) {
            double begun = scope.scope().equals(EVERYTHING)
                    ? onEverything
                    : (1 - onEverything) * FOR_NEWCOMERS / (memory.scopes().size() - 1);
            double growth = logMass(scope) - Math.log(begun);
            if (growth > most || (strongest.equals(EVERYTHING) && growth > most - ALIKE)) {
                most = growth;
                strongest = scope.scope();
            }
        }
        return strongest;
    }

    static double logMass(ScopeMemory scope) {
        double total = Double.NEGATIVE_INFINITY;
        for (double mass : scope.logMass()) {
            total = Logarithms.sum(total, mass);
        }
        return total;
    }

    private ScopeMemory scope(String name, double mass) {
        List<Double> logMass = new ArrayList<>();
        for (int alternative = 0; alternative < alternatives.count(); alternative++) {
            logMass.add(Rounding.logarithm(Math.log(mass * alternatives.weight(alternative))));
        }
        return new ScopeMemory(name, logMass);
    }
}
