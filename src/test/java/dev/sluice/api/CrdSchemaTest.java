package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The habits of every definition, whatever its kind. */
class CrdSchemaTest {
    private static final int LARGEST = 150 * 1024;
    private static final Map<String, String> FILES = Crds.generate();

    static Stream<CustomResourceDefinition> definitions() {
        KubernetesSerialization serialization = new KubernetesSerialization();
        return FILES.values().stream().map(yaml -> serialization.unmarshal(yaml, CustomResourceDefinition.class));
    }

    @Test
    void thereIsADefinitionOfEachKind() {
        assertThat(FILES)
                .containsOnlyKeys(
                        "filterpools.yaml",
                        "mailnodes.yaml",
                        "messagereports.yaml",
                        "poolactions.yaml",
                        "poolrollouts.yaml",
                        "rolloutpolicies.yaml",
                        "transportpools.yaml");
    }

    @Test
    void aClientSideApplyCanCarryEachDefinition() {
        assertThat(FILES)
                .allSatisfy((name, yaml) ->
                        assertThat(yaml.getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(LARGEST));
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyFieldSaysWhatItIs(CustomResourceDefinition definition) {
        assertThat(fields(
                        definition,
                        field -> !field.isElement()
                                && (field.schema.getDescription() == null
                                        || field.schema.getDescription().isBlank())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyListSaysHowItIsMerged(CustomResourceDefinition definition) {
        assertThat(fields(
                        definition,
                        field -> "array".equals(field.schema.getType())
                                && field.schema.getXKubernetesListType() == null))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void theKeysOfAListAreNeverMissing(CustomResourceDefinition definition) {
        assertThat(fields(definition, CrdSchemaTest::hasAKeyThatCanBeMissing)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyTextListAndMapIsBounded(CustomResourceDefinition definition) {
        assertThat(fields(definition, field -> switch (String.valueOf(field.schema.getType())) {
                    case "string" ->
                        field.schema.getMaxLength() == null
                                && field.schema.getEnum().isEmpty()
                                && field.schema.getFormat() == null;
                    case "array" -> field.schema.getMaxItems() == null || field.schema.getMaxItems() == 0;
                    case "object" ->
                        field.schema.getAdditionalProperties() != null
                                && (field.schema.getMaxProperties() == null || field.schema.getMaxProperties() == 0);
                    default -> false;
                }))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void noFieldIsAFloatingPointNumber(CustomResourceDefinition definition) {
        assertThat(fields(definition, field -> "number".equals(field.schema.getType())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyIntegerSaysHowWideItIs(CustomResourceDefinition definition) {
        assertThat(fields(
                        definition,
                        field -> "integer".equals(field.schema.getType()) && field.schema.getFormat() == null))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void nothingIsTakenWithoutBeingLookedAt(CustomResourceDefinition definition) {
        assertThat(fields(definition, field -> Boolean.TRUE.equals(field.schema.getXKubernetesPreserveUnknownFields())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void theDescriptionOfAChoiceThatAPersonMakesNamesEachValue(CustomResourceDefinition definition) {
        assertThat(fields(
                        definition,
                        field -> field.path.startsWith(".spec")
                                && !field.isElement()
                                && !field.path.endsWith(".purpose")
                                && field.schema.getEnum().stream()
                                        .anyMatch(value ->
                                                !field.schema.getDescription().contains(value.asText()))))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void theDescriptionOfADefaultNamesIt(CustomResourceDefinition definition) {
        assertThat(fields(
                        definition,
                        field -> field.path.startsWith(".spec")
                                && field.schema.getDefault() != null
                                && field.schema.getDefault().isValueNode()
                                && !field.schema
                                        .getDescription()
                                        .contains(field.schema.getDefault().asText())))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void everyRuleSaysOnceWhatToDoInstead(CustomResourceDefinition definition) {
        assertThat(fields(
                        definition,
                        field -> field.schema.getXKubernetesValidations().stream()
                                .anyMatch(rule -> !helps(rule))))
                .isEmpty();
        assertThat(fields(
                        definition,
                        field -> field.schema.getXKubernetesValidations().stream()
                                        .distinct()
                                        .count()
                                < field.schema.getXKubernetesValidations().size()))
                .isEmpty();
    }

    @ParameterizedTest
    @MethodSource("definitions")
    void aNewObjectIsNotMistakenForOneThatIsUpToDate(CustomResourceDefinition definition) {
        JSONSchemaProps status = root(definition).getProperties().get("status");

        assertThat(status.getDefault().get("observedGeneration").asLong()).isEqualTo(-1);
        assertThat(status.getProperties().get("observedGeneration").getFormat()).isEqualTo("int64");
        assertThat(version(definition).getSubresources().getStatus()).isNotNull();
    }

    private static boolean helps(ValidationRule rule) {
        return rule.getMessage() != null
                && Stream.of("write", "remove", "give", "name", "make", "delete", "change")
                        .anyMatch(rule.getMessage()::contains);
    }

    private static boolean hasAKeyThatCanBeMissing(Field field) {
        if (!"map".equals(field.schema.getXKubernetesListType())) {
            return false;
        }
        JSONSchemaProps element = field.schema.getItems().getSchema();
        return field.schema.getXKubernetesListMapKeys().isEmpty()
                || !field.schema.getXKubernetesListMapKeys().stream()
                        .allMatch(key -> element.getRequired().contains(key)
                                || element.getProperties().get(key).getDefault() != null);
    }

    private static List<String> fields(CustomResourceDefinition definition, Predicate<Field> wanted) {
        List<Field> all = new ArrayList<>();
        walk(root(definition), "", all);
        assertThat(all).hasSizeGreaterThan(10);
        return all.stream().filter(wanted).map(Field::path).toList();
    }

    private static void walk(JSONSchemaProps schema, String path, List<Field> into) {
        into.add(new Field(path, schema));
        schema.getProperties().forEach((name, property) -> walk(property, path + "." + name, into));
        if (schema.getItems() != null) {
            walk(schema.getItems().getSchema(), path + "[]", into);
        }
        if (schema.getAdditionalProperties() != null) {
            walk(schema.getAdditionalProperties().getSchema(), path + "{}", into);
        }
    }

    private static JSONSchemaProps root(CustomResourceDefinition definition) {
        return version(definition).getSchema().getOpenAPIV3Schema();
    }

    private static CustomResourceDefinitionVersion version(CustomResourceDefinition definition) {
        return definition.getSpec().getVersions().get(0);
    }

    private record Field(String path, JSONSchemaProps schema) {
        boolean isElement() {
            return path.endsWith("[]") || path.endsWith("{}");
        }
    }
}
