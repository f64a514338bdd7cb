package dev.sluice.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.RolloutPolicySpec.GateSettings;
import dev.sluice.sim.GateFigures;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The figures of the gate in a file with a RolloutPolicy. */
final class PolicyFile {
    private static final YAMLMapper YAML = new YAMLMapper();

    private PolicyFile() {}

    /** @throws IllegalArgumentException when the file is none of a RolloutPolicy; the message says what to write */
    static GateFigures read(Path file) throws IOException {
        JsonNode policy;
        try {
            policy = YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(file + " is not YAML: " + e.getOriginalMessage(), e);
        }
        String kind = policy.path("kind").asText();
        if (!kind.equals(RolloutPolicy.class.getSimpleName())) {
            throw new IllegalArgumentException(file + " holds " + (kind.isEmpty() ? "no kind" : "a " + kind)
                    + ": name a file with one RolloutPolicy");
        }
        JsonNode gate = policy.path("spec").path("gate");
        GateSettings standard = GateSettings.STANDARD;
        return new GateFigures(
                number(file, gate, "alpha", standard.alpha()),
                number(file, gate, "beta", standard.beta()),
                number(file, gate, "tolerance", standard.tolerance()),
                (long) number(file, gate, "horizonSeconds", String.valueOf(standard.horizonSeconds())));
    }

    private static double number(Path file, JsonNode gate, String name, String otherwise) {
        String text = gate.path(name).asText(otherwise);
        try {
            return Double.parseDouble(text.isEmpty() ? otherwise : text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    file + ": spec.gate." + name + " is \"" + text + "\": write a decimal number such as \"" + otherwise
                            + "\"",
                    e);
        }
    }
}
