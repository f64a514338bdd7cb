package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * How nodes enter.
 *
 * @param policyRef a RolloutPolicy of the namespace, or null
 * @param policy a policy in place, or null; {@link RolloutPolicySpec#STANDARD} when both are null
 * @param paused whether the trial stays where it is
 * @param maxStep the last step that may be taken, counted from 1, or null for no limit
 * @param retryNonce any text; a new one tries a rejected revision again
 * @param initial how the first revision enters
 */
@ApiData
@ValidationRule(
        value = "!(has(self.policyRef) && has(self.policy))",
        message = "a pool has one rollout policy: write policyRef or policy, not both")
public record Rollout(
        @JsonPropertyDescription(
                "A RolloutPolicy of this namespace. At most one of this and policy; neither means the built-in policy: 5 %, 25 %, 50 %, 100 %.")
        PolicyReference policyRef,

        @JsonPropertyDescription("A rollout policy in place. At most one of this and policyRef.")
        RolloutPolicySpec policy,

        @Default("false")
        @JsonPropertyDescription(
                "Whether a trial stays at its present step, and none begins. Guards stay armed: a bad canary is taken out and a lost node is made up for all the same. Default false.")
        boolean paused,

        @Min(0) @Max(20) @JsonPropertyDescription(
                "The last step that a trial may take, counted from 1; 0 stops after preflight. Left out: no limit. A replacement of a lost node is not held by it.")
        Integer maxStep,

        @Bounded(length = 128)
        @JsonPropertyDescription(
                "Any text. A new one tries a rejected revision again, without a change of the template.")
        String retryNonce,

        @Default("Immediate")
        @JsonPropertyDescription(
                "How the first revision of a pool enters: Immediate (default, all nodes serve after preflight) or Canary (by the steps, judged by absolute limits).")
        Initial initial) {
    /** By the built-in policy. */
    public static final Rollout STANDARD = new Rollout(null, null, false, null, null, null);

    /** What is not given becomes its default. */
    public Rollout {
        initial = Absent.to(Initial.IMMEDIATE, initial);
    }

    /**
     * A RolloutPolicy of the same namespace.
     *
     * @param name its name
     */
    @ApiData
    public record PolicyReference(
            @Required @Bounded(length = 253) @JsonPropertyDescription("The name of a RolloutPolicy of this namespace.")
            String name) {}
}
