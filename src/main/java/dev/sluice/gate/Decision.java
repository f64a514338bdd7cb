package dev.sluice.gate;

import dev.sluice.gate.CounterIntake.Intake;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Explanation.Endpoint;
import dev.sluice.gate.Explanation.InsufficientTraffic;
import dev.sluice.gate.Explanation.PromotionFinding;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Explanation.StratumComparison;
import dev.sluice.gate.GateMemory.NodeMemory;
import dev.sluice.gate.GateMemory.PathMemory;
import dev.sluice.gate.GateMemory.StratumMemory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;

/** From the state of the tests to a verdict and the numbers behind it. */
final class Decision {
    /** How the chance of a false alarm is shared: the two tests on failures, and that on the recipients' faults. */
    private static final double SHARE_OF_GENERAL = 0.45;

    private static final double SHARE_OF_PATH = 0.45;
    private static final double SHARE_OF_RECIPIENTS = 0.1;
    /**
     * While the rollback tests' mass is above this nothing is promoted. The figure is our choice and any is valid,
     * since it only holds. While the canary is not worse at most one trial of three sees it (Ville's inequality).
     */
    private static final double SUSPICION = 3;
    /**
     * To a next hop with this share of the traffic the canary must have delivered something: while the hop refuses
     * everyone, failing like the others proves nothing. The share is our choice.
     */
    private static final double COVERED_SHARE = 0.05;

    /** Less than this part of the evidence is chance: a line drawn through it points anywhere. */
    private static final double LEAST_PART_TO_FORECAST = 0.05;
    /**
     * With fewer units of the canary in a second hardly anything but a total failure is seen within an hour. No paper's
     * figure: it comes from simulations, see docs/gate.md.
     */
    private static final double LEAST_UNITS_PER_SECOND = 0.1;

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

    /** The natural logarithm of the mass on all failures that means rollback. */
    static double generalLimit(GateParameters parameters) {
        return -Math.log(SHARE_OF_GENERAL * parameters.alpha());
    }

    /** The natural logarithm of the mass on path failures that means rollback. */
    static double pathLimit(GateParameters parameters) {
        return -Math.log(SHARE_OF_PATH * parameters.alpha());
    }

    /** The natural logarithm of the mass on the recipients' faults that means rollback. */
    static double recipientLimit(GateParameters parameters) {
        return -Math.log(SHARE_OF_RECIPIENTS * parameters.alpha());
    }

    Explanation explain() {
        RollbackFinding general = general();
        RollbackFinding path = path();
        RollbackFinding recipients = recipients();
        RollbackFinding deciding = path.logMass() > general.logMass() ? path : general;
        if (recipients.distance() < Math.min(0, deciding.distance())) {
            deciding = recipients;
        }
        PromotionFinding promotion = promotion();
        List<String> missing = missing(deciding, promotion);
        Verdict verdict = verdict(deciding, missing);
        return new Explanation(
                verdict,
                deciding,
                general,
                path,
                recipients,
                promotion,
                verdict instanceof Verdict.Promote ? Optional.empty() : insufficientTraffic(promotion),
                missing,
                intake.ignored());
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

    private RollbackFinding general() {
        Masses masses = RollbackBets.masses(parameters.horizonSeconds() * 1000);
        String scope = masses.strongest(memory.general());
        List<StratumComparison> strata = new ArrayList<>(memory.strata().size());
        Comparison total = Comparison.NONE;
        for (StratumMemory stratum : memory.strata()) {
            if (scope.equals(Masses.EVERYTHING) || scope.equals(stratum.name().nextHop())) {
                strata.add(new StratumComparison(
                        stratum.name().stratum(), stratum.name().nextHop(), stratum.shown()));
                total = total.plus(stratum.shown());
            }
        }
        return new RollbackFinding(
                Endpoint.ALL_FAILURES,
                scope,
                total,
                strata,
                masses.logMass(memory.general()),
                generalLimit(parameters));
    }

    private RollbackFinding path() {
        Masses masses = PathBets.masses(parameters.horizonSeconds() * 1000);
        PathMemory path = memory.path();
        String scope = masses.strongest(path.mass());
        List<StratumComparison> hops = new ArrayList<>(path.windows().size());
        Comparison total = Comparison.NONE;
        for (int place = 0; place < path.shown().size(); place++) {
            String name = path.mass().scopes().get(place).scope();
            if (scope.equals(name)) {
                total = path.shown().get(place);
            }
            if (place > 0 && (scope.equals(Masses.EVERYTHING) || scope.equals(name))) {
                hops.add(new StratumComparison(name, name, path.shown().get(place)));
            }
        }
        return new RollbackFinding(
                Endpoint.PATH_FAILURES, scope, total, hops, masses.logMass(path.mass()), pathLimit(parameters));
    }

    private RollbackFinding recipients() {
        return new RollbackFinding(
                Endpoint.RECIPIENT_FAULTS,
                Masses.EVERYTHING,
                memory.recipients().shown(),
                List.of(),
                RecipientBets.logMass(memory.recipients()),
                recipientLimit(parameters));
    }

    private PromotionFinding promotion() {
        double evidenceSoFar = PromotionBets.logWealth(memory.bets());
        double needed = -Math.log(parameters.beta());
        long finished = 0;
        for (StratumMemory stratum : memory.strata()) {
            finished += stratum.step().canaryFinished();
        }
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
        double traffic = 0;
        for (StratumMemory stratum : memory.strata()) {
            hops.merge(stratum.name().nextHop(), stratum.step(), Comparison::plus);
            traffic += stratum.step().finished();
        }
        List<String> without = new ArrayList<>();
        for (Map.Entry<String, Comparison> hop : hops.entrySet()) {
            Comparison counts = hop.getValue();
            if (counts.canaryFinished() == counts.canaryFailed()
                    && counts.finished() > 0
                    && counts.finished() >= COVERED_SHARE * traffic) {
                without.add(hop.getKey());
            }
        }
        return without;
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

    private Optional<InsufficientTraffic> insufficientTraffic(PromotionFinding promotion) {
        double counted = promotion.seconds() - (double) parameters.objectiveSeconds();
        if (counted < parameters.objectiveSeconds() || promotion.finished() >= LEAST_UNITS_PER_SECOND * counted) {
            return Optional.empty();
        }
        double perSecond = Math.max(1, promotion.finished()) / counted;
        long units = Math.max(
                1,
                Math.max(parameters.leastFinished(), (long)
                                Math.ceil(PromotionBets.unitsOfHealthyCanary(memory.strata(), parameters)))
                        - promotion.finished());
        return Optional.of(new InsufficientTraffic(perSecond * 3600, units, (long) Math.ceil(units / perSecond)));
    }

    private List<String> missing(RollbackFinding deciding, PromotionFinding promotion) {
        List<String> missing = new ArrayList<>();
        if (promotion.finished() < promotion.leastFinished()) {
            missing.add((promotion.leastFinished() - promotion.finished()) + " more units of mail ("
                    + promotion.finished() + " of " + promotion.leastFinished() + ")");
        }
        if (promotion.seconds() < promotion.leastSeconds()) {
            missing.add((promotion.leastSeconds() - promotion.seconds()) + " s more (" + promotion.seconds() + " of "
                    + promotion.leastSeconds() + ")");
        }
        promotion.hopsWithoutEvidence().forEach(hop -> missing.add("a delivery of the canary to " + hop));
        intake.silent().forEach(node -> missing.add("usable counters of " + node));
        for (NodeMemory node : canaryNodes()) {
            if (node.mature() == 0) {
                missing.add("finished mail of " + node.node());
            }
        }
        if (promotion.logEvidence() < promotion.logLimit()) {
            missing.add("evidence that the canary is not worse (" + Wording.amount(promotion.logEvidence()) + " of "
                    + Wording.amount(promotion.logLimit()) + ")");
        }
        if (memory.mix().isBeyondChance()) {
            String what = memory.strata().size() > GateMemory.MOST_STRATA ? "senders and destinations" : "senders";
            missing.add("mail of the same " + what + " on canary and baseline (they differ beyond chance)");
        }
        if (deciding.logMass() >= Math.log(SUSPICION)) {
            missing.add("an end of the suspicion (" + Wording.amount(deciding.logMass()) + ", at most 3)");
        }
        return missing;
    }

    private List<NodeMemory> canaryNodes() {
        List<NodeMemory> nodes = new ArrayList<>(evidence.canary().size());
        for (NodeMemory node : memory.last()) {
            for (NodeCounters canary : evidence.canary()) {
                if (canary.node().equals(node.node())) {
                    nodes.add(node);
                }
            }
        }
        return nodes;
    }
}
