package dev.sluice.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What docs/metrics.md says of metrics, and what a page of {@code /metrics} shows, in terms that can be compared. */
public final class MetricsTable {
    private static final Path PAGE = Path.of("docs", "metrics.md");
    private static final Pattern ROW =
            Pattern.compile("(?m)^\\| `(sluice_[a-z_]+)` \\| (\\w+) \\| ([^|]+) \\| ([^|]*)\\| [^|]+ \\|$");
    private static final Pattern TYPE = Pattern.compile("(?m)^# TYPE (sluice_[a-z_]+) (\\w+)$");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    /** Belongs to the format of histograms and not to the metric. */
    private static final String BUCKET = "le";

    private MetricsTable() {}

    /**
     * One metric.
     *
     * @param type as Prometheus calls it
     * @param labels the names of its labels
     */
    public record Metric(String type, Set<String> labels) {}

    /** The documented metrics of one part of the program: the heading of its section. */
    public static Map<String, Metric> documented(String section) {
        String text = read();
        int begin = text.indexOf("\n## " + section + "\n");
        int end = text.indexOf("\n## ", begin + 1);
        return ROW.matcher(text.substring(begin, end))
                .results()
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> new Metric(row.group(2), words(row)),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static Set<String> words(MatchResult row) {
        return Arrays.stream(row.group(4).strip().split(",\\s*", -1))
                .filter(Predicate.not(String::isEmpty))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The metrics of Sluice's own on a page in Prometheus' text format. */
    public static Map<String, Metric> exposed(String page) {
        return TYPE.matcher(page)
                .results()
                .collect(Collectors.toMap(
                        type -> type.group(1),
                        type -> new Metric(type.group(2), labels(page, type.group(1))),
                        (one, other) -> one,
                        TreeMap::new));
    }

    private static Set<String> labels(String page, String name) {
        return page.lines()
                .filter(line -> line.matches(name + "(_bucket|_count|_sum)?[{ ].*"))
                .filter(line -> line.contains("{"))
                .flatMap(line -> LABEL.matcher(line.substring(line.indexOf('{'), line.lastIndexOf('}')))
                        .results())
                .map(label -> label.group(1))
                .filter(Predicate.not(BUCKET::equals))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String read() {
        try {
            return Files.readString(PAGE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
