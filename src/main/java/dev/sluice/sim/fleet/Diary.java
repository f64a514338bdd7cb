package dev.sluice.sim.fleet;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What happens in a world: the lines of its story, kept only for who reads them, and how often each kind of fault struck. */
final class Diary {
    private final VirtualTime time;
    private final boolean keeps;
    private final List<String> lines = new ArrayList<>();
    private final Map<String, Integer> faults = new TreeMap<>();

    Diary(VirtualTime time, boolean keeps) {
        this.time = time;
        this.keeps = keeps;
    }

    /** Whether anybody reads it. */
    boolean keeps() {
        return keeps;
    }

    @SuppressWarnings("AnnotateFormatMethod")
    void say(String line, Object... details) {
        if (keeps) {
            lines.add(time.clock() + "  " + line.formatted(details));
        }
    }

    /** Notes that a fault did something, so that a fault that never strikes is seen. */
    void struck(String fault) {
        faults.merge(fault, 1, Integer::sum);
    }

    List<String> lines() {
        return List.copyOf(lines);
    }

    Map<String, Integer> faults() {
        return Map.copyOf(faults);
    }
}
