package dev.sluice.local.demo;

import java.util.Arrays;
import java.util.Optional;

/** The acts by the names that the report and {@code --act} use, in the order in which they are played. */
public enum ActName {
    /** Two new nodes get their share at once, and nobody looks. */
    AS_IT_HAPPENED("as-it-happened"),
    /** New nodes that no next hop admits are refused before any mail. */
    PREFLIGHT("preflight"),
    /** The path fails after preflight has passed. */
    CANARY("canary"),
    /** A node that has served for a while goes bad. */
    SERVING("serving"),
    /** The second half of {@link #SERVING}, reported by itself: all next hops fail, and nobody is ejected. */
    NEXT_HOPS_DOWN("serving-next-hops-down"),
    /** Sluice manages relay access, and the scale-out completes. */
    MANAGED("managed");

    private final String word;

    ActName(String word) {
        this.word = word;
    }

    /** The name in reports and on the command line. */
    public String word() {
        return word;
    }

    /** The act of that name. */
    public static Optional<ActName> of(String word) {
        return Arrays.stream(values()).filter(act -> act.word.equals(word)).findFirst();
    }

    @Override
    public String toString() {
        return word;
    }
}
