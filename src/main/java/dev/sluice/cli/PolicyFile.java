package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.api.RolloutPolicySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;

/** Reads a rollout policy from a manifest, without a server that would check it. */
final class PolicyFile {
    private static final ObjectMapper YAML = YAMLMapper.builder().build();

    private PolicyFile() {}

    /**
     * The policy of a RolloutPolicy, or of a pool that has one in place; the first of either in the file.
     *
     * @throws IllegalArgumentException when there is none or it cannot be read; says where and what to write instead
     */
    static RolloutPolicySpec read(Path file) {
        try {
            for (String document : Files.readString(file).split("(?m)^---\\s*$", -1)) {
                JsonNode manifest = YAML.readTree(document);
                JsonNode policy = policy(manifest);
                if (!policy.isMissingNode()) {
                    return YAML.treeToValue(policy, RolloutPolicySpec.class);
                }
            }
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + " does not exist; name a file with a RolloutPolicy", e);
        } catch (JsonMappingException e) {
            String field = e.getPath().stream()
                    .map(step -> step.getFieldName() == null ? "[" + step.getIndex() + "]" : step.getFieldName())
                    .collect(Collectors.joining("."));
            throw new IllegalArgumentException(
                    "%s: %s cannot be read: %s".formatted(file, field.isEmpty() ? "it" : field, e.getOriginalMessage()),
                    e);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(
                    "%s line %d is not YAML: %s".formatted(file, e.getLocation().getLineNr(), e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new IllegalArgumentException("cannot read " + file + ": " + e.getMessage(), e);
        }
        throw new IllegalArgumentException(
                file + " holds no policy; write a RolloutPolicy, or a FilterPool or TransportPool with"
                        + " spec.rollout.policy");
    }

    private static JsonNode policy(JsonNode manifest) {
        String kind = manifest.path("kind").asText();
        if (kind.equals("RolloutPolicy")) {
            return manifest.path("spec");
        }
        boolean pool = kind.equals("FilterPool") || kind.equals("TransportPool");
        return pool ? manifest.path("spec").path("rollout").path("policy") : MissingNode.getInstance();
    }
}
