package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Intake;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Explanation.Endpoint;
import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Explanation.StratumComparison;
import dev.sluice.gate.GateMemory.NodeMemory;
import dev.sluice.gate.GateMemory.RollbackMemory;
import dev.sluice.gate.GateMemory.StratumMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;

/** From the state of the tests to a verdict and the numbers behind it. */
final class Decision {
    /** Both rollback tests share the chance of a false alarm evenly. */
    private static final double TESTS = 2;
    /** While the rollback tests' mass is above this nothing is promoted. Source: the reference. */
    private static final double SUSPICION = 3;
    /**
     * To a next hop with this share of the traffic the canary must have delivered something: while the hop refuses
     * everyone, failing like the others proves nothing. Share: the reference.
     */
    private static final double COVERED_SHARE = 0.05;

    /** Less than this part of the evidence is chance: a line drawn through it points anywhere. */
    private static final double LEAST_PART_TO_FORECAST = 0.05;

    private final GateMemory memory;
    private final GateParameters parameters;
    private final Evidence evidence;
    private final Intake intake;

    Decision(GateMemory memory, GateParameters parameters, Evidence evidence, Intake intake) {
        this.memory = memory;
        this.parameters = parameters;
        this.evidence = evidence;
        this.intake = intake;
    }

    Explanation explain() {
        RollbackFinding general = finding(
                Endpoint.ALL_FAILURES,
                memory.general(),
                RollbackBets.ofAllFailures(parameters).logMass(memory.general()),
                StratumMemory::shown);
        RollbackFinding path = finding(
                Endpoint.PATH_FAILURES,
                memory.path(),
                RollbackBets.ofPathFailures(parameters).logMass(memory.path()),
                StratumMemory::shownPath);
        RollbackFinding deciding = path.logMass() > general.logMass() ? path : general;
        PromotionFinding promotion = promotion();
        List<String> missing = missing(deciding, promotion);
        return new Explanation(
                verdict(deciding, missing), deciding, general, path, promotion, missing, intake.ignored());
    }

    private Verdict verdict(RollbackFinding deciding, List<String> missing) {
        if (evidence.canary().isEmpty()) {
            return new Verdict.NoEvidence("no canary node");
        }
        if (deciding.reached()) {
            return new Verdict.RollBack();
        }
        if (!intake.canaryHeard()) {
            return new Verdict.NoEvidence("no canary node gives usable counters");
        }
        if (!evidence.baseline().isEmpty() && !intake.baselineHeard()) {
            return new Verdict.NoEvidence("no baseline node gives usable counters");
        }
        if (canaryNodes().stream().allMatch(node -> node.finished() == 0)) {
            return new Verdict.NoEvidence("the canary has finished no mail in this step");
        }
        return missing.isEmpty() ? new Verdict.Promote() : new Verdict.Hold();
    }

    private RollbackFinding finding(
            Endpoint endpoint, RollbackMemory test, double logMass, Function<StratumMemory, Comparison> counts) {
        String scope = RollbackBets.strongest(test);
        List<StratumComparison> strata = memory.strata().stream()
                .filter(stratum -> scope.equals(RollbackBets.EVERYTHING) || scope.equals(stratum.nextHop()))
                .map(stratum -> new StratumComparison(stratum.stratum(), stratum.nextHop(), counts.apply(stratum)))
                .toList();
        Comparison total = strata.stream().map(StratumComparison::counts).reduce(Comparison.NONE, Comparison::plus);
        return new RollbackFinding(endpoint, scope, total, strata, logMass, Math.log(TESTS / parameters.alpha()));
    }

    private PromotionFinding promotion() {
        double evidenceSoFar = PromotionBets.logWealth(memory.bets());
        double needed = -Math.log(parameters.beta());
        long finished = memory.strata().stream()
                .mapToLong(stratum -> stratum.step().canaryFinished())
                .sum();
        long seconds = Math.max(0, (memory.judged() - memory.stepBegan()) / 1000);
        return new PromotionFinding(
                evidenceSoFar,
                needed,
                finished,
                parameters.leastFinished(),
                seconds,
                parameters.leastSeconds(),
                hopsWithoutEvidence(),
                secondsToGo(evidenceSoFar, needed, finished, seconds));
    }

    private List<String> hopsWithoutEvidence() {
        TreeMap<String, Comparison> hops = new TreeMap<>();
        memory.strata().forEach(stratum -> hops.merge(stratum.nextHop(), stratum.step(), Comparison::plus));
        double traffic = hops.values().stream().mapToLong(Comparison::finished).sum();
        return hops.entrySet().stream()
                .filter(hop -> hop.getValue().canaryFinished() == hop.getValue().canaryFailed())
                .filter(hop -> hop.getValue().finished() > 0 && hop.getValue().finished() >= COVERED_SHARE * traffic)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** By straight lines from the step's first countable second to here. */
    private OptionalLong secondsToGo(double evidenceSoFar, double needed, long finished, long seconds) {
        long counted = seconds - parameters.objectiveSeconds();
        if (counted <= 0 || finished == 0) {
            return OptionalLong.empty();
        }
        double toGo = Math.max(0, parameters.leastSeconds() - seconds);
        toGo = Math.max(toGo, (parameters.leastFinished() - finished) * (double) counted / finished);
        if (evidenceSoFar < needed) {
            if (evidenceSoFar < LEAST_PART_TO_FORECAST * needed) {
                return OptionalLong.empty();
            }
            toGo = Math.max(toGo, (needed - evidenceSoFar) * counted / evidenceSoFar);
        }
        return OptionalLong.of((long) Math.ceil(toGo));
    }

    private List<String> missing(RollbackFinding deciding, PromotionFinding promotion) {
        List<String> missing = new ArrayList<>();
        if (promotion.finished() < promotion.leastFinished()) {
            missing.add(String.format(
                    Locale.ROOT,
                    "%d more recipients (%d of %d)",
                    promotion.leastFinished() - promotion.finished(),
                    promotion.finished(),
                    promotion.leastFinished()));
        }
        if (promotion.seconds() < promotion.leastSeconds()) {
            missing.add(String.format(
                    Locale.ROOT,
                    "%d s more (%d of %d)",
                    promotion.leastSeconds() - promotion.seconds(),
                    promotion.seconds(),
                    promotion.leastSeconds()));
        }
        promotion.hopsWithoutEvidence().forEach(hop -> missing.add("a delivery of the canary to " + hop));
        intake.silent().forEach(node -> missing.add("usable counters of " + node));
        canaryNodes().stream()
                .filter(node -> node.mature() == 0)
                .forEach(node -> missing.add("finished mail of " + node.node()));
        if (promotion.logEvidence() < promotion.logLimit()) {
            missing.add(String.format(
                    Locale.ROOT,
                    "evidence that the canary is not worse (%s of %s)",
                    Wording.amount(promotion.logEvidence()),
                    Wording.amount(promotion.logLimit())));
        }
        if (deciding.logMass() >= Math.log(SUSPICION)) {
            missing.add(String.format(
                    Locale.ROOT, "an end of the suspicion (%s, at most 3)", Wording.amount(deciding.logMass())));
        }
        return missing;
    }

    private List<NodeMemory> canaryNodes() {
        Map<String, NodeMemory> known =
                memory.nodes().stream().collect(Collectors.toMap(NodeMemory::node, Function.identity()));
        return evidence.canary().stream()
                .map(NodeCounters::node)
                .filter(known::containsKey)
                .sorted()
                .map(known::get)
                .toList();
    }
}
