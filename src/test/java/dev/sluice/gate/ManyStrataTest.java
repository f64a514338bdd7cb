package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** More strata and next hops than are remembered one by one. */
class ManyStrataTest {
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final int HOPS = 70;

    private GateMemory memory = Gate.begin(Fleet.START);

    private static String[] hops() {
        String[] hops = new String[HOPS];
        for (int hop = 0; hop < HOPS; hop++) {
            hops[hop] = "hop-%02d".formatted(hop);
        }
        return hops;
    }

    private Verdict judge(Fleet fleet) {
        Judgement judgement = Gate.judge(memory, Figures.usual(), fleet.evidence());
        memory = judgement.memory();
        return judgement.verdict();
    }

    private Verdict failuresAt(String hop, int ticks) {
        Fleet fleet = new Fleet(0.1, List.of("new"), List.of("old"), hops());
        judge(fleet);
        Verdict verdict = null;
        for (int tick = 0; tick < ticks && !(verdict instanceof Verdict.RollBack); tick++) {
            for (String each : hops()) {
                fleet.delivers("old", each, 9);
                if (each.equals(hop)) {
                    fleet.fails("new", each, 1);
                } else {
                    fleet.delivers("new", each, 1);
                }
            }
            fleet.passes(TICK);
            verdict = judge(fleet);
        }
        return verdict;
    }

    @Test
    void aFailureBeyondTheRememberedOnesIsFound() {
        assertThat(failuresAt("hop-69", 40)).isInstanceOf(Verdict.RollBack.class);
        assertThat(memory.strata()).hasSize(GateMemory.MOST_STRATA + 1);
        assertThat(memory.general().scopes()).hasSizeLessThanOrEqualTo(GateMemory.MOST_HOPS + 1);
    }

    @Test
    void anOutageOfBothArmsBeyondTheRememberedOnesRollsNothingBack() {
        Fleet fleet = new Fleet(0.1, List.of("new"), List.of("old"), hops());
        judge(fleet);
        for (int tick = 0; tick < 200; tick++) {
            // The canary gets more of the bad destination's mail; its odds there are the baseline's.
            fleet.fails("new", "hop-69", 5).fails("old", "hop-69", 5);
            fleet.delivers("new", "hop-68", 1).delivers("old", "hop-68", 9).passes(TICK);

            assertThat(judge(fleet)).isNotInstanceOf(Verdict.RollBack.class);
        }
    }

    @Test
    void aWorseCanaryThatGetsTheBetterOfTheFoldedStrataIsNotPromoted() {
        // hop-68 never fails on the baseline, hop-69 every second time; the canary fails at hop-68, and gets nothing
        // else.
        assertThat(promotedOfFolded(true)).isFalse();
        assertThat(memory.mix().isBeyondChance()).isTrue();
    }

    @Test
    void aGoodCanaryWithItsPartOfTheFoldedStrataIsPromoted() {
        assertThat(promotedOfFolded(false)).isTrue();
    }

    private boolean promotedOfFolded(boolean worseAndLeaning) {
        GateParameters promotionAlone = new GateParameters(1e-9, 0.05, 0.05, 1000, 50, 60, 86_400, 60, 30, 0.05);
        Fleet fleet = new Fleet(0.25, List.of("new"), List.of("old"), hops());
        memory = Gate.judge(memory, promotionAlone, fleet.evidence()).memory();
        boolean promoted = false;
        for (int tick = 0; tick < 400 && !promoted; tick++) {
            fleet.delivers("old", "hop-68", 6).finish("old", "hop-69", 3, 3, 0);
            if (worseAndLeaning) {
                fleet.finish("new", "hop-68", tick % 10 == 0 ? 3 : 4, tick % 10 == 0 ? 1 : 0, 0);
            } else {
                fleet.delivers("new", "hop-68", 2).finish("new", "hop-69", 1, 1, 0);
            }
            fleet.passes(TICK);
            Judgement judgement = Gate.judge(memory, promotionAlone, fleet.evidence());
            memory = judgement.memory();
            promoted = judgement.verdict() instanceof Verdict.Promote;
        }
        return promoted;
    }

    @Test
    void theStateStaysSmallAndIsReadBackWhole() {
        failuresAt("none", 60);

        assertThat(memory.state().length()).isLessThanOrEqualTo(4096);
        assertThat(GateMemory.of(memory.state(), memory.counters())).isEqualTo(memory);
    }

    @Test
    void aServingNodeHasAsManyLanesAsItsShareIsLargerThanTheCanarys() {
        assertThat(Lanes.of(0.19, 0.05)).isEqualTo(4);
        assertThat(Lanes.of(0.19, 0)).isEqualTo(1);
        assertThat(Lanes.of(0.1, 0.5)).isEqualTo(1);
        assertThat(Lanes.of(0.99, 0.001)).isEqualTo(100);
    }

    @Test
    void tooLittleMailIsSaidWithWhatIsMissing() {
        Fleet fleet = new Fleet(0.1, List.of("new"), List.of("old"), "east");
        judge(fleet);
        Judgement judgement = null;
        for (int minute = 0; minute < 60; minute++) {
            fleet.delivers("new", "east", minute % 2).delivers("old", "east", 5).passes(Duration.ofMinutes(1));
            judgement = Gate.judge(memory, Figures.usual(), fleet.evidence());
            memory = judgement.memory();
        }

        assertThat(judgement.explanation().insufficientTraffic()).isPresent();
        assertThat(judgement.explanation().sentence())
                .contains("insufficient traffic: ")
                .contains(" at today's traffic");
    }
}
