package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/**
 * A person's request, bound to one revision so that it never hits the next one.
 *
 * @param poolRef the pool
 * @param verb what is asked for
 * @param revision the revision that is meant; null only for pause and resume
 * @param reason why, for the record
 * @param ttlSecondsAfterHandled after how many seconds the answered request is removed
 */
@ApiData
@ValidationRule(
        value = "self == oldSelf",
        message = "a request cannot be changed once it is made: write a new PoolAction")
@ValidationRule(
        value = "self.verb in ['Pause', 'Resume'] || has(self.revision)",
        message =
                "Promote, Abort and Retry are bound to one revision: write revision, as kubectl get shows it under CANDIDATE (Promote, Abort) or in status.revisions.rejected (Retry)")
public record PoolActionSpec(
        @Required @JsonPropertyDescription("The pool.") PoolReference poolRef,

        @Required
        @JsonPropertyDescription(
                "What is asked for: Promote (take the present step as passed, not the whole trial), Abort, Retry, Pause or Resume.")
        Verb verb,

        @Bounded(length = 80)
        @JsonPropertyDescription("The revision that is meant. Needed for Promote, Abort and Retry.")
        String revision,

        @Required @Bounded(length = 1024, pattern = "\\S") @JsonPropertyDescription("Why, in words for the record.")
        String reason,

        @Default("86400")
        @Min(60) @Max(31536000) @JsonPropertyDescription(
                "After how many seconds the answered request is removed. Default 86400 (a day), 60 to 31536000.")
        int ttlSecondsAfterHandled) {
    /** What is not given becomes its default. */
    public PoolActionSpec {
        ttlSecondsAfterHandled = Absent.to(86400, ttlSecondsAfterHandled);
    }
}
