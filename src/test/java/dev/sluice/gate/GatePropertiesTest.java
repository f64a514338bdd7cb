package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gate.Evidence.NodeCounters;
import dev.sluice.gate.Evidence.StratumCount;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;

/** What holds for any evidence. */
class GatePropertiesTest {
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final String[] HOPS = {"east", "west", "west"};
    private static final String[] STRATA = {"east/a", "west/a", "west/b"};

    /** Units of one stratum between two looks. */
    record Growth(int canaryGood, int canaryBad, int canaryPath, int baselineGood, int baselineBad) {
        /** One failed unit of the canary turned into a good one. */
        Growth better() {
            return new Growth(
                    canaryGood + 1, canaryBad - 1, Math.min(canaryPath, canaryBad - 1), baselineGood, baselineBad);
        }
    }

    @Provide
    Arbitrary<List<Growth>> looks() {
        Arbitrary<Integer> few = Arbitraries.integers().between(0, 5);
        Arbitrary<Integer> some = Arbitraries.integers().between(0, 30);
        return Combinators.combine(few, few, few, some, few)
                .as((good, bad, path, baselineGood, baselineBad) ->
                        new Growth(good, bad, Math.min(path, bad), baselineGood, baselineBad))
                .list()
                .ofMinSize(3)
                .ofMaxSize(90);
    }

    @Property(tries = 100)
    void aFailedUnitThatHadGoneWellNeverMovesTowardsARollback(
            @ForAll("looks") List<Growth> looks, @ForAll @IntRange(max = 1000) int pick) {
        int place = pick % looks.size();
        if (looks.get(place).canaryBad() == 0) {
            return;
        }
        List<Growth> better = new ArrayList<>(looks);
        better.set(place, looks.get(place).better());

        // The look itself, before windows that were closed at another moment can tell the two apart.
        Explanation worse = judgeUpTo(looks, place).explanation();
        Explanation mended = judgeUpTo(better, place).explanation();

        assertThat(mended.general().logMass())
                .isLessThanOrEqualTo(worse.general().logMass() + 1e-3);
        if (worse.verdict() instanceof Verdict.Hold) {
            assertThat(mended.verdict()).isNotInstanceOf(Verdict.RollBack.class);
        }
    }

    @Property(tries = 60)
    void theOrderOfStrataInsideOneLookChangesNothing(@ForAll("looks") List<Growth> looks, @ForAll long seed) {
        GateMemory straight = Gate.begin(Fleet.START);
        GateMemory shuffled = straight;
        Random random = new Random(seed);
        long[][][] counters = new long[2][STRATA.length][6];
        for (int look = 0; look * STRATA.length < looks.size(); look++) {
            Evidence evidence = evidence(look, counters);
            Judgement first = Gate.judge(straight, Figures.usual(), evidence);
            Judgement second = Gate.judge(shuffled, Figures.usual(), shuffled(evidence, random));

            assertThat(second).isEqualTo(first);
            straight = first.memory();
            shuffled = second.memory();
            grow(counters, looks, look * STRATA.length);
        }
    }

    @Property(tries = 100)
    void withoutFinishedMailOfTheCanaryNothingIsPromoted(
            @ForAll("looks") List<Growth> looks, @ForAll @IntRange(max = 500) int pending) {
        GateMemory memory = Gate.begin(Fleet.START);
        long[][][] counters = new long[2][STRATA.length][6];
        for (int look = 0; look < looks.size(); look++) {
            Evidence evidence = evidence(look, counters);
            NodeCounters waiting = new NodeCounters(
                    "new",
                    "1",
                    evidence.time(),
                    List.of(new StratumCount(STRATA[0], HOPS[0], 0, 0, 0, 0, 0, 0, pending, List.of())));
            Judgement judgement = Gate.judge(
                    memory, Figures.usual(), new Evidence(evidence.time(), 0.1, List.of(waiting), evidence.baseline()));
            memory = judgement.memory();

            assertThat(judgement.verdict()).isInstanceOf(Verdict.NoEvidence.class);
            grow(counters, looks, look % looks.size());
        }
    }

    @Property(tries = 100)
    void staleCountersArePromotedNeither(
            @ForAll("looks") List<Growth> looks, @ForAll @IntRange(min = 31, max = 9999) int age) {
        GateMemory memory = Gate.begin(Fleet.START);
        long[][][] counters = new long[2][STRATA.length][6];
        for (int look = 0; look < looks.size(); look++) {
            Evidence evidence = evidence(look, counters);
            Judgement judgement = Gate.judge(
                    memory,
                    Figures.usual(),
                    new Evidence(evidence.time().plusSeconds(age), 0.1, evidence.canary(), evidence.baseline()));
            memory = judgement.memory();

            assertThat(judgement.verdict()).isInstanceOf(Verdict.NoEvidence.class);
            grow(counters, looks, look % looks.size());
        }
    }

    @Property(tries = 200)
    void countersThatContradictThemselvesOrGoBackwardsAreNeverUsed(
            @ForAll @IntRange(min = -3, max = 20) int good,
            @ForAll @IntRange(min = -3, max = 20) int bad,
            @ForAll @IntRange(min = -3, max = 20) int path,
            @ForAll @IntRange(min = -3, max = 20) int recipient) {
        GateMemory memory = Gate.begin(Fleet.START);
        memory = Gate.judge(memory, Figures.usual(), single(0, 10, 5, 2, 1)).memory();

        Judgement judgement = Gate.judge(memory, Figures.usual(), single(1, good, bad, path, recipient));

        boolean usable = good >= 10 && bad >= 5 && path >= 2 && path <= bad && recipient >= 1;
        assertThat(judgement.explanation().ignored().isEmpty()).isEqualTo(usable);
        if (!usable) {
            assertThat(judgement.verdict()).isInstanceOf(Verdict.NoEvidence.class);
            assertThat(judgement.memory().strata().get(0).shown()).isEqualTo(Comparison.NONE);
        }
    }

    @Property(tries = 100)
    void aNewEpochIsCountedFromZero(@ForAll @IntRange(max = 9) int good, @ForAll @IntRange(max = 4) int bad) {
        GateMemory memory = Gate.begin(Fleet.START);
        memory = Gate.judge(memory, Figures.usual(), single(0, 10, 5, 0, 0)).memory();
        Evidence again = single(1, good, bad, 0, 0);
        NodeCounters restarted =
                new NodeCounters("new", "2", again.time(), again.canary().get(0).strata());

        Judgement judgement = Gate.judge(
                memory, Figures.usual(), new Evidence(again.time(), 0.1, List.of(restarted), again.baseline()));

        assertThat(judgement.memory().strata().get(0).shown()).isEqualTo(new Comparison(good + bad, bad, 0, 0));
    }

    @Property(tries = 60)
    void aMemoryThatWasWrittenAndReadIsTheSame(@ForAll("looks") List<Growth> looks) {
        GateMemory memory = Gate.begin(Fleet.START);
        long[][][] counters = new long[2][STRATA.length][6];
        for (int look = 0; look * STRATA.length < looks.size(); look++) {
            memory = Gate.judge(memory, Figures.usual(), evidence(look, counters))
                    .memory();

            assertThat(GateMemory.of(memory.state(), memory.counters())).isEqualTo(memory);
            assertThat(GateMemory.of(memory.state(), "")).isEqualTo(memory.withoutCounters());
            grow(counters, looks, look * STRATA.length);
        }
    }

    private static Evidence single(int look, int good, int bad, int path, int recipient) {
        Instant now = Fleet.START.plus(LOOK.multipliedBy(look));
        StratumCount count = new StratumCount("s", "east", good, bad, path, recipient, 0, 0, 0, List.of());
        StratumCount old = new StratumCount("s", "east", 0, 0, 0, 0, 0, 0, 0, List.of());
        return new Evidence(
                now,
                0.1,
                List.of(new NodeCounters("new", "1", now, List.of(count))),
                List.of(new NodeCounters("old", "1", now, List.of(old))));
    }

    private static Judgement judgeUpTo(List<Growth> looks, int last) {
        GateMemory memory = Gate.begin(Fleet.START);
        long[][][] counters = new long[2][STRATA.length][6];
        memory = Gate.judge(memory, Figures.usual(), evidence(0, counters)).memory();
        Judgement judgement = null;
        for (int look = 0; look <= last; look++) {
            Growth growth = looks.get(look);
            add(counters, look % STRATA.length, growth);
            judgement = Gate.judge(memory, Figures.usual(), evidence(look + 1, counters));
            memory = judgement.memory();
        }
        return judgement;
    }

    private static void grow(long[][][] counters, List<Growth> looks, int from) {
        for (int stratum = 0; stratum < STRATA.length && from + stratum < looks.size(); stratum++) {
            add(counters, stratum, looks.get(from + stratum));
        }
    }

    private static void add(long[][][] counters, int stratum, Growth growth) {
        counters[0][stratum][0] += growth.canaryGood();
        counters[0][stratum][1] += growth.canaryBad();
        counters[0][stratum][2] += growth.canaryPath();
        counters[1][stratum][0] += growth.baselineGood();
        counters[1][stratum][1] += growth.baselineBad();
    }

    private static Evidence evidence(int look, long[][][] counters) {
        Instant now = Fleet.START.plus(LOOK.multipliedBy(look));
        List<NodeCounters> nodes = new ArrayList<>();
        for (int arm = 0; arm < 2; arm++) {
            List<StratumCount> strata = new ArrayList<>();
            for (int stratum = 0; stratum < STRATA.length; stratum++) {
                long[] count = counters[arm][stratum];
                strata.add(new StratumCount(
                        STRATA[stratum],
                        HOPS[stratum],
                        count[0],
                        count[1],
                        count[2],
                        count[3],
                        count[0],
                        count[1],
                        0,
                        List.of()));
            }
            nodes.add(new NodeCounters(arm == 0 ? "new" : "old", "1", now, strata));
        }
        return new Evidence(now, 0.1, List.of(nodes.get(0)), List.of(nodes.get(1)));
    }

    private static Evidence shuffled(Evidence evidence, Random random) {
        return new Evidence(
                evidence.time(),
                evidence.canaryShare(),
                shuffled(evidence.canary(), random),
                shuffled(evidence.baseline(), random));
    }

    private static List<NodeCounters> shuffled(List<NodeCounters> arm, Random random) {
        List<NodeCounters> nodes = new ArrayList<>();
        for (NodeCounters node : arm) {
            List<StratumCount> strata = new ArrayList<>(node.strata());
            Collections.shuffle(strata, random);
            nodes.add(new NodeCounters(node.node(), node.epoch(), node.takenTime(), strata));
        }
        return nodes;
    }
}
