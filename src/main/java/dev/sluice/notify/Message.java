package dev.sluice.notify;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import dev.sluice.api.Occasion;
import dev.sluice.plan.Grounds;
import java.time.Instant;
import java.util.Optional;

/**
 * What a receiver is told.
 *
 * @param id the same at every try, so that a receiver can tell a repetition
 * @param time when it happened
 * @param occasion what it is about
 * @param course whether that began, ended or just happened
 * @param gravity how grave
 * @param reason the catalogue's word for the fact
 * @param pool the pool
 * @param node the node that it concerns, empty for the pool
 * @param attempt the attempt that it belongs to, empty without one
 * @param what what happened, in a few words
 * @param why on what grounds, in one line
 * @param grounds the numbers behind it, empty where none are
 * @param byItself what happens now without anybody's doing
 * @param person what a person has to do
 * @param command what shows more
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Message(
        String id,
        Instant time,
        Occasion occasion,
        Course course,
        Gravity gravity,
        String reason,
        PoolName pool,
        Optional<String> node,
        Optional<Attempt> attempt,
        String what,
        String why,
        Optional<Grounds> grounds,
        String byItself,
        String person,
        String command) {

    /** How a message relates to a state that lasts. */
    public enum Course {
        /** Nothing lasts. */
        @JsonProperty("Happened")
        HAPPENED,
        /** It lasts from now on. */
        @JsonProperty("Began")
        BEGAN,
        /** It is over. */
        @JsonProperty("Ended")
        ENDED
    }

    /** How grave, in the words of Alertmanager's users. */
    public enum Gravity {
        /** Good to know. */
        @JsonProperty("Info")
        INFO,
        /** Somebody should look at it in working hours. */
        @JsonProperty("Warning")
        WARNING,
        /** Somebody should look at it now. */
        @JsonProperty("Critical")
        CRITICAL
    }

    /**
     * A pool.
     *
     * @param namespace its namespace
     * @param kind {@code FilterPool} or {@code TransportPool}
     * @param name its name
     */
    public record PoolName(String namespace, String kind, String name) {
        /** As the command line takes it, such as {@code fp/edge -n mail}. */
        String reference() {
            return "%s/%s -n %s".formatted(kind.equals("FilterPool") ? "fp" : "tp", name, namespace);
        }

        @Override
        public String toString() {
            return namespace + "/" + name;
        }
    }

    /**
     * An attempt to put a revision or more nodes into service.
     *
     * @param rollout the name of its PoolRollout
     * @param revision what is on trial
     * @param step counted from 1; 0 is the preflight
     * @param weightPercent the share of the mail that it is to get now
     */
    public record Attempt(String rollout, String revision, int step, int weightPercent) {}
}
