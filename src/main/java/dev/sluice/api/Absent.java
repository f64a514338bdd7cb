package dev.sluice.api;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What stands for a part that a resource leaves out. */
final class Absent {
    private Absent() {}

    static <T> List<T> toEmpty(List<T> given) {
        return given == null ? List.of() : List.copyOf(given);
    }

    static <V> Map<String, V> toEmpty(Map<String, V> given) {
        return given == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(given));
    }

    static <T> T to(T standard, T given) {
        return given == null ? standard : given;
    }

    static int to(int standard, int given) {
        return given == 0 ? standard : given;
    }
}
