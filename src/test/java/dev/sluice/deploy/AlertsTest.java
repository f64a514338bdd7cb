package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.testkit.MetricsTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Alerts, their pages, their tests, their switches and the metrics that they ask for belong together. */
class AlertsTest {
    private static final YAMLMapper YAML = new YAMLMapper();
    private static final Path RULES =
            Chart.DIRECTORY.resolve("files").resolve("prometheus").resolve("rules.yaml");
    private static final Path RUNBOOKS = Path.of("docs", "runbooks");
    private static final Path STORIES = Path.of("src", "test", "resources", "alerts");
    private static final String OVERVIEW = "README";
    private static final Pattern METRIC = Pattern.compile("\\bsluice_[a-z_]+");
    private static final Pattern RECORD = Pattern.compile("\\bsluice:[a-z_0-9]+:[a-z_0-9]+");

    @Test
    void eachAlertHasItsPageAndEachPageItsAlert() {
        assertThat(pages()).isEqualTo(alerts().keySet());
        alerts().forEach((name, rule) -> assertThat(
                        rule.at("/annotations/runbook_url").asText())
                .isEqualTo("https://sluice.dev/runbooks/" + name));
    }

    @Test
    void aPageSaysWhatItMeansWhatItDoesToMailHowToFindOutAndWhatToDo() {
        for (String page : pages()) {
            String text = read(RUNBOOKS.resolve(page + ".md"));
            assertThat(text).as(page).startsWith("# " + page + "\n");
            assertThat(text.lines().filter(line -> line.startsWith("## ")).toList())
                    .as(page)
                    .containsExactly("## Meaning", "## Impact", "## Diagnosis", "## Mitigation");
            assertThat(text.substring(text.indexOf("## Diagnosis")))
                    .as("%s: something to paste", page)
                    .contains("```sh\n");
            assertThat(read(RUNBOOKS.resolve(OVERVIEW + ".md"))).contains("(" + page + ".md)");
        }
    }

    @Test
    void anAlertSaysInOneLineWhatIsWrongAndHowGraveItIs() {
        alerts().forEach((name, rule) -> {
            assertThat(name).startsWith("Sluice");
            assertThat(rule.at("/labels/severity").asText()).isIn("critical", "warning", "info", "none");
            assertThat(rule.has("for")).as(name).isTrue();
            assertThat(rule.at("/annotations/summary").asText())
                    .as("%s: a summary is the same for every pool", name)
                    .isNotEmpty()
                    .doesNotContain("{{");
            assertThat(rule.at("/annotations/description").asText()).as(name).isNotEmpty();
        });
    }

    @Test
    void eachAlertHasASwitchInTheChart() {
        JsonNode values = yaml(Chart.DIRECTORY.resolve("values.yaml"));

        Set<String> switches = new TreeSet<>();
        values.at("/metrics/prometheusRule/alerts").fieldNames().forEachRemaining(switches::add);
        assertThat(switches).isEqualTo(alerts().keySet());
    }

    @Test
    void eachAlertIsSeenToFireAndToKeepStill() {
        List<JsonNode> cases = stories()
                .flatMap(story -> stream(story.path("tests")))
                .flatMap(test -> stream(test.path("alert_rule_test")))
                .toList();

        Set<String> fired =
                named(cases.stream().filter(each -> !each.path("exp_alerts").isEmpty()));
        Set<String> still =
                named(cases.stream().filter(each -> each.path("exp_alerts").isEmpty()));
        assertThat(fired).isEqualTo(alerts().keySet());
        still.add("SluiceWatchdog");
        assertThat(still).isEqualTo(alerts().keySet());
    }

    @Test
    void rulesAndDashboardsAskOnlyForMetricsThatExist() throws IOException {
        Set<String> known = new TreeSet<>(MetricsTable.documented("Operator").keySet());
        known.addAll(MetricsTable.documented("Agent").keySet());
        Set<String> records = rules().filter(rule -> rule.has("record"))
                .map(rule -> rule.path("record").asText())
                .collect(Collectors.toCollection(TreeSet::new));

        for (String expression : expressions()) {
            assertThat(METRIC.matcher(expression)
                            .results()
                            .map(found -> found.group().replaceAll("_(bucket|count|sum)$", "")))
                    .as(expression)
                    .isSubsetOf(known);
            assertThat(RECORD.matcher(expression).results().map(found -> found.group()))
                    .as(expression)
                    .isSubsetOf(records);
        }
    }

    private static List<String> expressions() throws IOException {
        List<String> all =
                new ArrayList<>(rules().map(rule -> rule.path("expr").asText()).toList());
        for (Path file : Dashboards.files()) {
            all.addAll(Dashboards.expressions(Dashboards.read(file)));
        }
        return all;
    }

    private static Set<String> named(Stream<JsonNode> cases) {
        return cases.map(each -> each.path("alertname").asText()).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Map<String, JsonNode> alerts() {
        return rules().filter(rule -> rule.has("alert"))
                .collect(Collectors.toMap(
                        rule -> rule.path("alert").asText(), rule -> rule, (one, other) -> one, TreeMap::new));
    }

    private static Stream<JsonNode> rules() {
        return stream(yaml(RULES).path("groups")).flatMap(group -> stream(group.path("rules")));
    }

    private static Stream<JsonNode> stories() {
        return list(STORIES).stream().map(AlertsTest::yaml);
    }

    private static Set<String> pages() {
        return list(RUNBOOKS).stream()
                .map(file -> file.getFileName().toString().replace(".md", ""))
                .filter(name -> !name.equals(OVERVIEW))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        List<JsonNode> elements = new ArrayList<>();
        array.forEach(elements::add);
        return elements.stream();
    }

    private static JsonNode yaml(Path file) {
        try {
            return YAML.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Path> list(Path directory) {
        try (Stream<Path> files = Files.list(directory)) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
