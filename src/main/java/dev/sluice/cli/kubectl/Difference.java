package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What differs between two declarations, field by field. */
final class Difference {
    private Difference() {}

    /** The differences, a line each: {@code template.image mail:1 → mail:2}. */
    static List<String> of(JsonNode before, JsonNode after) {
        Map<String, String> old = leaves(before);
        Map<String, String> wanted = leaves(after);
        Set<String> paths = new TreeSet<>(old.keySet());
        paths.addAll(wanted.keySet());
        List<String> lines = new ArrayList<>();
        for (String path : paths) {
            if (!Objects.equals(old.get(path), wanted.get(path))) {
                lines.add("%s %s → %s".formatted(path, Text.orDash(old.get(path)), Text.orDash(wanted.get(path))));
            }
        }
        return lines;
    }

    private static Map<String, String> leaves(JsonNode node) {
        Map<String, String> leaves = new TreeMap<>();
        collect("", node, leaves);
        return leaves;
    }

    private static void collect(String path, JsonNode node, Map<String, String> leaves) {
        if (node.isObject()) {
            for (Map.Entry<String, JsonNode> field : node.properties()) {
                collect(path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), leaves);
            }
        } else if (node.isArray()) {
            for (int index = 0; index < node.size(); index++) {
                collect("%s[%d]".formatted(path, index), node.get(index), leaves);
            }
        } else if (!node.isNull() && !node.isMissingNode()) {
            leaves.put(path, node.asText());
        }
    }
}
