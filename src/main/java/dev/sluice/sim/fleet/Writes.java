package dev.sluice.sim.fleet;

import java.util.ArrayList;
import java.util.List;

/** What was written since it was last asked, in words, one for each write. */
final class Writes {
    private final List<String> written = new ArrayList<>();
    private int lastMemory;

    /** A write of which nothing but the gate's memory is new. */
    void memory(String object) {
        lastMemory++;
        written.add("the gate's memory in " + object);
    }

    void of(String object) {
        written.add(object);
    }

    /** What was written, but for the gate's memories. */
    List<String> decisions() {
        return written.stream()
                .filter(each -> !each.startsWith("the gate's memory"))
                .toList();
    }

    /** How often a gate's memory alone was written. */
    int memories() {
        return lastMemory;
    }

    List<String> all() {
        return List.copyOf(written);
    }

    void forget() {
        written.clear();
        lastMemory = 0;
    }
}
