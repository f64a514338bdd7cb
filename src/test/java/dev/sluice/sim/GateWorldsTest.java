package dev.sluice.sim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.gate.GateParameters;
import dev.sluice.sim.Found.Ending;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The table of operating characteristics in small: the same worlds, fewer runs, seeded. A bound on how often something
 * happens fails by chance once in a million.
 */
class GateWorldsTest {
    private static final double ONE_IN_A_MILLION = 1e-6;
    private static final GateParameters WATCHING = GateFigures.STANDARD.watching(0.05);
    private static final Ailment CLOSED = new Ailment.Failures(1, Ailment.EVERY_HOP, true);

    @Test
    void aClosedPathIsFoundWithinThreeMessages() {
        assertThat(medianMessages(ill(CLOSED), 41)).isLessThanOrEqualTo(4);
    }

    @Test
    void oneDeadNextHopOfFiveIsFound() {
        assertThat(medianMessages(ill(new Ailment.Failures(1, 2, true)), 41)).isLessThanOrEqualTo(24);
    }

    @Test
    void totalFailureIsFoundByTheGeneralEndpointAlone() {
        assertThat(medianMessages(ill(new Ailment.Failures(1, Ailment.EVERY_HOP, false)), 41))
                .isLessThanOrEqualTo(16);
    }

    @Test
    void fivePointsMoreFailuresAreFound() {
        assertThat(medianMessages(ill(new Ailment.Failures(0.05, Ailment.EVERY_HOP, false)), 21))
                .isLessThanOrEqualTo(330);
    }

    @Test
    void aBlackHoleIsFoundThoughNothingEverFails() {
        assertThat(medianMessages(ill(new Ailment.Silence()), 21)).isLessThanOrEqualTo(58);
    }

    @Test
    void deliveriesThatTakeLongerAndLongerAreFound() {
        assertThat(medianMessages(ill(new Ailment.Delays(0.2)), 21)).isLessThanOrEqualTo(200);
    }

    @Test
    void recipientsFaultsThatOneNodeAloneHasAreItsOwn() {
        assertThat(medianMessages(ill(new Ailment.RecipientFaults(0.2)), 21)).isLessThanOrEqualTo(100);
    }

    @Test
    void whatTurnsBadAfterGoodHoursIsFoundNearlyAsFast() {
        Scenario late = ill(CLOSED).after(Duration.ofHours(3));

        assertThat(medianMessages(late, 9)).isLessThanOrEqualTo(12);
    }

    @Test
    void healthyCanariesAreSeldomRolledBackWhateverTheWorldDoes() {
        List<World> worlds = List.of(
                World.flat(),
                World.clean().withOutages(40),
                World.real().withOutages(40),
                World.real().withOutages(40).withDestinationLeaning(0.5));
        int runs = 12;
        int wrong = 0;
        for (World world : worlds) {
            for (double share : new double[] {0.05, 0}) {
                Scenario hours = Scenario.healthyDay(world, share, WATCHING).lasting(Duration.ofHours(5));
                wrong += count(hours, runs, Ending.ROLLED_BACK);
            }
        }

        assertThat(wrong).isLessThanOrEqualTo(mostOf(2 * runs * worlds.size(), 0.01));
    }

    @Test
    void aCanaryThatIsWorseByTheMarginIsSeldomPromoted() {
        World clustered = World.clean().withBulk(0.3, 3);
        for (World world : List.of(World.clean(), clustered, clustered.withSenderLeaning(0.5))) {
            int runs = 25;
            Scenario worse = promoting(world, new Ailment.Failures(0.01, Ailment.EVERY_HOP, false))
                    .lookedAtEvery(Duration.ofSeconds(10))
                    .lasting(Duration.ofHours(2));

            assertThat(count(worse, runs, Ending.PROMOTED)).isLessThanOrEqualTo(mostOf(runs, 0.05));
        }
    }

    @Test
    void aHealthyCanaryIsPromoted() {
        Scenario healthy = promoting(World.real(), new Ailment.None()).lasting(Duration.ofHours(6));

        assertThat(count(healthy, 15, Ending.PROMOTED)).isEqualTo(15);
    }

    @Test
    void oneBadNodeOfFiveIsNamedAndFiveOfFiveAreTheRevisions() {
        int runs = 20;
        long right = IntStream.range(0, runs)
                .filter(run -> BatchRun.play(WATCHING, CLOSED, false, run) == BatchRun.Ending.RIGHT_NODE)
                .count();
        long revision = IntStream.range(0, runs)
                .filter(run -> BatchRun.play(WATCHING, CLOSED, true, run) == BatchRun.Ending.REVISION)
                .count();

        assertThat(runs - right).isLessThanOrEqualTo(mostOf(runs, 0.01));
        assertThat(runs - revision).isLessThanOrEqualTo(mostOf(runs, 0.01));
    }

    @Test
    void otherRulesRollHealthyCanariesBack() {
        Scenario day = Scenario.healthyDay(World.clean(), 0.05, WATCHING);

        Found found = new Run(day, 1).judgedBy(new Rival.FailedChecks(0.95, 5));

        assertThat(found.ending()).isEqualTo(Ending.ROLLED_BACK);
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        Scenario scenario = ill(new Ailment.Failures(0.1, Ailment.EVERY_HOP, false));

        assertThat(new Run(scenario, 5).judgedByGate()).isEqualTo(new Run(scenario, 5).judgedByGate());
        assertThat(new Run(scenario, 5).judgedByGate()).isNotEqualTo(new Run(scenario, 6).judgedByGate());
    }

    @Test
    void theUpperLimitIsThatOfClopperAndPearson() {
        assertThat(GateTable.upperLimit(0, 598)).isLessThan(0.005);
        assertThat(GateTable.upperLimit(0, 597)).isGreaterThan(0.005);
        assertThat(GateTable.upperLimit(3, 3)).isEqualTo(1);
    }

    private static Scenario ill(Ailment ailment) {
        return Scenario.ill(World.clean(), 0.05, ailment, WATCHING);
    }

    private static Scenario promoting(World world, Ailment ailment) {
        GateParameters parameters = ailment instanceof Ailment.None
                ? GateFigures.STANDARD.promoting(0.01)
                : GateFigures.STANDARD.promotingAlone(0.01);
        return Scenario.ill(world, 0.25, ailment, parameters)
                .lookedAtEvery(Duration.ofSeconds(5))
                .withSenders();
    }

    private static int count(Scenario scenario, int runs, Ending ending) {
        return (int) IntStream.range(0, runs)
                .filter(run -> new Run(scenario, run).judgedByGate().is(ending))
                .count();
    }

    private static long medianMessages(Scenario scenario, int runs) {
        long[] messages = IntStream.range(0, runs)
                .mapToObj(run -> new Run(scenario, run).judgedByGate())
                .mapToLong(found -> found.is(Ending.ROLLED_BACK) ? found.messages() : Long.MAX_VALUE)
                .toArray();
        Arrays.sort(messages);
        return messages[runs / 2];
    }

    /** The most successes that are not yet beyond chance of one in a million. */
    private static int mostOf(int trials, double chance) {
        double term = Math.pow(1 - chance, trials);
        double reached = term;
        int successes = 0;
        while (1 - reached > ONE_IN_A_MILLION) {
            term *= (trials - successes) * chance / ((successes + 1) * (1 - chance));
            reached += term;
            successes++;
        }
        return successes;
    }
}
