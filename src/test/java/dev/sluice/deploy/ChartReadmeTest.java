package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What the documents say of values and rights is what the chart has. */
class ChartReadmeTest {
    private static final Path VALUES = Chart.DIRECTORY.resolve("values.yaml");
    /** One row for all alerts: a switch each. */
    private static final String ALERTS = "metrics.prometheusRule.alerts";

    private static final Pattern VALUE_ROW = Pattern.compile("(?m)^\\| `([^`]+)` \\| (?:`([^`]*)`)? ?\\| (.*) ?\\|$");
    private static final Pattern RIGHT_ROW = Pattern.compile("(?m)^\\| (`[a-z/.0-9`, ]+`) \\| ([a-z, ]+) \\| .+ \\|$");

    @Test
    void theTableOfValuesIsComplete() throws IOException {
        Map<String, String> documented = VALUE_ROW
                .matcher(Files.readString(Chart.DIRECTORY.resolve("README.md")))
                .results()
                .filter(row -> !row.group(1).equals(ALERTS))
                .collect(Collectors.toMap(
                        row -> row.group(1),
                        row -> row.group(2).replace("\"\"", ""),
                        (one, other) -> one,
                        TreeMap::new));

        Map<String, String> real = new TreeMap<>();
        leaves("", new YAMLMapper().readTree(VALUES.toFile()), real);
        assertThat(documented).isEqualTo(real);
    }

    @Test
    void theSchemaTakesNoValueThatTheChartDoesNotKnow() throws IOException {
        JsonNode schema = new ObjectMapper()
                .readTree(Chart.DIRECTORY.resolve("values.schema.json").toFile());

        List<JsonNode> lists = listsOfProperties(schema).toList();
        assertThat(lists)
                .hasSizeGreaterThan(10)
                .allSatisfy(list -> assertThat(list.path("additionalProperties"))
                        .as("%s", list)
                        .isEqualTo(BooleanNode.FALSE));
    }

    private static Stream<JsonNode> listsOfProperties(JsonNode node) {
        Stream<JsonNode> below =
                StreamSupport.stream(node.spliterator(), false).flatMap(ChartReadmeTest::listsOfProperties);
        return node.has("properties") && node.has("type") ? Stream.concat(Stream.of(node), below) : below;
    }

    private static void leaves(String path, JsonNode node, Map<String, String> into) {
        if (path.equals(ALERTS)) {
            return;
        }
        if (node.isObject() && !node.isEmpty()) {
            node.properties()
                    .forEach(field -> leaves(
                            path.isEmpty() ? field.getKey() : path + "." + field.getKey(), field.getValue(), into));
        } else {
            into.put(path, node.isValueNode() ? node.asText() : node.toString());
        }
    }

    @Test
    void eachRightOfTheOperatorIsNamedWithItsReason() throws IOException {
        Set<String> documented = RIGHT_ROW
                .matcher(Files.readString(Path.of("docs", "security.md")))
                .results()
                .flatMap(row -> words(row.group(1).replace("`", "")).stream()
                        .flatMap(resource -> words(row.group(2)).stream().map(verb -> resource + " " + verb)))
                .collect(Collectors.toCollection(TreeSet::new));

        Set<String> granted = new TreeSet<>();
        Chart.objects(ClusterRole.class, "{}").stream()
                .filter(role -> role.getMetadata().getName().equals("sluice"))
                .forEach(role -> role.getRules().forEach(rule -> granted.addAll(rights(rule))));
        Chart.objects(Role.class, "{}").forEach(role -> role.getRules().forEach(rule -> granted.addAll(rights(rule))));
        assertThat(documented).isEqualTo(granted);
    }

    private static List<String> words(String list) {
        return Arrays.stream(list.split(",", -1))
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .toList();
    }

    private static List<String> rights(PolicyRule rule) {
        return rule.getApiGroups().stream()
                .flatMap(group -> rule.getResources().stream()
                        .map(resource -> group.isEmpty() ? resource : resource + "." + group))
                .flatMap(resource -> rule.getVerbs().stream().map(verb -> resource + " " + verb))
                .toList();
    }
}
