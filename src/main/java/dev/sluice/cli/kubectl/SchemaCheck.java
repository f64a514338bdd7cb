package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Holds an object against a structural schema, the subset of OpenAPI v3 that Kubernetes takes for custom resources: types,
 * required and unknown fields, bounds, patterns, enumerations, sets and list maps. Rules in CEL are counted, not evaluated:
 * that is the API server's own work.
 */
final class SchemaCheck {
    private final List<String> faults = new ArrayList<>();

    private SchemaCheck() {}

    /** The faults, a line each, beginning with the field's path. */
    static List<String> faults(JsonNode schema, JsonNode object) {
        SchemaCheck check = new SchemaCheck();
        for (Map.Entry<String, JsonNode> field : object.properties()) {
            boolean ofTheServer =
                    Set.of("apiVersion", "kind", "metadata", "status").contains(field.getKey());
            JsonNode known = schema.path("properties").path(field.getKey());
            if (known.isMissingNode() && !ofTheServer) {
                check.unknown("", field.getKey(), schema);
            } else if (field.getKey().equals("spec")) {
                check.value(known, field.getValue(), "spec");
            }
        }
        if (schema.path("properties").has("spec") && !object.has("spec")) {
            check.faults.add("spec is missing");
        }
        return check.faults;
    }

    /** How many CEL rules a schema has. */
    static int rules(JsonNode schema) {
        int count = schema.path("x-kubernetes-validations").size();
        for (JsonNode child : schema) {
            count += child.isContainerNode() ? rules(child) : 0;
        }
        return count;
    }

    private void value(JsonNode schema, JsonNode value, String path) {
        if (value.isNull()) {
            if (!schema.path("nullable").asBoolean()) {
                faults.add("%s is empty: write a value, or leave the field out".formatted(path));
            }
            return;
        }
        if (schema.path("x-kubernetes-int-or-string").asBoolean()) {
            if (!value.isIntegralNumber() && !value.isTextual()) {
                faults.add("%s is %s: write a whole number or text".formatted(path, shown(value)));
            }
            return;
        }
        switch (schema.path("type").asText()) {
            case "object" -> object(schema, value, path);
            case "array" -> array(schema, value, path);
            case "string" -> text(schema, value, path);
            case "integer" -> number(schema, value, path, value.isIntegralNumber(), "a whole number");
            case "number" -> number(schema, value, path, value.isNumber(), "a number");
            case "boolean" -> {
                if (!value.isBoolean()) {
                    faults.add("%s is %s: write true or false".formatted(path, shown(value)));
                }
            }
            default -> {
                // A schema that says nothing of the type takes everything.
            }
        }
    }

    private void object(JsonNode schema, JsonNode value, String path) {
        if (!value.isObject()) {
            faults.add("%s is %s: write fields below it".formatted(path, shown(value)));
            return;
        }
        for (JsonNode name : schema.path("required")) {
            if (!value.has(name.asText())) {
                faults.add("%s.%s is missing%s".formatted(path, name.asText(), meaning(schema, name.asText())));
            }
        }
        JsonNode properties = schema.path("properties");
        JsonNode others = schema.path("additionalProperties");
        for (Map.Entry<String, JsonNode> field : value.properties()) {
            String name = field.getKey();
            if (properties.has(name)) {
                value(properties.get(name), field.getValue(), path + "." + name);
            } else if (others.isObject()) {
                value(others, field.getValue(), path + "." + name);
            } else if (!others.asBoolean()
                    && !schema.path("x-kubernetes-preserve-unknown-fields").asBoolean()) {
                unknown(path + ".", name, schema);
            }
        }
    }

    private static String meaning(JsonNode schema, String field) {
        String description = schema.at("/properties/" + field + "/description").asText();
        return description.isEmpty() ? "" : ": " + description;
    }

    private void unknown(String path, String name, JsonNode schema) {
        List<String> known = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(known::add);
        faults.add("%s%s is no field%s"
                .formatted(
                        path,
                        name,
                        Nearest.to(name, known)
                                .map("; did you mean %s?"::formatted)
                                .orElse(": there is " + String.join(", ", known))));
    }

    private void array(JsonNode schema, JsonNode value, String path) {
        if (!value.isArray()) {
            faults.add("%s is %s: write a list".formatted(path, shown(value)));
            return;
        }
        bound(schema, "maxItems", value.size(), path, "%s has %d entries: write at most %d");
        least(schema, "minItems", value.size(), path, "%s has %d entries: write at least %d");
        Set<String> seen = new HashSet<>();
        for (int index = 0; index < value.size(); index++) {
            JsonNode item = value.get(index);
            String place = "%s[%d]".formatted(path, index);
            value(schema.path("items"), item, place);
            String identity = identity(schema, item);
            if (!identity.isEmpty() && !seen.add(identity)) {
                faults.add("%s is there twice (%s): write each one once".formatted(place, identity));
            }
        }
    }

    private static String identity(JsonNode schema, JsonNode item) {
        String type = schema.path("x-kubernetes-list-type").asText();
        if (type.equals("set")) {
            return item.asText();
        }
        StringBuilder identity = new StringBuilder();
        if (type.equals("map")) {
            for (JsonNode key : schema.path("x-kubernetes-list-map-keys")) {
                identity.append(identity.isEmpty() ? "" : " ")
                        .append(item.path(key.asText()).asText());
            }
        }
        return identity.toString();
    }

    private void text(JsonNode schema, JsonNode value, String path) {
        if (!value.isTextual()) {
            faults.add("%s is %s: write text, in quotes \"%s\"".formatted(path, shown(value), value.asText()));
            return;
        }
        String text = value.asText();
        bound(schema, "maxLength", text.length(), path, "%s has %d characters: write at most %d");
        least(schema, "minLength", text.length(), path, "%s has %d characters: write at least %d");
        if (schema.has("enum")) {
            List<String> choices = new ArrayList<>();
            schema.get("enum").forEach(choice -> choices.add(choice.asText()));
            if (!choices.contains(text)) {
                faults.add("%s is %s: write one of %s".formatted(path, text, String.join(", ", choices)));
            }
        }
        if (schema.has("pattern")
                && !Pattern.compile(schema.get("pattern").asText())
                        .matcher(text)
                        .find()) {
            faults.add("%s is %s: %s"
                    .formatted(
                            path,
                            text,
                            schema.path("description")
                                    .asText("write what matches "
                                            + schema.get("pattern").asText())));
        }
    }

    private void number(JsonNode schema, JsonNode value, String path, boolean fits, String wanted) {
        if (!fits) {
            faults.add("%s is %s: write %s".formatted(path, shown(value), wanted));
            return;
        }
        if (schema.has("minimum") && value.asDouble() < schema.get("minimum").asDouble()) {
            faults.add("%s is %s: write at least %s".formatted(path, value.asText(), whole(schema.get("minimum"))));
        }
        if (schema.has("maximum") && value.asDouble() > schema.get("maximum").asDouble()) {
            faults.add("%s is %s: write at most %s".formatted(path, value.asText(), whole(schema.get("maximum"))));
        }
    }

    private static String whole(JsonNode bound) {
        return new java.math.BigDecimal(bound.asText()).stripTrailingZeros().toPlainString();
    }

    private void bound(JsonNode schema, String name, int size, String path, String words) {
        if (schema.has(name) && size > schema.get(name).asInt()) {
            faults.add(words.formatted(path, size, schema.get(name).asInt()));
        }
    }

    private void least(JsonNode schema, String name, int size, String path, String words) {
        if (schema.has(name) && size < schema.get(name).asInt()) {
            faults.add(words.formatted(path, size, schema.get(name).asInt()));
        }
    }

    private static String shown(JsonNode value) {
        if (value.isObject()) {
            Iterator<String> names = value.fieldNames();
            return names.hasNext() ? "an object with " + names.next() : "an empty object";
        }
        if (value.isArray()) {
            return "a list";
        }
        return value.isTextual() ? "the text \"%s\"".formatted(value.asText()) : value.asText();
    }
}
