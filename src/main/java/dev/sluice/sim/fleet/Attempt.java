package dev.sluice.sim.fleet;

import java.util.Optional;

/** How an attempt to hand a message on ends. */
public sealed interface Attempt {
    /** The next hop took it. */
    record Delivered() implements Attempt {}

    /** It is to be tried again: a 4xx reply, or none at all. */
    record Deferred(String reply) implements Attempt {}

    /** A 5xx reply: the message bounces, unless the node was told to keep it. */
    record Refused(String reply) implements Attempt {}

    /** Nothing is known for so many seconds; then it ends as said. */
    record UnderWay(int seconds, Attempt end) implements Attempt {}

    /** It went well. */
    static Attempt delivered() {
        return new Delivered();
    }

    /** As it is written where there is nothing but a reason to try again. */
    static Attempt of(Optional<String> failure) {
        return failure.<Attempt>map(Deferred::new).orElseGet(Attempt::delivered);
    }

    /** How it ends, however long it takes. */
    default Attempt atLast() {
        return this instanceof UnderWay slow ? slow.end() : this;
    }
}
