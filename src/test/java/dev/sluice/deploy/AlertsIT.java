package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Prometheus' own promtool says of the rules, as they are in the file and as the chart renders them. */
class AlertsIT {
    private static final Path RULES =
            Chart.DIRECTORY.resolve("files").resolve("prometheus").resolve("rules.yaml");
    private static final Path STORIES = Path.of("src", "test", "resources", "alerts");
    private static final YAMLMapper YAML = new YAMLMapper();

    @TempDir
    private Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"mail", "budget", "rollouts", "operation"})
    void theAlertsFireInTheStoriesInWhichTheyShould(String story) throws IOException, InterruptedException {
        Files.copy(RULES, directory.resolve("rules.yaml"));
        Path file = Files.copy(STORIES.resolve(story + ".yaml"), directory.resolve("story.yaml"));

        Answer answer = promtool("test", "rules", file.toString());

        assertThat(answer.code()).as(answer.text()).isZero();
    }

    @Test
    void aRuleThatDoesNotWatchIsNoticed() throws IOException, InterruptedException {
        Files.writeString(
                directory.resolve("rules.yaml"),
                Files.readString(RULES)
                        .replace("sluice_recipients_unaccounted) != 0", "sluice_recipients_unaccounted) > 9"));
        Path file = Files.copy(STORIES.resolve("mail.yaml"), directory.resolve("story.yaml"));

        assertThat(promtool("test", "rules", file.toString()).code()).isNotZero();
    }

    @Test
    void whatTheChartRendersAreTheSameRules() throws IOException, InterruptedException {
        JsonNode rendered = rendered("metrics: {prometheusRule: {enabled: true}}");

        assertThat(rendered).isEqualTo(YAML.readTree(RULES.toFile()));
        assertThat(check(rendered).code()).isZero();
    }

    @Test
    void eachAlertCanBeSwitchedOffAndChanged() throws IOException, InterruptedException {
        JsonNode rendered = rendered("""
                metrics:
                  prometheusRule:
                    enabled: true
                    runbookUrl: https://wiki.example.org/sluice
                    budget: {TransportPool: 0.02}
                    alerts:
                      SluiceWatchdog: {enabled: false}
                      SluiceQueueOldestAge:
                        severity: critical
                        for: 30m
                        expr: max by (namespace, kind, pool, nexthop) (sluice_queue_oldest_age_seconds) > 7200
                """);

        assertThat(rendered.findValuesAsText("alert"))
                .doesNotContain("SluiceWatchdog")
                .contains("SluiceOperatorDown");
        JsonNode changed = rule(rendered, "SluiceQueueOldestAge");
        assertThat(changed.at("/labels/severity").asText()).isEqualTo("critical");
        assertThat(changed.path("for").asText()).isEqualTo("30m");
        assertThat(changed.path("expr").asText()).endsWith("> 7200");
        assertThat(changed.at("/annotations/runbook_url").asText())
                .isEqualTo("https://wiki.example.org/sluice/SluiceQueueOldestAge");
        assertThat(rendered.at("/groups/0/rules").findValuesAsText("expr")).contains("vector(0.005)", "vector(0.02)");
        assertThat(check(rendered).code()).isZero();
    }

    @Test
    void everyQuestionOfADashboardIsOneThatPrometheusUnderstands() throws IOException, InterruptedException {
        List<Map<String, String>> rules = new ArrayList<>();
        for (Path file : Dashboards.files()) {
            for (String expression : Dashboards.expressions(Dashboards.read(file))) {
                rules.add(Map.of(
                        "record",
                        "dashboard:question:" + rules.size(),
                        "expr",
                        expression.replace("$__rate_interval", "5m").replaceAll("\\$[a-z_]+", "x")));
            }
        }

        assertThat(rules).hasSizeGreaterThan(15);
        Answer answer = check(new ObjectMapper()
                .valueToTree(Map.of("groups", List.of(Map.of("name", "dashboards", "rules", rules)))));
        assertThat(answer.code()).as(answer.text()).isZero();
    }

    private static JsonNode rendered(String values) {
        return Chart.objects("sluice-system", values).stream()
                .filter(GenericKubernetesResource.class::isInstance)
                .map(GenericKubernetesResource.class::cast)
                .filter(object -> object.getKind().equals("PrometheusRule"))
                .map(object -> new ObjectMapper()
                        .<JsonNode>valueToTree(object.getAdditionalProperties().get("spec")))
                .findFirst()
                .orElseThrow();
    }

    private static JsonNode rule(JsonNode rules, String alert) {
        return Stream.of(rules.findParents("alert").toArray(JsonNode[]::new))
                .filter(rule -> rule.path("alert").asText().equals(alert))
                .findFirst()
                .orElseThrow();
    }

    private Answer check(JsonNode rules) throws IOException, InterruptedException {
        Path file = directory.resolve("checked.yaml");
        YAML.writeValue(file.toFile(), rules);
        return promtool("check", "rules", file.toString());
    }

    private record Answer(int code, String text) {}

    private Answer promtool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("promtool"));
        command.addAll(List.of(arguments));
        Path output = directory.resolve("promtool.log");
        int code = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start()
                .waitFor();
        return new Answer(code, Files.readString(output));
    }
}
