package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;

/**
 * How nodes leave.
 *
 * @param policy how the queue gets empty
 * @param timeoutSeconds after how long {@code afterTimeout} applies
 * @param afterTimeout what then happens
 */
@ApiData
public record Drain(
        @Default("HandOver")
        @JsonPropertyDescription(
                "How the queue of a leaving node gets empty: HandOver (default, a healthy peer takes it) or WaitForEmpty (the node delivers it).")
        DrainPolicy policy,

        @Default("3600")
        @Min(1) @Max(604800) @JsonPropertyDescription("After how many seconds afterTimeout applies. Default 3600, 1 to 604800.")
        int timeoutSeconds,

        @Default("Block")
        @JsonPropertyDescription(
                "What happens to a node that is not empty in time: Block (default, it stays and the pool says why) or HandOver (a healthy peer takes the rest). Neither loses mail. To remove a node together with the mail that it cannot get rid of, annotate its MailNode with sluice.dev/accept-loss-of: \"<number of messages>\"; the loss is recorded.")
        AfterTimeout afterTimeout) {
    /** Hand over; block after an hour. */
    public static final Drain STANDARD = new Drain(null, 0, null);

    /** What is not given becomes its default. */
    public Drain {
        policy = Absent.to(DrainPolicy.HAND_OVER, policy);
        timeoutSeconds = Absent.to(3600, timeoutSeconds);
        afterTimeout = Absent.to(AfterTimeout.BLOCK, afterTimeout);
    }
}
