package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/**
 * By which steps, on what evidence and when nodes enter. There is no way to write a promotion without a least number of
 * finished messages.
 *
 * @param steps the steps, in order
 * @param gate the figures of the gate
 * @param preflight the probes before any mail
 * @param bakeSeconds how long the candidate is watched after the last step
 * @param progressDeadlineSeconds within this time a step must end, else the trial is rolled back
 * @param freezeWindows when no step is taken
 * @param ejection how many serving nodes may be taken out
 */
@ApiData
@ValidationRule(
        value = "self.steps.all(s, s.leastSeconds < self.progressDeadlineSeconds)",
        message =
                "a step could never be passed: write a leastSeconds for each step that is below progressDeadlineSeconds")
public record RolloutPolicySpec(
        @Required
        @Bounded(items = 20, least = 1)
        @ValidationRule(
                value =
                        "self.map(s, s.weightPercent).isSorted() && self.all(s, self.exists_one(t, t.weightPercent == s.weightPercent))",
                message = "the weights of the steps must grow: write each weightPercent larger than the one before")
        @JsonPropertyDescription(
                "The steps, 1 to 20, with growing weights. A step is passed only on evidence; after the last one the candidate gets its full share.")
        List<Step> steps,

        @Default("{}") @JsonPropertyDescription("The figures of the gate.")
        GateSettings gate,

        @Default("{}")
        @JsonPropertyDescription(
                "The probes that a node must pass before it carries any mail. They cannot be turned off.")
        Preflight preflight,

        @Default("300")
        @Min(0) @Max(604800) @JsonPropertyDescription(
                "How many seconds the candidate is watched at its full share before it becomes stable. Default 300, 0 to 604800.")
        int bakeSeconds,

        @Default("21600")
        @Min(60) @Max(2592000) @JsonPropertyDescription(
                "Within how many seconds a trial must move on; else it is rolled back. Default 21600 (6 hours), 60 to 2592000.")
        int progressDeadlineSeconds,

        @Bounded(items = 32)
        @JsonPropertyDescription(
                "When no trial begins and no step is taken, at most 32 windows. Guards stay armed, and a lost node is made up for.")
        List<FreezeWindow> freezeWindows,

        @Default("{}") @JsonPropertyDescription("How many serving nodes the gate may take out.")
        Ejection ejection) {
    /** The policy of a pool that names none. */
    public static final RolloutPolicySpec STANDARD = new RolloutPolicySpec(
            List.of(
                    new Step(5, 100, 300, "0.02"),
                    new Step(25, 500, 600, "0.01"),
                    new Step(50, 1000, 600, "0.01"),
                    new Step(100, 1000, 600, "0.01")),
            null,
            null,
            300,
            0,
            null,
            null);

    /** CEL: the text is a decimal fraction below 1, as which {@code double()} can read it. */
    private static final String FRACTION = "self.matches('^0[.][0-9]{1,6}$')";

    /** What is not given becomes empty or its default. */
    public RolloutPolicySpec {
        steps = Absent.toEmpty(steps);
        gate = Absent.to(GateSettings.STANDARD, gate);
        preflight = Absent.to(Preflight.STANDARD, preflight);
        progressDeadlineSeconds = Absent.to(21600, progressDeadlineSeconds);
        freezeWindows = Absent.toEmpty(freezeWindows);
        ejection = Absent.to(Ejection.STANDARD, ejection);
    }

    /**
     * One step.
     *
     * @param weightPercent the share of the traffic, 1 to 100
     * @param leastMessages finished messages of the canary without which the step is never passed, at least 1; what one
     *     sender's domain sends to one destination's domain within five minutes counts as one
     * @param leastSeconds how long the step lasts at least
     * @param delta the difference of failure rates that must be excluded, as a decimal fraction; what is small enough for the
     *     weight when left out
     */
    @ApiData
    public record Step(
            @Required
            @Min(1) @Max(100) @JsonPropertyDescription(
                    "The share of the traffic that the canary gets, in percent, 1 to 100. At 100 nobody is left to compare with: absoluteFailureLimit judges.")
            int weightPercent,

            @Required
            @Min(1) @Max(10000000) @JsonPropertyDescription(
                    "How many messages of the canary must have finished before the step can be passed, at least 1; all that one sender's domain sends to one destination's domain within five minutes counts as one. Time alone never passes a step.")
            int leastMessages,

            @Default("60")
            @Min(0) @Max(604800) @JsonPropertyDescription("How many seconds the step lasts at least. Default 60, 0 to 604800.")
            int leastSeconds,

            @Bounded(length = 8)
            @ValidationRule(
                    value = FRACTION + " && double(self) > 0.0 && double(self) <= 0.5",
                    message = "delta is a difference above 0, at most 0.5: write \"0.05\" for 5 percentage points")
            @JsonPropertyDescription(
                    "By how much the canary's failure rate may at most exceed the baseline's for the step to be passed, as a decimal fraction, above 0, at most 0.5. Default by weightPercent: 0.05 (5 percentage points) below 5, 0.02 below 25, else 0.01.")
            String delta) {
        /** What is not given becomes its default. */
        public Step {
            delta = Absent.to(deltaOf(weightPercent), delta);
        }

        /** The more mail a step has, the smaller the difference that it can exclude in the same time. */
        private static String deltaOf(int weightPercent) {
            if (weightPercent < 5) {
                return "0.05";
            }
            return weightPercent < 25 ? "0.02" : "0.01";
        }
    }

    /**
     * The figures of the gate, decimals as text.
     *
     * @param alpha chance of ever rolling back a canary that is not worse, shared by all tests: of all failures, of those on
     *     the way to the next hop, and of the share of recipients at fault themselves
     * @param beta chance of passing a step with a canary that is worse by delta
     * @param lastStepBeta the same for the last step, after which the candidate becomes stable
     * @param tolerance the odds ratio up to which a canary counts as not worse
     * @param objectiveSeconds within this time a recipient is to be delivered
     * @param horizonSeconds over how long restarts of the rollback test are spread
     * @param staleSeconds counters older than this are no evidence
     * @param absoluteFailureLimit the failure rate that a canary without a baseline must stay below: at a first install, and
     *     at a step of 100 %
     */
    @ApiData
    public record GateSettings(
            @Default("0.01")
            @Bounded(length = 8)
            @ValidationRule(
                    value = FRACTION + " && double(self) > 0.0 && double(self) < 0.5",
                    message = "alpha is a chance above 0 and below 0.5: write \"0.01\" for 1 %")
            @JsonPropertyDescription(
                    "The chance of ever rolling back a canary that is not worse, shared by all tests: of all failures, of those on the way to the next hop, and of the share of recipients that do not exist. Default 0.01, above 0 and below 0.5.")
            String alpha,

            @Default("0.05")
            @Bounded(length = 8)
            @ValidationRule(
                    value = FRACTION + " && double(self) > 0.0 && double(self) < 0.5",
                    message = "beta is a chance above 0 and below 0.5: write \"0.05\" for 5 %")
            @JsonPropertyDescription(
                    "The chance of passing a step with a canary that is worse by delta. Default 0.05, above 0 and below 0.5.")
            String beta,

            @Default("0.01")
            @Bounded(length = 8)
            @ValidationRule(
                    value = FRACTION + " && double(self) > 0.0 && double(self) < 0.5",
                    message = "lastStepBeta is a chance above 0 and below 0.5: write \"0.01\" for 1 %")
            @JsonPropertyDescription(
                    "The chance of passing the last step, after which the candidate becomes stable, with a canary that is worse by delta. Default 0.01, above 0 and below 0.5.")
            String lastStepBeta,

            @Default("1.25")
            @Bounded(length = 10)
            @ValidationRule(
                    value =
                            "self.matches('^[0-9]{1,2}([.][0-9]{1,6})?$') && double(self) >= 1.0 && double(self) <= 10.0",
                    message =
                            "tolerance is an odds ratio of at least 1, at most 10: write \"1.25\" to overlook a canary with 25 % higher odds of failure")
            @JsonPropertyDescription(
                    "The odds ratio of failure up to which a canary counts as not worse. Default 1.25, 1 to 10.")
            String tolerance,

            @Default("60")
            @Min(1) @Max(86400) @JsonPropertyDescription(
                    "Within how many seconds a recipient is to be delivered; later counts as failed. Default 60, 1 to 86400.")
            int objectiveSeconds,

            @Default("86400")
            @Min(60) @Max(2592000) @JsonPropertyDescription(
                    "Over how many seconds restarts of the rollback test are spread, so that a late failure is found as fast as an early one. Default 86400 (a day), 60 to 2592000.")
            int horizonSeconds,

            @Default("30")
            @Min(1) @Max(3600) @JsonPropertyDescription("Counters older than this many seconds are no evidence. Default 30, 1 to 3600.")
            int staleSeconds,

            @Default("0.05")
            @Bounded(length = 8)
            @ValidationRule(
                    value = FRACTION + " && double(self) > 0.0",
                    message = "absoluteFailureLimit is a share above 0 and below 1: write \"0.05\" for 5 %")
            @JsonPropertyDescription(
                    "The failure rate that nodes without a baseline must stay below: at a first install, and at a step of 100 percent. Default 0.05, above 0 and below 1.")
            String absoluteFailureLimit) {
        /** The defaults. */
        public static final GateSettings STANDARD = new GateSettings(null, null, null, null, 0, 0, 0, null);

        /** What is not given becomes its default. */
        public GateSettings {
            alpha = Absent.to("0.01", alpha);
            beta = Absent.to("0.05", beta);
            lastStepBeta = Absent.to("0.01", lastStepBeta);
            tolerance = Absent.to("1.25", tolerance);
            objectiveSeconds = Absent.to(60, objectiveSeconds);
            horizonSeconds = Absent.to(86400, horizonSeconds);
            staleSeconds = Absent.to(30, staleSeconds);
            absoluteFailureLimit = Absent.to("0.05", absoluteFailureLimit);
        }
    }

    /**
     * The probes before any mail. They are always on.
     *
     * @param sender the envelope sender; empty is the null sender
     * @param recipient the envelope recipient at hops that route no domain of their own, or null for postmaster
     * @param timeoutSeconds the longest that one probe may take
     * @param deadlineSeconds within this time all probes of a node must have passed
     */
    @ApiData
    public record Preflight(
            @Bounded(length = 320, pattern = "^(<>|[^\\s<>@]+@[^\\s<>@]+)$")
            @JsonPropertyDescription(
                    "The envelope sender of the probes. Left out: the null sender <>. No probe sends a message.")
            String sender,

            @Bounded(length = 320, pattern = "^[^\\s<>@]+(@[^\\s<>@]+)?$")
            @JsonPropertyDescription(
                    "The envelope recipient of the probes at next hops that route no domain of their own. Left out: postmaster@preflight.invalid, which no server has, so that the answer tells whether it relays.")
            String recipient,

            @Default("10")
            @Min(1) @Max(300) @JsonPropertyDescription("The longest that one probe may take, in seconds. Default 10, 1 to 300.")
            int timeoutSeconds,

            @Default("300")
            @Min(10) @Max(86400) @JsonPropertyDescription(
                    "Within how many seconds all probes of a node must have passed; else the node is rejected. Default 300, 10 to 86400.")
            int deadlineSeconds) {
        /** The defaults. */
        public static final Preflight STANDARD = new Preflight(null, null, 0, 0);

        /** What is not given becomes its default. */
        public Preflight {
            timeoutSeconds = Absent.to(10, timeoutSeconds);
            deadlineSeconds = Absent.to(300, deadlineSeconds);
        }
    }

    /**
     * A time in which no step is taken. A window whose end is not after its start goes on past midnight.
     *
     * @param daysOfWeek the days on which it starts; empty for every day
     * @param start {@code HH:mm}
     * @param end {@code HH:mm}
     * @param timeZone a name of the IANA time zone database
     */
    @ApiData
    public record FreezeWindow(
            @Bounded(items = 7, list = ListType.SET)
            @JsonPropertyDescription("The days on which the window starts, such as Monday. Empty (default): every day.")
            List<Weekday> daysOfWeek,

            @Required
            @Bounded(length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")
            @JsonPropertyDescription("When it starts, as HH:mm.")
            String start,

            @Required
            @Bounded(length = 5, pattern = "^([01][0-9]|2[0-3]):[0-5][0-9]$")
            @JsonPropertyDescription("When it ends, as HH:mm. Not after start: on the next day.")
            String end,

            @Default("UTC")
            @Bounded(length = 64, pattern = "^[A-Za-z][A-Za-z0-9_+/-]*$")
            @JsonPropertyDescription("The time zone, such as Europe/Berlin. Default UTC.")
            String timeZone) {
        /** What is not given becomes empty or its default. */
        public FreezeWindow {
            daysOfWeek = Absent.toEmpty(daysOfWeek);
            timeZone = Absent.to("UTC", timeZone);
        }
    }

    /**
     * How many serving nodes the gate may take out. If all are bad, nobody is taken out: the next hop is down.
     *
     * @param maxEjected how many are out at once at most
     * @param leastServing how many have to stay, beside the pool's {@code minAvailable}
     */
    @ApiData
    public record Ejection(
            @Default("1")
            @Min(0) @Max(100) @JsonPropertyDescription(
                    "How many nodes the gate may keep out at once. Default 1, 0 to 100; 0 only reports.")
            int maxEjected,

            @Default("1")
            @Min(1) @Max(500) @JsonPropertyDescription(
                    "How many nodes stay in service whatever the gate says. Default 1, 1 to 500; the pool's minAvailable counts too.")
            int leastServing) {
        /** The defaults. */
        public static final Ejection STANDARD = new Ejection(1, 1);

        /** What is not given becomes its default. */
        public Ejection {
            leastServing = Absent.to(1, leastServing);
        }
    }
}
