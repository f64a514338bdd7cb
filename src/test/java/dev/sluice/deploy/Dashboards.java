package dev.sluice.deploy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The dashboards that the chart carries. */
final class Dashboards {
    private static final ObjectMapper JSON = new ObjectMapper();

    private Dashboards() {}

    static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(Chart.DIRECTORY.resolve("files").resolve("dashboards"))) {
            return files.sorted().toList();
        }
    }

    static JsonNode read(Path file) throws IOException {
        return JSON.readTree(file.toFile());
    }

    /** What its panels and variables ask Prometheus. */
    static List<String> expressions(JsonNode dashboard) {
        return dashboard.findValuesAsText("expr");
    }

    /** The titles of its panels in reading order. */
    static List<String> titles(JsonNode dashboard) {
        return dashboard.path("panels").findValuesAsText("title");
    }
}
