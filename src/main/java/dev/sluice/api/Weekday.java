package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonProperty;

/** A day of the week. */
public enum Weekday {
    /** Monday. */
    @JsonProperty("Monday")
    MONDAY,
    /** Tuesday. */
    @JsonProperty("Tuesday")
    TUESDAY,
    /** Wednesday. */
    @JsonProperty("Wednesday")
    WEDNESDAY,
    /** Thursday. */
    @JsonProperty("Thursday")
    THURSDAY,
    /** Friday. */
    @JsonProperty("Friday")
    FRIDAY,
    /** Saturday. */
    @JsonProperty("Saturday")
    SATURDAY,
    /** Sunday. */
    @JsonProperty("Sunday")
    SUNDAY
}
