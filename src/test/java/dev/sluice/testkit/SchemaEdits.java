package dev.sluice.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/** Edits of a declaration that follow from its kind's schema: what the schema allows, to the limits, and what it does not. */
public final class SchemaEdits {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final List<String> WORDS = List.of(
            "a",
            "example.org",
            "192.0.2.25",
            "192.0.2.0/24",
            "0.1",
            "1.5",
            "s@ex.test",
            "08:00",
            "UTC",
            "NoSchedule",
            "Exists",
            "127.0.0.1:9999",
            "1Gi",
            "250m",
            "registry.example.org/mail:7");

    private final JsonNode schema;
    private final Random random;

    /** A field, and what it is set to. */
    public record Edit(List<String> path, JsonNode value) {
        public Edit {
            path = List.copyOf(path);
        }

        /** The declaration with this edit; parents that are missing get what they cannot do without. */
        public ObjectNode on(JsonNode declaration) {
            ObjectNode edited = declaration.deepCopy();
            JsonNode at = edited;
            for (String name : path.subList(0, path.size() - 1)) {
                at = at instanceof ArrayNode array
                        ? array.get(0)
                        : at.path(name).isMissingNode() ? ((ObjectNode) at).putObject(name) : at.get(name);
            }
            String last = path.get(path.size() - 1);
            if (at instanceof ArrayNode array) {
                array.set(0, value);
            } else if (at instanceof ObjectNode object) {
                object.set(last, value);
            }
            return edited;
        }

        /** The innermost field with a name. */
        public String field() {
            return path.stream()
                    .filter(name -> name.length() > 1)
                    .reduce((outer, inner) -> inner)
                    .orElseThrow();
        }

        @Override
        public String toString() {
            String text = value.toString();
            return String.join(".", path) + " = " + (text.length() > 60 ? text.substring(0, 60) + "…" : text);
        }
    }

    private record Field(List<String> path, JsonNode schema) {}

    /**
     * Edits of a kind.
     *
     * @param definition the file with its CustomResourceDefinition
     * @param random what chooses
     */
    public SchemaEdits(Path definition, Random random) throws IOException {
        this.schema = new YAMLMapper()
                .readTree(definition.toFile())
                .at("/spec/versions/0/schema/openAPIV3Schema/properties/spec");
        this.random = random;
    }

    /** Every field that may be declared, by its path; a list's items have the path "0". */
    public List<String> paths() {
        return fields().map(field -> String.join(".", field.path())).toList();
    }

    /** An edit that the schema allows, of a field other than these and what is below them. */
    public Edit allowed(Set<String> others) {
        Field field = one(others);
        return new Edit(field.path(), valid(field.schema()));
    }

    /** An edit that the schema does not allow. */
    public Edit refused() {
        while (true) {
            Field field = one(Set.of());
            List<JsonNode> wrong = wrong(field.schema());
            if (!wrong.isEmpty()) {
                return new Edit(field.path(), wrong.get(random.nextInt(wrong.size())));
            }
        }
    }

    /** A declaration in which every field is there and as large as the schema allows, but for these. */
    public ObjectNode extreme(Set<String> others) {
        return (ObjectNode) largest(schema, "spec", others);
    }

    private Field one(Set<String> others) {
        List<Field> fields = fields().filter(field -> others.stream()
                        .noneMatch(other -> (String.join(".", field.path()) + ".").startsWith(other + ".")))
                .toList();
        return fields.get(random.nextInt(fields.size()));
    }

    private Stream<Field> fields() {
        return below(new Field(List.of("spec"), schema));
    }

    private static Stream<Field> below(Field parent) {
        JsonNode schema = parent.schema();
        if (schema.has("properties")) {
            return schema.get("properties").properties().stream()
                    .map(child -> new Field(child(parent, child.getKey()), child.getValue()))
                    .flatMap(child -> Stream.concat(Stream.of(child), below(child)));
        }
        if (schema.has("items")) {
            Field item = new Field(child(parent, "0"), schema.get("items"));
            return Stream.concat(Stream.of(item), below(item));
        }
        if (schema.path("additionalProperties").isObject()) {
            return Stream.of(new Field(child(parent, "a"), schema.get("additionalProperties")));
        }
        return Stream.of();
    }

    private static List<String> child(Field parent, String name) {
        List<String> path = new ArrayList<>(parent.path());
        path.add(name);
        return path;
    }

    // ---- what the schema allows

    private JsonNode valid(JsonNode schema) {
        if (schema.has("enum")) {
            return schema.get("enum").get(random.nextInt(schema.get("enum").size()));
        }
        return switch (schema.path("type").asText()) {
            case "integer" -> JSON.numberNode(number(schema));
            case "boolean" -> JSON.booleanNode(random.nextBoolean());
            case "array" -> {
                ArrayNode array = JSON.arrayNode();
                int items = schema.path("minItems").asInt(0) + random.nextInt(2);
                for (int i = 0; i < items; i++) {
                    array.add(valid(schema.get("items")));
                }
                yield array;
            }
            case "object" -> object(schema);
            default -> JSON.textNode(word(schema));
        };
    }

    private ObjectNode object(JsonNode schema) {
        ObjectNode object = JSON.objectNode();
        schema.path("required")
                .forEach(name ->
                        object.set(name.asText(), valid(schema.get("properties").get(name.asText()))));
        if (schema.path("additionalProperties").isObject()) {
            object.set("a", valid(schema.get("additionalProperties")));
        }
        return object;
    }

    private long number(JsonNode schema) {
        long low = schema.path("minimum").asLong(0);
        long high = schema.path("maximum").asLong(Integer.MAX_VALUE);
        return switch (random.nextInt(3)) {
            case 0 -> low;
            case 1 -> high;
            default -> low + (long) (random.nextDouble() * (high - low));
        };
    }

    private String word(JsonNode schema) {
        List<String> fitting = WORDS.stream().filter(word -> fits(schema, word)).toList();
        return fitting.get(random.nextInt(fitting.size()));
    }

    private static boolean fits(JsonNode schema, String word) {
        return !schema.has("pattern") || word.matches(schema.get("pattern").asText());
    }

    // ---- what it does not

    private List<JsonNode> wrong(JsonNode schema) {
        List<JsonNode> wrong = new ArrayList<>();
        String type = schema.path("type").asText();
        if (!type.isEmpty()) {
            wrong.add(type.equals("boolean") ? JSON.textNode("yes") : JSON.booleanNode(true));
            wrong.add(type.equals("array") ? JSON.objectNode() : JSON.arrayNode());
        }
        if (schema.has("enum")) {
            wrong.add(JSON.textNode("Perhaps"));
        }
        if (schema.has("minimum")) {
            wrong.add(JSON.numberNode(schema.get("minimum").asLong() - 1));
        }
        if (schema.has("maximum")) {
            wrong.add(JSON.numberNode(schema.get("maximum").asLong() + 1));
            wrong.add(JSON.numberNode(Long.MAX_VALUE));
        }
        if (schema.has("maxLength")) {
            wrong.add(JSON.textNode("a".repeat(schema.get("maxLength").asInt() + 1)));
        }
        if (schema.has("pattern")) {
            wrong.add(JSON.textNode("\u202e ☃ \ud83d\udce7"));
        }
        if (schema.has("maxItems")) {
            ArrayNode many = JSON.arrayNode();
            for (int i = 0; i <= schema.get("maxItems").asInt(); i++) {
                many.add(valid(schema.get("items")));
            }
            wrong.add(many);
        }
        if (schema.has("required")) {
            wrong.add(JSON.objectNode());
        }
        return wrong;
    }

    // ---- the largest

    private JsonNode largest(JsonNode schema, String path, Set<String> others) {
        if (schema.has("enum")) {
            return schema.get("enum").get(0);
        }
        return switch (schema.path("type").asText()) {
            case "integer" -> JSON.numberNode(schema.path("maximum").asLong(Long.MAX_VALUE));
            case "boolean" -> JSON.booleanNode(true);
            case "array" -> most(schema, path, others);
            case "object" -> {
                ObjectNode object = JSON.objectNode();
                schema.path("properties").properties().forEach(child -> {
                    String below = path + "." + child.getKey();
                    if (!others.contains(below)) {
                        object.set(child.getKey(), largest(child.getValue(), below, others));
                    }
                });
                if (schema.path("additionalProperties").isObject()) {
                    for (int i = 0; i < schema.path("maxProperties").asInt(1); i++) {
                        object.set("k" + i, largest(schema.get("additionalProperties"), path + ".a", others));
                    }
                }
                yield object;
            }
            default -> longest(schema);
        };
    }

    /** As many items as there may be, which differ where items of a set or a map have to. */
    private ArrayNode most(JsonNode schema, String path, Set<String> others) {
        JsonNode items = schema.get("items");
        int many = Math.min(
                schema.path("maxItems").asInt(1),
                items.has("enum") ? items.get("enum").size() : Integer.MAX_VALUE);
        ArrayNode array = JSON.arrayNode();
        for (int i = 0; i < many; i++) {
            int number = i;
            JsonNode item = items.has("enum") ? items.get("enum").get(i) : largest(items, path + ".0", others);
            if (item instanceof ObjectNode object) {
                schema.path("x-kubernetes-list-map-keys").forEach(key -> object.put(key.asText(), "n" + number));
            }
            array.add(item.isTextual() && !items.has("enum") ? JSON.textNode("n" + i) : item);
        }
        return array;
    }

    private JsonNode longest(JsonNode schema) {
        int length = schema.path("maxLength").asInt(1);
        return Stream.of("☃\u202e\ud83d\udce7é".repeat(length / 5 + 1), "a".repeat(length))
                .map(text -> text.substring(
                        0, text.offsetByCodePoints(0, Math.min(length, text.codePointCount(0, text.length())))))
                .filter(text -> fits(schema, text))
                .findFirst()
                .<JsonNode>map(JSON::textNode)
                .orElseGet(() -> JSON.textNode(word(schema)));
    }
}
