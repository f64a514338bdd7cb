package dev.sluice.gate;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The numbers behind a verdict.
 *
 * @param verdict the verdict
 * @param deciding the strongest finding of the rollback test
 * @param general the rollback test on all failures, at its strongest scope
 * @param path the rollback test on path failures alone, at its strongest scope
 * @param recipients the test whether the recipients' own faults are as frequent on both arms
 * @param promotion how far the promotion test is
 * @param insufficientTraffic present while the canary gets so little mail that hardly anything but a total failure can be
 *     seen within an hour
 * @param missing what is missing for a promotion, each in plain words; empty with {@link Verdict.Promote}
 * @param ignored nodes whose counters were not used, each with the reason
 */
public record Explanation(
        Verdict verdict,
        RollbackFinding deciding,
        RollbackFinding general,
        RollbackFinding path,
        RollbackFinding recipients,
        PromotionFinding promotion,
        Optional<InsufficientTraffic> insufficientTraffic,
        List<String> missing,
        List<String> ignored) {
    public Explanation {
        missing = List.copyOf(missing);
        ignored = List.copyOf(ignored);
    }

    /** What counts as a failure in a rollback test. */
    public enum Endpoint {
        /** Every failure but the recipient's fault. */
        ALL_FAILURES,
        /** Failures that practically never happen on a healthy node. */
        PATH_FAILURES,
        /** The recipients' own faults, more or fewer than on the baseline. */
        RECIPIENT_FAULTS
    }

    /**
     * Too little mail to judge by.
     *
     * @param unitsPerHour how many units the canary finishes in an hour at today's traffic
     * @param unitsToGo about how many more a promotion of a healthy canary takes
     * @param secondsToGo how long that is at today's traffic
     */
    public record InsufficientTraffic(double unitsPerHour, long unitsToGo, long secondsToGo) {}

    /**
     * One rollback test.
     *
     * @param endpoint what it counts as a failure
     * @param scope the scope with the most evidence: {@code *} for all strata or a next hop's name
     * @param total the counts of the scope since the evidence was last neutral
     * @param strata the same by stratum
     * @param logMass natural logarithm of the test's mass over all scopes
     * @param logLimit natural logarithm of the limit that means rollback
     */
    public record RollbackFinding(
            Endpoint endpoint,
            String scope,
            Comparison total,
            List<StratumComparison> strata,
            double logMass,
            double logLimit) {
        public RollbackFinding {
            strata = List.copyOf(strata);
        }

        /** How far the evidence is below the limit; 0 or less when it has reached it. */
        double distance() {
            return logLimit - logMass;
        }

        /** Whether the mass has reached the limit. */
        public boolean reached() {
            return logMass >= logLimit;
        }
    }

    /**
     * The counts of one stratum.
     *
     * @param stratum its name
     * @param nextHop its next hop
     * @param counts both arms
     */
    public record StratumComparison(String stratum, String nextHop, Comparison counts) {}

    /**
     * The promotion test.
     *
     * @param logEvidence natural logarithm of the evidence that the canary is not worse by the step's margin
     * @param logLimit natural logarithm of what is needed
     * @param finished units that arrived at the canary in this step and are older than the objective
     * @param leastFinished how many are needed
     * @param seconds how long the step has lasted
     * @param leastSeconds how long it must last
     * @param hopsWithoutEvidence next hops with at least 5 % of the traffic to which the canary has delivered nothing in
     *     this step
     * @param secondsToGo about how long a promotion still takes at the present rate, empty when that cannot be told
     */
    public record PromotionFinding(
            double logEvidence,
            double logLimit,
            long finished,
            long leastFinished,
            long seconds,
            long leastSeconds,
            List<String> hopsWithoutEvidence,
            OptionalLong secondsToGo) {
        public PromotionFinding {
            hopsWithoutEvidence = List.copyOf(hopsWithoutEvidence);
        }
    }

    /** The explanation in plain words, with counts and limits. */
    public String sentence() {
        return Wording.of(this);
    }
}
