package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final String EAST = "transport-east";
    private static final String WEST = "transport-west";

    private final ObjectMapper json = new ObjectMapper();
    private final GateParameters figures = Figures.usual();
    private GateMemory memory = Gate.begin(Fleet.START);

    private Judgement judge(Fleet fleet) {
        Judgement judgement = Gate.judge(memory, figures, fleet.evidence());
        memory = judgement.memory();
        return judgement;
    }

    private static Fleet oneOfFour(String... hops) {
        return new Fleet(0.05, List.of("new"), List.of("old-1", "old-2", "old-3"), hops);
    }

    private Fleet started(Fleet fleet) {
        judge(fleet);
        return fleet;
    }

    @Test
    void threePathFailuresAgainstNoneOnSixtyOneRollBackAtOnce() {
        Fleet fleet = started(oneOfFour(EAST));

        fleet.failsOnThePath("new", EAST, 3)
                .delivers("old-1", EAST, 20)
                .delivers("old-2", EAST, 20)
                .delivers("old-3", EAST, 21)
                .passes(Duration.ofSeconds(1));
        Judgement judgement = judge(fleet);

        assertThat(judgement.verdict()).isInstanceOf(Verdict.RollBack.class);
        assertThat(judgement.explanation().sentence())
                .startsWith("transport-east: 3 of 3 first attempts failed on the way to the next hop on the canary,"
                        + " 0 of 61 on the baseline; evidence ")
                .endsWith(" against a limit of 222");
        assertThat(judgement.explanation().deciding().total()).isEqualTo(new Comparison(3, 3, 61, 0));
    }

    @Test
    void threePathFailuresOneAfterTheOtherRollBackAtTheThird() {
        Fleet fleet = started(oneOfFour(EAST));
        for (int quiet = 0; quiet < 20; quiet++) {
            fleet.delivers("old-1", EAST, 3).passes(Duration.ofSeconds(1));
            judge(fleet);
        }
        List<Verdict> verdicts = new ArrayList<>();
        for (int failure = 0; failure < 3; failure++) {
            fleet.failsOnThePath("new", EAST, 1).delivers("old-1", EAST, 20).passes(Duration.ofSeconds(1));
            verdicts.add(judge(fleet).verdict());
        }

        assertThat(verdicts.get(0)).isInstanceOf(Verdict.Hold.class);
        assertThat(verdicts.get(2)).isInstanceOf(Verdict.RollBack.class);
    }

    @Test
    void anOutageThatIsOverDoesNotBlindTheTestForWhatComesAfter() {
        Fleet fleet = started(oneOfFour(EAST));
        for (int outage = 0; outage < 60; outage++) {
            fleet.failsOnThePath("new", EAST, 3)
                    .failsOnThePath("old-1", EAST, 57)
                    .passes(TICK);
            judge(fleet);
        }
        for (int quiet = 0; quiet < 720; quiet++) {
            fleet.delivers("new", EAST, 1).delivers("old-1", EAST, 20).passes(TICK);
            judge(fleet);
        }
        Verdict verdict = null;
        for (int failure = 0; failure < 7; failure++) {
            fleet.failsOnThePath("new", EAST, 1).delivers("old-1", EAST, 20).passes(TICK);
            verdict = judge(fleet).verdict();
        }

        assertThat(verdict).isInstanceOf(Verdict.RollBack.class);
    }

    @Test
    void oneFailureIsNoReason() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.failsOnThePath("new", EAST, 1).delivers("old-1", EAST, 60).passes(TICK);

        assertThat(judge(fleet).verdict()).isInstanceOf(Verdict.Hold.class);
    }

    @Test
    void aBurstOfOrdinaryFailuresInOneWindowIsCapped() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.fails("new", EAST, 20).delivers("old-1", EAST, 380).passes(TICK);

        Judgement judgement = judge(fleet);

        assertThat(judgement.verdict()).isInstanceOf(Verdict.Hold.class);
        assertThat(judgement.explanation().general().logMass()).isBetween(Math.log(3), Math.log(10));
    }

    @Test
    void ordinaryFailuresThatGoOnRollBack() {
        Fleet fleet = started(oneOfFour(EAST));
        Verdict verdict = null;
        for (int window = 0; window < 5 && !(verdict instanceof Verdict.RollBack); window++) {
            fleet.fails("new", EAST, 3).delivers("old-1", EAST, 57).passes(TICK);
            verdict = judge(fleet).verdict();
        }

        assertThat(verdict).isInstanceOf(Verdict.RollBack.class);
    }

    @Test
    void anOutageThatHitsEveryoneAlikeRollsNothingBack() {
        Fleet fleet = started(oneOfFour(EAST, WEST));
        for (int window = 0; window < 720; window++) {
            boolean outage = window % 100 >= 50;
            fleet.finish("new", EAST, outage ? 0 : 3, outage ? 3 : 0, outage ? 3 : 0)
                    .delivers("new", WEST, 3);
            for (String old : List.of("old-1", "old-2", "old-3")) {
                fleet.finish(old, EAST, outage ? 0 : 19, outage ? 19 : 0, outage ? 19 : 0)
                        .delivers(old, WEST, 19);
            }
            fleet.passes(TICK);

            assertThat(judge(fleet).verdict()).isNotInstanceOf(Verdict.RollBack.class);
        }
    }

    @Test
    void aServingNodeDoesNotStandOutWhenOneNextHopFailsForAll() {
        List<String> nodes = List.of("a", "b", "c", "d");
        for (String judged : nodes) {
            List<String> others = new ArrayList<>(nodes);
            others.remove(judged);
            memory = Gate.begin(Fleet.START);
            Fleet fleet = started(new Fleet(0.25, List.of(judged), others, EAST, WEST));
            for (int window = 0; window < 60; window++) {
                nodes.forEach(node -> fleet.failsOnThePath(node, EAST, 10).delivers(node, WEST, 10));
                fleet.passes(TICK);

                assertThat(judge(fleet).verdict()).isInstanceOf(Verdict.Hold.class);
            }
        }
    }

    @Test
    void aServingNodeThatAloneFailsStandsOut() {
        Fleet fleet = started(new Fleet(0.25, List.of("a"), List.of("b", "c", "d"), EAST));
        Verdict verdict = null;
        for (int window = 0; window < 3; window++) {
            fleet.failsOnThePath("a", EAST, 4);
            List.of("b", "c", "d").forEach(node -> fleet.delivers(node, EAST, 4));
            fleet.passes(TICK);
            verdict = judge(fleet).verdict();
        }

        assertThat(verdict).isInstanceOf(Verdict.RollBack.class);
    }

    @Test
    void aDayWithoutMailStaysWithoutEvidenceAndTheMassStaysWhole() {
        Fleet fleet = started(oneOfFour(EAST));
        for (int minute = 0; minute < 24 * 60; minute++) {
            fleet.passes(Duration.ofMinutes(1));
            Judgement judgement = judge(fleet);

            assertThat(judgement.verdict()).isInstanceOf(Verdict.NoEvidence.class);
            assertThat(judgement.explanation().general().logMass()).isLessThan(0.01);
            assertThat(judgement.explanation().promotion().logEvidence()).isLessThan(0.01);
        }
    }

    @Test
    void mailOfTheBaselineAloneIsNoEvidence() {
        Fleet fleet = started(oneOfFour(EAST));
        for (int window = 0; window < 100; window++) {
            fleet.delivers("old-1", EAST, 1000).passes(TICK);

            assertThat(judge(fleet).verdict()).isInstanceOf(Verdict.NoEvidence.class);
        }
    }

    @Test
    void noCanaryNodeIsNoEvidence() {
        Fleet fleet = new Fleet(0.05, List.of(), List.of("old"), EAST);

        assertThat(judge(fleet).verdict()).isEqualTo(new Verdict.NoEvidence("no canary node"));
    }

    @Test
    void countersThatAreTooOldAreNoEvidence() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("new", EAST, 3).delivers("old-1", EAST, 60).passes(TICK);
        assertThat(judge(fleet).verdict()).isInstanceOf(Verdict.Hold.class);
        Evidence last = fleet.evidence();

        Judgement later = Gate.judge(
                memory,
                figures,
                new Evidence(last.time().plusSeconds(31), last.canaryShare(), last.canary(), last.baseline()));

        assertThat(later.verdict()).isInstanceOf(Verdict.NoEvidence.class);
        assertThat(later.explanation().ignored()).contains("new (its counters are older than 30 s)");
    }

    @Test
    void aSilentBaselineIsNoEvidence() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("new", EAST, 3).delivers("old-1", EAST, 60).passes(TICK);
        judge(fleet);
        List<NodeCounters> old = fleet.evidence().baseline();
        fleet.delivers("new", EAST, 3).passes(Duration.ofSeconds(31));

        Judgement judgement = Gate.judge(
                memory,
                figures,
                new Evidence(fleet.now(), 0.05, fleet.evidence().canary(), old));

        assertThat(judgement.verdict()).isEqualTo(new Verdict.NoEvidence("no baseline node gives usable counters"));
    }

    @Test
    void countersThatGoBackwardsAreRefusedUntilANewEpoch() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("new", EAST, 10).delivers("old-1", EAST, 60).passes(TICK);
        judge(fleet);

        fleet.restarts("new", "1")
                .failsOnThePath("new", EAST, 5)
                .delivers("old-1", EAST, 60)
                .passes(TICK);
        Judgement refused = judge(fleet);
        fleet.failsOnThePath("new", EAST, 50).delivers("old-1", EAST, 60).passes(TICK);
        Judgement still = judge(fleet);
        fleet.restarts("new", "2").delivers("old-1", EAST, 60).passes(TICK);
        Judgement marked = judge(fleet);
        fleet.failsOnThePath("new", EAST, 5).delivers("old-1", EAST, 60).passes(TICK);
        Judgement heard = judge(fleet);

        assertThat(refused.verdict()).isInstanceOf(Verdict.NoEvidence.class);
        assertThat(refused.explanation().sentence()).contains("new (its counters went backwards without a new epoch)");
        assertThat(still.verdict()).isInstanceOf(Verdict.NoEvidence.class);
        assertThat(marked.explanation().ignored()).isEmpty();
        assertThat(heard.verdict()).isInstanceOf(Verdict.RollBack.class);
    }

    @Test
    void afterARestartWithANewEpochCountingGoesOnFromZero() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("new", EAST, 10).delivers("old-1", EAST, 60).passes(TICK);
        judge(fleet);

        fleet.restarts("new", "2")
                .failsOnThePath("new", EAST, 3)
                .delivers("old-1", EAST, 60)
                .passes(TICK);

        assertThat(judge(fleet).verdict()).isInstanceOf(Verdict.RollBack.class);
    }

    @Test
    void countersThatContradictThemselvesAreRefused() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("old-1", EAST, 60).passes(TICK);
        Evidence evidence = fleet.evidence();
        NodeCounters nonsense = new NodeCounters(
                "new", "1", fleet.now(), List.of(new StratumCount(EAST, EAST, 5, 1, 3, 0, 0, 0, 0, List.of())));

        Judgement judgement = Gate.judge(
                memory, figures, new Evidence(evidence.time(), 0.05, List.of(nonsense), evidence.baseline()));

        assertThat(judgement.verdict()).isInstanceOf(Verdict.NoEvidence.class);
        assertThat(judgement.explanation().ignored()).containsExactly("new (its counters contradict themselves)");
    }

    @Test
    void whatANodeDidWhileNobodyHeardItIsNotComparedWithAnotherTime() {
        Fleet fleet = started(oneOfFour(EAST));
        Evidence first = fleet.evidence();
        for (int window = 0; window < 12; window++) {
            fleet.finish("new", EAST, 0, 3, 3).finish("old-1", EAST, 0, 57, 57).passes(TICK);
            Evidence shared = fleet.evidence();
            memory = Gate.judge(memory, figures, new Evidence(shared.time(), 0.05, first.canary(), shared.baseline()))
                    .memory();
        }
        for (int window = 0; window < 12; window++) {
            fleet.delivers("new", EAST, 3).delivers("old-1", EAST, 57).passes(TICK);

            assertThat(judge(fleet).verdict()).isNotInstanceOf(Verdict.RollBack.class);
        }
    }

    @Test
    void aChangeOfTheSharePutsNoTwoWeightsIntoOneWindow() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("new", EAST, 1).delivers("old-1", EAST, 4).passes(Duration.ofSeconds(1));
        judge(fleet);
        assertThat(openUnits()).isEqualTo(5);

        fleet.shareIs(0.25).delivers("new", EAST, 2).delivers("old-1", EAST, 2).passes(Duration.ofSeconds(1));
        judge(fleet);
        assertThat(openUnits())
                .as("neither the old weight's nor the mixed second's")
                .isZero();

        assertThat(memory.strata().get(0).forecast().shortFinished())
                .as("two windows: 4, then 2, the first one faded once")
                .isEqualTo(4 * Forecast.SHORT_DECAY + 2);

        fleet.delivers("new", EAST, 2).delivers("old-1", EAST, 5).passes(Duration.ofSeconds(1));
        judge(fleet);
        assertThat(openUnits()).isEqualTo(7);
    }

    private long openUnits() {
        return memory.strata().stream()
                .mapToLong(stratum -> stratum.general().counts().finished())
                .sum();
    }

    @Test
    void aWindowWaitsForTheBaselineByDoublingItsLength() {
        Fleet fleet = started(oneOfFour(EAST));
        List<Long> open = new ArrayList<>();
        for (int tick = 0; tick < 4; tick++) {
            fleet.delivers("new", EAST, 1).delivers("old-1", EAST, 4).passes(TICK);
            judge(fleet);
            open.add(openUnits());
        }

        assertThat(open).as("4 in 5 s are too few, 8 in 10 s are enough").containsExactly(5L, 0L, 5L, 0L);
    }

    @Test
    void aHealthyCanaryIsPromotedOnlyWithTimeMailCoverageAndProof() {
        Fleet fleet = started(oneOfFour(EAST, WEST));
        Judgement judgement = null;
        for (int tick = 0; tick < 120; tick++) {
            fleet.delivers("new", EAST, 5)
                    .delivers("old-1", EAST, 40)
                    .delivers("old-2", WEST, 40)
                    .passes(TICK);
            judgement = judge(fleet);
            assertThat(judgement.verdict()).isInstanceOf(Verdict.Hold.class);
        }
        assertThat(judgement.explanation().promotion().hopsWithoutEvidence()).containsExactly(WEST);
        assertThat(judgement.explanation().missing()).containsExactly("a delivery of the canary to transport-west");
        assertThat(judgement.explanation().sentence())
                .contains("missing for a promotion: a delivery of the canary to transport-west");

        fleet.delivers("new", WEST, 5).passes(Fleet.OBJECTIVE);
        judgement = judge(fleet);

        assertThat(judgement.verdict()).isInstanceOf(Verdict.Promote.class);
        assertThat(judgement.explanation().missing()).isEmpty();
    }

    @Test
    void nothingIsPromotedBeforeTheLeastNumberOfFinishedRecipients() {
        Fleet fleet = started(oneOfFour(EAST));
        GateParameters demanding = new GateParameters(0.01, 0.05, 0.3, 1.25, 500, 60, 86_400, 60, 30, 0.05);
        Explanation last = null;
        for (int tick = 0; tick < 60; tick++) {
            fleet.delivers("new", EAST, 5).delivers("old-1", EAST, 95).passes(TICK);
            Judgement judgement = Gate.judge(memory, demanding, fleet.evidence());
            memory = judgement.memory();
            last = judgement.explanation();
            assertThat(judgement.verdict()).isNotInstanceOf(Verdict.Promote.class);
        }
        assertThat(last.missing()).singleElement().asString().endsWith("of 500)");
        assertThat(last.promotion().secondsToGo()).isPresent();
    }

    /** What came between two weights is tested on its own, once; what is left over would be tested again. */
    @Test
    void aWeightThatChangesAtTheMomentOfALookLeavesNothingInTheWindows() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.delivers("new", EAST, 5).delivers("old-1", EAST, 95).passes(TICK);
        judge(fleet);

        fleet.delivers("new", EAST, 7).delivers("old-1", EAST, 13).shareIs(0.5);
        judge(fleet);

        assertThat(memory.strata())
                .isNotEmpty()
                .allSatisfy(stratum ->
                        assertThat(stratum.general().counts().isEmpty()).isTrue());
    }

    @Test
    void nothingIsPromotedWhileTheCanaryIsSuspected() {
        Fleet fleet = started(oneOfFour(EAST));
        GateParameters generous = new GateParameters(0.01, 0.05, 0.4, 1.25, 50, 60, 86_400, 60, 30, 0.05);
        Verdict verdict = null;
        for (int tick = 0; tick < 60; tick++) {
            fleet.delivers("new", EAST, 5).delivers("old-1", EAST, 95).passes(TICK);
            Judgement judgement = Gate.judge(memory, generous, fleet.evidence());
            memory = judgement.memory();
            verdict = judgement.verdict();
        }
        assertThat(verdict).isInstanceOf(Verdict.Promote.class);

        int suspected = 0;
        for (int tick = 0; tick < 40 && !(verdict instanceof Verdict.RollBack); tick++) {
            fleet.finish("new", EAST, 19, 1, 0).delivers("old-1", EAST, 95).passes(TICK);
            Judgement judgement = Gate.judge(memory, generous, fleet.evidence());
            memory = judgement.memory();
            verdict = judgement.verdict();
            if (judgement.explanation().deciding().logMass() >= Math.log(3) && !(verdict instanceof Verdict.RollBack)) {
                suspected++;
                assertThat(verdict).isInstanceOf(Verdict.Hold.class);
                assertThat(judgement.explanation().missing())
                        .anyMatch(what -> what.startsWith("an end of the suspicion"));
            }
        }
        assertThat(suspected).isPositive();
    }

    /** A node that takes every recipient for known swallows mail as one that takes none turns it away. */
    @Test
    void recipientsFaultsThatAreMissingCountLikeThoseThatAreTooMany() {
        Comparison tooMany = new Comparison(200, 60, 600, 60);
        Comparison missing = new Comparison(200, 0, 600, 60);
        GateMemory.Regime compared = new GateMemory.Regime(0.25, true);
        for (Comparison table : List.of(tooMany, missing)) {
            GateMemory.RecipientMemory recipients = RecipientBets.begin();
            for (int window = 0; window < 5; window++) {
                recipients = RecipientBets.test(recipients, List.of(table), compared);
            }
            assertThat(RecipientBets.logMass(recipients)).isGreaterThan(Decision.recipientLimit(figures));
        }
    }

    @Test
    void nothingIsPromotedBeforeTheLeastTime() {
        Fleet fleet = started(oneOfFour(EAST));
        GateParameters patient = new GateParameters(0.01, 0.05, 0.3, 1.25, 50, 3600, 86_400, 60, 30, 0.05);
        Judgement judgement = null;
        for (int tick = 0; tick < 720; tick++) {
            fleet.delivers("new", EAST, 5).delivers("old-1", EAST, 95).passes(TICK);
            judgement = Gate.judge(memory, patient, fleet.evidence());
            memory = judgement.memory();
            if (tick < 719) {
                assertThat(judgement.verdict()).isNotInstanceOf(Verdict.Promote.class);
            }
        }
        assertThat(judgement.verdict()).isInstanceOf(Verdict.Promote.class);
    }

    @Test
    void aBatchIsNotPromotedOnTheMailOfOneOfItsNodes() {
        Fleet fleet = started(new Fleet(0.1, List.of("new-1", "new-2"), List.of("old"), EAST));
        Judgement judgement = null;
        for (int tick = 0; tick < 120; tick++) {
            fleet.delivers("new-1", EAST, 10).delivers("old", EAST, 90).passes(TICK);
            judgement = judge(fleet);
        }

        assertThat(judgement.verdict()).isInstanceOf(Verdict.Hold.class);
        assertThat(judgement.explanation().missing()).containsExactly("finished mail of new-2");
    }

    @Test
    void everyStepNeedsItsOwnProofWhileTheRollbackTestRemembers() {
        Fleet fleet = started(oneOfFour(EAST));
        Verdict verdict = null;
        for (int tick = 0; tick < 120; tick++) {
            fleet.delivers("new", EAST, 5).delivers("old-1", EAST, 95).passes(TICK);
            verdict = judge(fleet).verdict();
        }
        assertThat(verdict).isInstanceOf(Verdict.Promote.class);
        GateMemory before = memory;

        memory = Gate.nextStep(memory, fleet.now());
        fleet.shareIs(0.25);
        for (int tick = 0; tick < 12; tick++) {
            fleet.delivers("new", EAST, 25).delivers("old-1", EAST, 75).passes(TICK);
            Judgement judgement = judge(fleet);
            assertThat(judgement.verdict()).isInstanceOf(Verdict.Hold.class);
            assertThat(judgement.explanation().promotion().finished())
                    .as("mail of the step before does not count")
                    .isZero();
        }

        assertThat(memory.strata().get(0).forecast().longFinished())
                .isGreaterThan(before.strata().get(0).forecast().longFinished());
        assertThat(memory.began()).isEqualTo(before.began());
    }

    @Test
    void withoutABaselineTheAbsoluteLimitDecides() {
        Fleet healthy = new Fleet(1, List.of("new"), List.of(), EAST);
        judge(healthy);
        Verdict verdict = null;
        for (int tick = 0; tick < 60; tick++) {
            healthy.delivers("new", EAST, 20).passes(TICK);
            verdict = judge(healthy).verdict();
        }
        assertThat(verdict).isInstanceOf(Verdict.Promote.class);

        memory = Gate.begin(Fleet.START);
        Fleet broken = new Fleet(1, List.of("new"), List.of(), EAST);
        judge(broken);
        Judgement judgement = null;
        for (int tick = 0; tick < 10; tick++) {
            broken.fails("new", EAST, 6).delivers("new", EAST, 14).passes(TICK);
            judgement = judge(broken);
            assertThat(judgement.verdict()).isNotInstanceOf(Verdict.Promote.class);
        }
        assertThat(judgement.verdict()).isInstanceOf(Verdict.RollBack.class);
        assertThat(judgement.explanation().sentence()).contains("nothing finished on a baseline");
    }

    @Test
    void theOrderOfNodesAndStrataDoesNotMatter() {
        Fleet fleet = new Fleet(0.1, List.of("n1", "n2"), List.of("o1", "o2", "o3"), EAST, WEST);
        GateMemory forwards = Gate.begin(Fleet.START);
        GateMemory backwards = forwards;
        for (int tick = 0; tick < 50; tick++) {
            fleet.fails("n1", WEST, tick % 3)
                    .delivers("n2", EAST, 4)
                    .delivers("o1", EAST, 20)
                    .delivers("o2", WEST, 20)
                    .passes(TICK);
            Judgement first = Gate.judge(forwards, figures, fleet.evidence());
            Judgement second = Gate.judge(backwards, figures, reversed(fleet.evidence()));

            assertThat(second).isEqualTo(first);
            forwards = first.memory();
            backwards = second.memory();
        }
    }

    private static Evidence reversed(Evidence evidence) {
        return new Evidence(
                evidence.time(), evidence.canaryShare(), reversed(evidence.canary()), reversed(evidence.baseline()));
    }

    private static List<NodeCounters> reversed(List<NodeCounters> arm) {
        List<NodeCounters> nodes = new ArrayList<>();
        for (NodeCounters node : arm) {
            List<StratumCount> strata = new ArrayList<>(node.strata());
            Collections.reverse(strata);
            nodes.add(new NodeCounters(node.node(), node.epoch(), node.takenTime(), strata));
        }
        Collections.reverse(nodes);
        return nodes;
    }

    @Test
    void storingAndReloadingAtEveryTickChangesNothing() throws Exception {
        Mailing mailing = new Mailing(7, TICK, 80, 0.1, EAST, WEST).failing(0.01, 0.2);
        Fleet fleet = mailing.fleet();
        GateMemory kept = Gate.begin(Fleet.START);
        GateMemory reloaded = kept;
        for (int tick = 0; tick < 400; tick++) {
            if (tick == 200) {
                kept = Gate.nextStep(kept, fleet.now());
                reloaded = Gate.nextStep(reloaded, fleet.now());
                fleet.shareIs(0.2);
            }
            if (tick == 300) {
                mailing.canaryFailing(0.05, 0.3);
            }
            Judgement first = Gate.judge(kept, figures, fleet.evidence());
            Judgement second = Gate.judge(reloaded, figures, fleet.evidence());

            assertThat(second).isEqualTo(first);
            kept = first.memory();
            reloaded = json.readValue(json.writeValueAsString(second.memory()), GateMemory.class);
            mailing.flow(fleet);
        }
    }

    @Test
    void sayingTheSameEvidenceTwiceCountsItOnce() {
        Fleet fleet = started(oneOfFour(EAST));
        fleet.failsOnThePath("new", EAST, 1).delivers("old-1", EAST, 30).passes(TICK);
        judge(fleet);
        GateMemory once = memory;
        for (int again = 0; again < 20; again++) {
            judge(fleet);
        }

        assertThat(memory).isEqualTo(once);
    }

    @Test
    void theStateOfSixtyFourStrataAndSixteenNextHopsIsSmall() {
        String[] hops = new String[16];
        for (int hop = 0; hop < hops.length; hop++) {
            hops[hop] = "transport-" + (char) ('a' + hop);
        }
        Evidence.NodeCounters[] nodes = new Evidence.NodeCounters[2];
        java.util.Random random = new java.util.Random(64);
        long[][] counts = new long[2][64 * 6];
        for (int tick = 0; tick < 2000; tick++) {
            Instant now = Fleet.START.plus(TICK.multipliedBy(tick));
            for (int arm = 0; arm < 2; arm++) {
                List<StratumCount> strata = new ArrayList<>();
                for (int place = 0; place < 64; place++) {
                    int units = random.nextInt(arm == 0 ? 3 : 30);
                    int failed = units == 0 ? 0 : random.nextInt(units) / 4;
                    long[] count = counts[arm];
                    count[place * 6] += units - failed;
                    count[place * 6 + 1] += failed;
                    count[place * 6 + 2] += random.nextInt(2) & Math.min(1, failed);
                    count[place * 6 + 3] += random.nextInt(2);
                    count[place * 6 + 4] = count[place * 6];
                    count[place * 6 + 5] = count[place * 6 + 1];
                    List<Long> classes = new ArrayList<>(Collections.nCopies(16, 0L));
                    classes.set(place % 16, count[place * 6] + count[place * 6 + 1]);
                    strata.add(new StratumCount(
                            hops[place / 4] + "/provider-" + place,
                            hops[place / 4],
                            count[place * 6],
                            count[place * 6 + 1],
                            count[place * 6 + 2],
                            count[place * 6 + 3],
                            count[place * 6 + 4],
                            count[place * 6 + 5],
                            0,
                            classes));
                }
                nodes[arm] = new NodeCounters(arm == 0 ? "new" : "old", "1", now, strata);
            }
            memory = Gate.judge(memory, figures, new Evidence(now, 0.05, List.of(nodes[0]), List.of(nodes[1])))
                    .memory();
        }

        assertThat(memory.strata()).hasSize(64);
        assertThat(memory.state().length()).isLessThanOrEqualTo(4096);
    }

    @Test
    void aNodeThatIsNamedTwiceIsAnError() {
        Evidence twice = new Fleet(0.5, List.of("a"), List.of("a"), EAST).evidence();

        assertThatThrownBy(() -> Gate.judge(memory, figures, twice))
                .hasMessage("node a is in the evidence twice: name it once, in one of the two arms");
    }

    @Test
    void wrongFiguresAreRefusedWithWhatToWriteInstead() {
        assertThatThrownBy(() -> new GateParameters(0.7, 0.05, 0.05, 1.25, 50, 60, 86_400, 60, 30, 0.05))
                .hasMessage("alpha is 0.7: write a chance above 0 and below 0.5");
        assertThatThrownBy(() -> new GateParameters(0.01, 0.05, 0.05, 1.25, 0, 60, 86_400, 60, 30, 0.05))
                .hasMessage("leastFinished is 0: write at least 1 recipient");
        assertThatThrownBy(() -> new Evidence(Instant.EPOCH, Double.NaN, List.of(), List.of()))
                .hasMessage("canaryShare is NaN: write a share from 0 to 1");
    }

    @Test
    void amountsAreShortWhateverTheirSize() {
        assertThat(Wording.amount(Math.log(200))).isEqualTo("200");
        assertThat(Wording.amount(0)).isEqualTo("1");
        assertThat(Wording.amount(Math.log(3.14159))).isEqualTo("3.1");
        assertThat(Wording.amount(Math.log(21_000))).isEqualTo("2.1e4");
        assertThat(Wording.amount(-1000)).isEqualTo("5.1e-435");
    }
}
