package dev.sluice.plan;

import com.fasterxml.jackson.annotation.JsonValue;
import dev.sluice.gate.Comparison;
import dev.sluice.gate.Difference;
import dev.sluice.gate.Explanation;
import dev.sluice.gate.Explanation.Endpoint;
import dev.sluice.gate.Explanation.RollbackFinding;
import dev.sluice.gate.Verdict;
import java.util.Optional;

/**
 * The numbers that a decision rests on, as people are told them.
 *
 * @param rule what was asked of the evidence
 * @param scope {@code *} for all next hops or the name of one
 * @param counts recipients of both arms at the same time
 * @param difference by how much the canary fails more often, empty without a baseline
 * @param evidence how strongly the evidence speaks for the rule's answer; 1 is neutral
 * @param limit at which evidence the answer is given
 */
public record Grounds(
        Rule rule, String scope, Comparison counts, Optional<Difference> difference, double evidence, double limit) {

    /** What is asked. */
    public enum Rule {
        /** Whether more first attempts fail than on the baseline: a rollback. */
        FIRST_ATTEMPTS_FAIL("FirstAttemptsFail"),
        /** The same of failures on the way to the next hop alone. */
        PATH_FAILS("PathFails"),
        /** Whether the canary is not worse by the step's margin: a promotion. */
        NOT_WORSE("NotWorse");

        private final String word;

        Rule(String word) {
            this.word = word;
        }

        /** As people read it. */
        @JsonValue
        public String word() {
            return word;
        }
    }

    /** Those of the gate's answer. */
    static Grounds of(Explanation explanation) {
        RollbackFinding finding =
                explanation.verdict() instanceof Verdict.Promote ? explanation.general() : explanation.deciding();
        boolean promotes = explanation.verdict() instanceof Verdict.Promote;
        return new Grounds(
                promotes ? Rule.NOT_WORSE : rule(finding.endpoint()),
                finding.scope(),
                finding.total(),
                Difference.of(finding.total()),
                number(promotes ? explanation.promotion().logEvidence() : finding.logMass()),
                number(promotes ? explanation.promotion().logLimit() : finding.logLimit()));
    }

    private static Rule rule(Endpoint endpoint) {
        return endpoint == Endpoint.PATH_FAILURES ? Rule.PATH_FAILS : Rule.FIRST_ATTEMPTS_FAIL;
    }

    private static double number(double logarithm) {
        return Math.min(Math.exp(logarithm), Double.MAX_VALUE);
    }
}
