package dev.sluice.local.demo;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.time.Instant;
import java.util.Objects;

/**
 * One line of an act's timeline.
 *
 * @param time when it happened
 * @param object to whom, as {@code Kind/name}, such as {@code MailNode/filter-4}
 * @param what what happened, such as {@code Preflight → Rejected}
 * @param why the evidence, as Sluice gives it; empty when the event is a stage direction of the act
 */
@JsonPropertyOrder({"time", "object", "what", "why"})
public record EventLine(
        @JsonProperty(required = true) Instant time,
        @JsonProperty(required = true) String object,
        @JsonProperty(required = true) String what,
        @JsonProperty(required = true) String why) {
    /** Nothing may be missing. */
    public EventLine {
        Objects.requireNonNull(time, "time");
        Objects.requireNonNull(object, "object");
        Objects.requireNonNull(what, "what");
        Objects.requireNonNull(why, "why");
    }
}
