package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.SluiceNames;
import java.util.ArrayList;
import java.util.List;

/** What is wrong with an object of a file, as far as the definitions that this program carries tell it. */
final class ManifestCheck {
    private static final String VERSION = SluiceNames.GROUP + "/" + SluiceNames.VERSION;

    private final Definitions definitions = new Definitions();

    /** The faults, a line each; objects that are not Sluice's have none as long as they are objects. */
    List<String> faults(Manifest manifest) {
        JsonNode content = manifest.content();
        if (!content.isObject()
                || manifest.kind().isEmpty()
                || !content.path("apiVersion").isTextual()) {
            return List.of("it is no object of Kubernetes: write apiVersion, kind and metadata.name");
        }
        if (!manifest.isOurs()) {
            return List.of();
        }
        if (!content.path("apiVersion").asText().equals(VERSION)) {
            return List.of("apiVersion is %s: write %s"
                    .formatted(content.path("apiVersion").asText(), VERSION));
        }
        List<String> faults = new ArrayList<>();
        if (manifest.name().isEmpty() && content.at("/metadata/generateName").isMissingNode()) {
            faults.add("metadata.name is missing: write a name");
        }
        definitions
                .schema(manifest.kind())
                .ifPresentOrElse(
                        schema -> faults.addAll(SchemaCheck.faults(schema, content)),
                        () -> faults.add("kind %s is none of Sluice's%s"
                                .formatted(
                                        manifest.kind(),
                                        Nearest.to(manifest.kind(), definitions.kinds())
                                                .map("; did you mean %s?"::formatted)
                                                .orElse(": write one of " + String.join(", ", definitions.kinds())))));
        return faults;
    }

    /** How many rules across fields the object's kind has, which only the API server evaluates. */
    int rules(Manifest manifest) {
        return definitions.schema(manifest.kind()).map(SchemaCheck::rules).orElse(0);
    }
}
