package dev.sluice.gate;

/** The gate's answer. There is no fifth one, and none of them means "no error yet". */
public sealed interface Verdict {
    /** The evidence excludes that the canary is worse than the step's margin allows, and the least evidence is there. */
    record Promote() implements Verdict {}

    /** Finished mail was seen, and neither question is answered yet. @see Explanation#missing */
    record Hold() implements Verdict {}

    /** The canary fails more often than the baseline at the same time in the same strata. */
    record RollBack() implements Verdict {}

    /** Nothing finished, nothing fresh or nobody to ask. Never a reason to promote. */
    record NoEvidence(String reason) implements Verdict {}
}
