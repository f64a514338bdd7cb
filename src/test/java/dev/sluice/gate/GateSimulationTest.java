package dev.sluice.gate;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Many days of random mail, seeded; a bound fails by chance once in a million. */
class GateSimulationTest {
    private static final Duration TICK = Duration.ofSeconds(5);
    private static final double PER_TICK = 1000 / 12.0;
    private static final String[] HOPS = {"h1", "h2", "h3", "h4", "h5"};
    private static final double[] RATES = {0.001, 0.005, 0.01, 0.03, 0.09};

    private record Found(boolean rolledBack, boolean promoted, long canaryRecipients) {}

    /** Until the verdict is neither Hold nor NoEvidence, or the ticks are over. */
    private static Found watch(Mailing mailing, Fleet fleet, GateMemory begin, GateParameters figures, int ticks) {
        GateMemory memory = begin;
        long recipients = 0;
        for (int tick = 0; tick < ticks; tick++) {
            recipients += mailing.flow(fleet);
            Judgement judgement = Gate.judge(memory, figures, fleet.evidence());
            memory = judgement.memory();
            if (judgement.verdict() instanceof Verdict.RollBack) {
                return new Found(true, false, recipients);
            }
            if (judgement.verdict() instanceof Verdict.Promote) {
                return new Found(false, true, recipients);
            }
        }
        return new Found(false, false, recipients);
    }

    private static Found watch(Mailing mailing, GateParameters figures, int ticks) {
        Fleet fleet = mailing.fleet();
        GateMemory memory =
                Gate.judge(Gate.begin(Fleet.START), figures, fleet.evidence()).memory();
        return watch(mailing, fleet, memory, figures, ticks);
    }

    /** Nothing is ever promoted with these, so that a whole day is watched. */
    private static GateParameters watchingOnly() {
        return new GateParameters(0.01, 0.05, 0.05, 1.25, Long.MAX_VALUE / 2, 60, 86_400, 60, 120, 0.05);
    }

    @Test
    void healthyCanariesAreAlmostNeverRolledBackWithinADay() {
        int days = 300;
        int rolledBack = 0;
        for (int day = 0; day < days; day++) {
            Mailing mailing = new Mailing(1000 + day, Duration.ofMinutes(2), 200, 0.05, "h1", "h2").failing(0.01, 0.1);
            if (watch(mailing, watchingOnly(), 720).rolledBack()) {
                rolledBack++;
            }
        }

        assertThat(rolledBack).isLessThanOrEqualTo(Figures.bound(days, 0.01));
    }

    @Test
    void sharedPathFailuresDoNotRollHealthyCanariesBack() {
        int days = 100;
        int rolledBack = 0;
        for (int day = 0; day < days; day++) {
            Mailing mailing = new Mailing(5000 + day, TICK, 60, 0.1, "h1", "h2");
            Fleet fleet = mailing.fleet();
            GateMemory memory = Gate.begin(Fleet.START);
            for (int tick = 0; tick < 1500; tick++) {
                mailing.sharedPathFailures(tick % 200 < 40 ? 0.3 : 0.001);
                mailing.flow(fleet);
                Judgement judgement = Gate.judge(memory, watchingOnly(), fleet.evidence());
                memory = judgement.memory();
                if (judgement.verdict() instanceof Verdict.RollBack) {
                    rolledBack++;
                    break;
                }
            }
        }

        assertThat(rolledBack).isLessThanOrEqualTo(Figures.bound(days, 0.01));
    }

    @Test
    void totalFailureIsFoundWithinAFewRecipients() {
        long[] ordinary = new long[100];
        long[] onThePath = new long[100];
        for (int run = 0; run < 100; run++) {
            Found found = watch(mail(run).canaryFailing(1, 1, 1, 1, 1), Figures.usual(), 720);
            assertThat(found.rolledBack()).isTrue();
            ordinary[run] = found.canaryRecipients();
            found = watch(mail(run).canaryFailingOnThePath(1, 1, 1, 1, 1), Figures.usual(), 720);
            assertThat(found.rolledBack()).isTrue();
            onThePath[run] = found.canaryRecipients();
        }

        assertThat(median(ordinary)).isLessThanOrEqualTo(16);
        assertThat(median(onThePath)).as("one tick brings four").isLessThanOrEqualTo(5);
    }

    @Test
    void oneDeadNextHopOfFiveIsFound() {
        long[] ordinary = new long[100];
        long[] onThePath = new long[100];
        for (int run = 0; run < 100; run++) {
            Found found = watch(mail(run).canaryFailing(0.001, 0.005, 1, 0.03, 0.09), Figures.usual(), 720);
            assertThat(found.rolledBack()).isTrue();
            ordinary[run] = found.canaryRecipients();
            found = watch(mail(run).canaryFailingOnThePath(0, 0, 1, 0, 0), Figures.usual(), 720);
            assertThat(found.rolledBack()).isTrue();
            onThePath[run] = found.canaryRecipients();
        }

        assertThat(median(ordinary)).isLessThanOrEqualTo(60);
        assertThat(median(onThePath)).isLessThanOrEqualTo(18);
    }

    @Test
    void aCanaryThatIsFivePointsWorseIsFound() {
        long[] recipients = new long[60];
        for (int run = 0; run < recipients.length; run++) {
            Mailing mailing = mail(run).canaryFailing(0.051, 0.055, 0.06, 0.08, 0.14);
            Found found = watch(mailing, watchingOnly(), 4000);
            assertThat(found.rolledBack()).isTrue();
            recipients[run] = found.canaryRecipients();
        }

        assertThat(median(recipients)).isLessThanOrEqualTo(300);
    }

    @Test
    void aFailureAfterEightGoodHoursIsFoundNearlyAsFast() {
        long[] ordinary = new long[10];
        long[] onThePath = new long[10];
        for (int run = 0; run < ordinary.length; run++) {
            Mailing mailing = mail(run);
            Fleet fleet = mailing.fleet();
            GateMemory memory = Gate.begin(Fleet.START);
            for (int tick = 0; tick < 8 * 720; tick++) {
                Judgement judgement = Gate.judge(memory, watchingOnly(), fleet.evidence());
                assertThat(judgement.verdict()).isNotInstanceOf(Verdict.RollBack.class);
                memory = judgement.memory();
                mailing.flow(fleet);
            }
            ordinary[run] = watch(mailing.canaryFailing(1, 1, 1, 1, 1), fleet, memory, watchingOnly(), 720)
                    .canaryRecipients();
            mailing = mail(run + 100).canaryFailingOnThePath(1, 1, 1, 1, 1);
            onThePath[run] = watch(mailing, fleet, memory, watchingOnly(), 720).canaryRecipients();
        }

        assertThat(median(ordinary)).isLessThanOrEqualTo(35);
        assertThat(median(onThePath)).isLessThanOrEqualTo(6);
    }

    @Test
    void healthyCanariesArePromoted() {
        int promoted = 0;
        for (int run = 0; run < 60; run++) {
            Mailing mailing = new Mailing(run, TICK, PER_TICK, 0.25, HOPS).failing(RATES);
            if (watch(mailing, Figures.withDelta(0.05), 360).promoted()) {
                promoted++;
            }
        }

        assertThat(promoted).isGreaterThanOrEqualTo(59);
    }

    @Test
    void aCanaryThatIsWorseByExactlyTheMarginIsRarelyPromoted() {
        int days = 250;
        int promoted = 0;
        for (int day = 0; day < days; day++) {
            double delta = 0.02;
            double[] worse = Arrays.stream(RATES).map(rate -> rate + delta).toArray();
            Mailing mailing = new Mailing(20_000 + day, TICK, PER_TICK, 0.25, HOPS)
                    .failing(RATES)
                    .canaryFailing(worse);
            // The rollback test is all but switched off, so that the promotion test stands alone.
            GateParameters alone = new GateParameters(1e-9, 0.05, delta, 1000, 50, 60, 86_400, 60, 30, 0.05);
            if (watch(mailing, alone, 480).promoted()) {
                promoted++;
            }
        }

        assertThat(promoted).isLessThanOrEqualTo(Figures.bound(days, 0.05));
    }

    private static Mailing mail(long seed) {
        return new Mailing(seed, TICK, PER_TICK, 0.05, HOPS).failing(RATES);
    }

    private static long median(long[] values) {
        long[] sorted = values.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }
}
