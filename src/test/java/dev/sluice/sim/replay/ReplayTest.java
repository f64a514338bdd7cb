package dev.sluice.sim.replay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.api.RolloutPolicySpec;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.api.RolloutPolicySpec.Step;
import dev.sluice.sim.replay.RecordedOutcome.Fate;
import dev.sluice.sim.replay.RecordedOutcome.First;
import dev.sluice.sim.replay.ReplayReport.Answer;
import dev.sluice.sim.replay.ReplayReport.NodeRemoval;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration LOOK = Duration.ofSeconds(5);
    private static final long START = Instant.parse("2022-12-01T09:00:00Z").toEpochMilli();

    @TempDir
    private Path directory;

    private static ReplayReport replay(Recording recording, Duration look) {
        return Replay.of(recording, RolloutPolicySpec.STANDARD, look).report(0, 1);
    }

    /** A made-up day on which each message is one of a sender's own. */
    private static final class Day {
        private final List<RecordedOutcome> outcomes = new ArrayList<>();

        private Day message(String node, String sender, long second, First first, long afterMillis) {
            long arrival = START + second * 1000;
            boolean told = first != First.NONE;
            outcomes.add(new RecordedOutcome(
                    node,
                    node + "-" + outcomes.size(),
                    sender,
                    "customer.example",
                    "transport",
                    "transport",
                    arrival,
                    first,
                    told ? arrival + afterMillis : RecordedOutcome.NEVER,
                    first == First.DELIVERED ? Fate.DELIVERED : Fate.OPEN,
                    first == First.DELIVERED ? arrival + afterMillis : RecordedOutcome.NEVER));
            return this;
        }

        private Day message(String node, long second, First first) {
            return message(node, "sender-" + outcomes.size() + ".example", second, first, 300);
        }

        private Recording recorded(String... canary) {
            long end = outcomes.stream()
                            .mapToLong(RecordedOutcome::arrivalMillis)
                            .max()
                            .orElseThrow()
                    + 1000;
            return new Recording("a day", ZoneOffset.UTC, outcomes, Set.of(canary), end, ReadingNotes.NONE);
        }
    }

    @Test
    void theCanaryOfTheRealLogIsRolledBackAfterAHandfulOfMessages() {
        Recording recording = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");

        ReplayReport report = replay(recording, LOOK);

        assertThat(report.answer()).isEqualTo(Answer.ROLLED_BACK);
        assertThat(report.begin()).isEqualTo("2026-11-25T07:14:20Z");
        assertThat(report.decision().time()).isEqualTo("2026-11-25T07:14:35Z");
        assertThat(report.decision().messages()).isEqualTo(6);
        assertThat(report.decision().units()).isEqualTo(5);
        assertThat(report.decision().why())
                .startsWith("192.0.2.21: 5 of 5 first attempts failed on the way to the next hop on the canary,"
                        + " 0 of 21 on the baseline; evidence ");
        assertThat(report.asItWas())
                .isEqualTo(new Impact(40, 41, 41, 20, 21, 0, report.asItWas().longestSeconds()));
        assertThat(report.asItWas().longestSeconds()).isBetween(240.0, 360.0);
        assertThat(report.withPolicy().orElseThrow().notInTime()).isEqualTo(6);
        assertThat(report.withPolicy().orElseThrow().lost()).isZero();
        assertThat(report.elsewhere().orElseThrow().recipients()).isEqualTo(35);
    }

    @Test
    void aHealthyNodeOfTheRealLogIsLeftInPeace() {
        Path log = RecordedLogs.incident(directory);
        Recording both = RecordedLogs.read(List.of(log), "filter-2");
        Recording healthy = new Recording(
                both.source(),
                both.zone(),
                both.outcomes().stream()
                        .filter(outcome -> !outcome.node().equals("filter-3"))
                        .toList(),
                both.canary(),
                both.endMillis(),
                both.notes());

        ReplayReport report = replay(healthy, LOOK);

        assertThat(report.answer()).isEqualTo(Answer.HELD);
        assertThat(report.removals()).isEmpty();
        assertThat(report.withPolicy()).isEmpty();
        assertThat(report.decision().why()).contains("missing for a promotion");
    }

    @Test
    void theIncidentIsOverAfterAHandfulOfMessages() {
        Recording incident = IncidentDay.recording(1);

        ReplayReport report = replay(incident, SECOND);

        assertThat(report.answer()).isEqualTo(Answer.ROLLED_BACK);
        assertThat(report.decision().messages()).isBetween(3L, 8L);
        assertThat(report.asItWas().lost()).isBetween(53_000L, 55_500L);
        assertThat(report.asItWas().longestSeconds())
                .isEqualTo((double) Duration.ofHours(12).toSeconds());
        assertThat(report.withPolicy().orElseThrow().lost()).isZero();
        assertThat(report.nodes().stream()
                        .filter(ReplayReport.NodeLine::canary)
                        .mapToDouble(ReplayReport.NodeLine::share)
                        .sum())
                .isBetween(0.108, 0.112);
    }

    @Test
    void aHealthyDayIsPromotedStepByStep() {
        Day day = new Day();
        SplittableRandom chance = new SplittableRandom(3);
        for (long second = 0; second < 3 * 3600; second++) {
            day.message("new", second, chance.nextDouble() < 0.01 ? First.FAILED : First.DELIVERED);
            day.message("old", second, chance.nextDouble() < 0.01 ? First.FAILED : First.DELIVERED);
            day.message("old", second, chance.nextDouble() < 0.01 ? First.FAILED : First.DELIVERED);
        }

        ReplayReport report = replay(day.recorded("new"), LOOK);

        assertThat(report.answer()).isEqualTo(Answer.PROMOTED);
        assertThat(report.removals()).isEmpty();
        assertThat(report.steps())
                .extracting(ReplayReport.StepPassed::weightPercent)
                .containsExactly(5, 25, 50, 100);
        assertThat(report.steps()).extracting(ReplayReport.StepPassed::time).isSorted();
    }

    @Test
    void mailThatIsSwallowedIsAFailureOnceItIsOverdue() {
        Day day = new Day();
        for (long second = 0; second < 1200; second++) {
            day.message("old", second, First.DELIVERED).message("old", second, First.DELIVERED);
            if (second >= 300 && second % 10 == 0) {
                day.message("new", second, First.NONE);
            }
        }

        ReplayReport report = replay(day.recorded("new"), LOOK);

        assertThat(report.answer()).isEqualTo(Answer.ROLLED_BACK);
        assertThat(report.decision().seconds()).isBetween(62.0, 300.0);
    }

    @Test
    void oneBadNodeOfThreeIsTakenOutAloneAndTheOthersStay() {
        Day day = new Day();
        for (long second = 0; second < 1800; second++) {
            for (int each = 0; each < 6; each++) {
                day.message("old", second, First.DELIVERED);
            }
            day.message("new-" + second % 3, second, second % 3 == 1 ? First.PATH_FAILED : First.DELIVERED);
        }

        ReplayReport report = replay(day.recorded("new-0", "new-1", "new-2"), LOOK);

        assertThat(report.answer()).isEqualTo(Answer.NODES_TAKEN_OUT);
        assertThat(report.removals()).extracting(NodeRemoval::node).containsExactly("new-1");
        assertThat(report.decision().seconds()).isLessThan(120);
    }

    @Test
    void anOutageThatAllNodesMeetIsNobodysFault() {
        Day day = new Day();
        for (long second = 0; second < 3600; second++) {
            boolean outage = second > 1200 && second < 1800;
            First first = outage ? First.FAILED : First.DELIVERED;
            day.message("old", second, first).message("old", second, first).message("new", second, first);
        }

        assertThat(replay(day.recorded("new"), LOOK).removals()).isEmpty();
    }

    @Test
    void aBulkSenderWithoutSuccessIsOneUnitOnEachNode() {
        Day day = new Day();
        for (long second = 0; second < 600; second++) {
            day.message("old", second, First.DELIVERED).message("old", second, First.DELIVERED);
            if (second % 5 == 0) {
                day.message("new", second, First.DELIVERED);
            }
        }
        for (int each = 0; each < 50; each++) {
            day.message("new", "bulk.example", 360 + each, First.FAILED, 300);
        }

        ReplayReport report = replay(day.recorded("new"), LOOK);

        assertThat(report.removals()).isEmpty();
        assertThat(report.decision().units()).isEqualTo(121);
    }

    @Test
    void resamplingTheRealLogErrsNeverAndFindsItAlways() {
        Recording recording = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");
        Replay replay = Replay.of(recording, RolloutPolicySpec.STANDARD, LOOK);

        ReplayReport.Chances chances = replay.report(60, 7).resampling().orElseThrow();

        // Of a share of 1 %, more than 6 of 60 have a chance below 1e-6; of 90 %, fewer than 38 of 60.
        assertThat(chances.byMistake().events()).isLessThanOrEqualTo(6);
        assertThat(chances.again().events()).isGreaterThanOrEqualTo(38);
        assertThat(chances.medianUnits().orElseThrow()).isBetween(3L, 12L);
    }

    @Test
    void resamplingAHealthyDayErrsNoMoreOftenThanThePolicyAllows() {
        Day day = new Day();
        SplittableRandom chance = new SplittableRandom(5);
        for (long second = 0; second < 3600; second++) {
            for (String node : List.of("old-1", "old-2", "new")) {
                if (chance.nextDouble() < 0.3) {
                    // Bulk mail: forty messages of one sender that all go the same way.
                    String sender = "bulk-" + second / 40 + ".example";
                    First first = second / 40 % 4 == 0 ? First.FAILED : First.DELIVERED;
                    day.message(node, sender, second, first, 400);
                } else if (chance.nextDouble() < 0.5) {
                    day.message(node, second, chance.nextDouble() < 0.03 ? First.FAILED : First.DELIVERED);
                }
            }
        }

        ReplayReport.Chances chances = Replay.of(day.recorded("new"), RolloutPolicySpec.STANDARD, LOOK)
                .report(60, 7)
                .resampling()
                .orElseThrow();

        assertThat(chances.byMistake().events()).isLessThanOrEqualTo(6);
        assertThat(chances.again().events()).isLessThanOrEqualTo(6);
    }

    @Test
    void theSameSeedGivesTheSameReportAndDrawing() {
        Path log = RecordedLogs.incident(directory);
        Recording recording = RecordedLogs.read(List.of(log), "filter-3");
        Replay once = Replay.of(recording, RolloutPolicySpec.STANDARD, LOOK);
        Replay again = Replay.of(RecordedLogs.read(List.of(log), "filter-3"), RolloutPolicySpec.STANDARD, LOOK);

        assertThat(again.report(10, 4)).isEqualTo(once.report(10, 4));
        assertThat(ReplayPlot.of(again.figure())).isEqualTo(ReplayPlot.of(once.figure()));
    }

    @Test
    void dealingTheDayAnewKeepsTheShareAndTheSendersTogether() {
        Day day = new Day();
        for (long second = 0; second < 3600; second++) {
            String sender = "sender-" + second % 400 + ".example";
            day.message(second % 9 == 0 ? "new" : "old", sender, second, First.DELIVERED, 300);
        }
        Timeline timeline = new Timeline(day.recorded("new"), 60_000, 5_000);
        Resampling resampling = new Resampling(timeline, new TrialPolicy(RolloutPolicySpec.STANDARD));

        Allotment dealt = resampling.exchanged(new SplittableRandom(1));

        Map<Integer, Set<Boolean>> arms = new HashMap<>();
        int canary = 0;
        int stayed = 0;
        for (int outcome = 0; outcome < timeline.node.length; outcome++) {
            boolean onCanary = dealt.node(outcome) < timeline.canaryNodes;
            canary += onCanary ? 1 : 0;
            stayed += onCanary && timeline.node[outcome] < timeline.canaryNodes ? 1 : 0;
            arms.computeIfAbsent(timeline.block[outcome], unused -> new HashSet<>())
                    .add(onCanary);
        }
        assertThat(arms.values()).allSatisfy(arm -> assertThat(arm).hasSize(1));
        // Binomial with 3,600 draws of a ninth: five standard deviations are 94.
        assertThat(canary).isBetween(400 - 94, 400 + 94);
        // A ninth of the canary's 400 would stay by chance: 44, give or take five standard deviations of 6.3.
        assertThat(stayed).isBetween(44 - 32, 44 + 32);
    }

    @Test
    void wordsComeFirst() {
        Recording recording = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");

        List<String> lines = ReplayText.of(
                        Replay.of(recording, RolloutPolicySpec.STANDARD, LOOK).report(5, 1))
                .lines()
                .toList();

        assertThat(lines.get(0))
                .isEqualTo(
                        "Yes: the policy would have rolled the canary back at 2026-11-25T07:14:35Z, 15 s after its first"
                                + " mail, after 6 messages (5 units) on it.");
        assertThat(lines.get(1)).startsWith("Why: 192.0.2.21: 5 of 5 first attempts failed");
        assertThat(lines.get(2)).startsWith("By mistake: a canary like the others would have been taken out in ");
        assertThat(lines).anyMatch(line -> line.matches("not delivered within 60 s +41 +6"));
    }

    @Test
    void aPolicyThatSaysNothingIsRefused() {
        Recording recording = RecordedLogs.read(List.of(RecordedLogs.incident(directory)), "filter-3");
        RolloutPolicySpec none = new RolloutPolicySpec(List.of(), null, null, 0, 0, null, null);
        RolloutPolicySpec nonsense = new RolloutPolicySpec(
                List.of(new Step(5, 100, 0, "0.02")),
                new GateSettings("0.7", null, null, null, 0, 0, 0, null),
                null,
                0,
                0,
                null,
                null);

        assertThatThrownBy(() -> Replay.of(recording, none, LOOK))
                .isInstanceOf(UnusableRecording.class)
                .hasMessageStartingWith("the policy has no step; write at least one under spec.steps");
        assertThatThrownBy(() -> Replay.of(recording, nonsense, LOOK))
                .isInstanceOf(UnusableRecording.class)
                .hasMessageContaining("alpha is 0.7: write a chance above 0 and below 0.5");
    }
}
