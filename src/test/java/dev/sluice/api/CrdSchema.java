package dev.sluice.api;

import com.fasterxml.jackson.annotation.JsonClassDescription;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sluice.api.Bounded.ListType;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crdv2.generator.CRDPostProcessor;
import io.fabric8.generator.annotation.Default;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Adds what the schema generator has no annotation for: list types and their keys, bounds, the format of 64-bit
 * integers, defaults of objects, the default status, descriptions of the conditions.
 */
final class CrdSchema implements CRDPostProcessor {
    private final Map<String, Class<? extends HasMetadata>> kinds;

    CrdSchema(Map<String, Class<? extends HasMetadata>> kinds) {
        this.kinds = kinds;
    }

    @Override
    public HasMetadata process(HasMetadata resource, String crdSpecVersion) {
        CustomResourceDefinition crd = (CustomResourceDefinition) resource;
        Class<? extends HasMetadata> kind = kinds.get(crd.getSpec().getNames().getKind());
        crd.getSpec().getVersions().forEach(version -> {
            version.setAdditionalPrinterColumns(inDeclaredOrder(kind, version.getAdditionalPrinterColumns()));
            JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
            root.setDescription(kind.getAnnotation(JsonClassDescription.class).value());
            Type[] data = ((ParameterizedType) kind.getGenericSuperclass()).getActualTypeArguments();
            JSONSchemaProps spec = root.getProperties().get("spec");
            spec.setDescription("What is wanted.");
            root.setRequired(List.of("spec"));
            complete(spec, (Class<?>) data[0]);
            JSONSchemaProps status = root.getProperties().get("status");
            status.setDescription("What is; written by Sluice.");
            status.setDefault(JsonNodeFactory.instance.objectNode().put("observedGeneration", -1));
            complete(status, (Class<?>) data[1]);
        });
        return crd;
    }

    /** The generator sorts columns by path; people read them in the order in which they are declared. */
    private static List<CustomResourceColumnDefinition> inDeclaredOrder(
            Class<?> kind, List<CustomResourceColumnDefinition> columns) {
        List<String> declared = Arrays.stream(kind.getAnnotationsByType(AdditionalPrinterColumn.class))
                .map(AdditionalPrinterColumn::name)
                .toList();
        return columns.stream()
                .sorted(Comparator.comparingInt(column -> declared.indexOf(column.getName())))
                .toList();
    }

    private void complete(JSONSchemaProps schema, Class<?> type) {
        for (RecordComponent component : type.getRecordComponents()) {
            JSONSchemaProps property = schema.getProperties().get(wordOf(component));
            try {
                Bounded bounds = type.getDeclaredField(component.getName()).getAnnotation(Bounded.class);
                Default standard = type.getDeclaredField(component.getName()).getAnnotation(Default.class);
                if (standard != null && "{}".equals(standard.value())) {
                    property.setDefault(JsonNodeFactory.instance.objectNode());
                }
                complete(property, component.getGenericType(), bounds);
            } catch (NoSuchFieldException e) {
                throw new IllegalStateException("a record component without a field: " + component, e);
            }
        }
    }

    /** What the field is called outside. */
    private static String wordOf(RecordComponent component) {
        JsonProperty renamed = component.getAccessor().getAnnotation(JsonProperty.class);
        return renamed == null ? component.getName() : renamed.value();
    }

    private void complete(JSONSchemaProps property, Type type, Bounded bounds) {
        // An annotation of a record component sits on its field and on its accessor, and the generator reads both.
        property.setXKubernetesValidations(
                property.getXKubernetesValidations().stream().distinct().toList());
        if (type instanceof ParameterizedType generic) {
            if (bounds == null) {
                throw new IllegalStateException("a list or map without bounds: add @Bounded to " + type);
            }
            if (generic.getRawType() == List.class) {
                list(property, generic.getActualTypeArguments()[0], bounds);
            } else {
                property.setMaxProperties((long) bounds.items());
                element(property.getAdditionalProperties().getSchema(), generic.getActualTypeArguments()[1], bounds);
            }
        } else {
            element(property, type, bounds);
        }
    }

    private void list(JSONSchemaProps property, Type element, Bounded bounds) {
        property.setMaxItems((long) bounds.items());
        if (bounds.least() > 0) {
            property.setMinItems((long) bounds.least());
        }
        property.setXKubernetesListType(bounds.list().name().toLowerCase(Locale.ROOT));
        if (bounds.list() == ListType.MAP) {
            property.setXKubernetesListMapKeys(List.of(bounds.keys()));
        }
        element(property.getItems().getSchema(), element, bounds);
    }

    private void element(JSONSchemaProps schema, Type type, Bounded bounds) {
        if (type == long.class || type == Long.class) {
            schema.setFormat("int64");
        } else if (type == int.class || type == Integer.class) {
            schema.setFormat("int32");
        } else if (type == String.class) {
            text(schema, bounds);
        } else if (type == Condition.class) {
            condition(schema);
        } else if (type instanceof Class<?> nested && nested.isRecord()) {
            complete(schema, nested);
        }
    }

    private void text(JSONSchemaProps schema, Bounded bounds) {
        if (bounds == null || bounds.length() == 0) {
            throw new IllegalStateException("a text without a length: add @Bounded(length = …)");
        }
        schema.setMaxLength((long) bounds.length());
        if (!bounds.pattern().isEmpty()) {
            schema.setPattern(bounds.pattern());
        }
    }

    /** The fields and bounds of {@code metav1.Condition}. */
    private void condition(JSONSchemaProps schema) {
        schema.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
        Map<String, JSONSchemaProps> fields = schema.getProperties();
        describe(fields.get("type"), "What is said, in one CamelCase word.", 316);
        describe(fields.get("status"), "True, False or Unknown.", 7);
        fields.get("status").setPattern("^(True|False|Unknown)$");
        describe(fields.get("reason"), "Why, in one CamelCase word.", 1024);
        describe(fields.get("message"), "Why, in words for people.", 32768);
        fields.get("lastTransitionTime").setDescription("When the status changed last.");
        fields.get("lastTransitionTime").setFormat("date-time");
        fields.get("observedGeneration").setDescription("The generation of the spec that the condition speaks of.");
        fields.get("observedGeneration").setFormat("int64");
        fields.get("observedGeneration").setMinimum(0.0);
    }

    private void describe(JSONSchemaProps field, String description, long longest) {
        field.setDescription(description);
        field.setMaxLength(longest);
    }
}
