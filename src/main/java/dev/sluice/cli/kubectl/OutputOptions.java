package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;

/** How an answer is written. */
final class OutputOptions {
    /** The version of the JSON that commands write of their own. */
    static final String VERSION = "cli.sluice.dev/v1alpha1";

    /** The forms of an answer. */
    enum Format {
        TEXT,
        WIDE,
        NAME,
        JSON,
        YAML,
        CSV
    }

    @CommandLine.Spec(CommandLine.Spec.Target.MIXEE)
    private CommandSpec command;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "json, yaml, wide, name or csv, where it makes sense. Default: text for people.")
    private Optional<String> format = Optional.empty();

    @Option(names = "--no-color", description = "No colours; so does the variable NO_COLOR, and a pipe.")
    private boolean plain;

    /** An answer that is no object of the cluster. */
    private record Report(
            String apiVersion, String kind, @JsonUnwrapped Object content) {}

    /** The form that was asked for; one that the command does not have is refused. */
    Format format(Format... offered) {
        if (format.isEmpty()) {
            return Format.TEXT;
        }
        String written = format.get().toUpperCase(Locale.ROOT);
        for (Format known : offered) {
            if (known != Format.TEXT && known.name().equals(written)) {
                return known;
            }
        }
        List<String> words = java.util.Arrays.stream(offered)
                .filter(known -> known != Format.TEXT)
                .map(known -> known.name().toLowerCase(Locale.ROOT))
                .toList();
        throw new CommandFailure("-o %s: %s has no such form; write -o %s"
                .formatted(format.get(), command.name(), String.join("|", words)));
    }

    Ansi colours() {
        return plain ? Ansi.OFF : Terminal.colours();
    }

    PrintWriter out() {
        return command.commandLine().getOut();
    }

    void print(List<String> lines) {
        lines.forEach(out()::println);
        out().flush();
    }

    /** Objects as the cluster has them: one as itself, several as a list. */
    void printObjects(Format form, List<?> objects, boolean asList) {
        KubernetesSerialization kubernetes = new KubernetesSerialization();
        ObjectMapper mapper = new ObjectMapper();
        try {
            JsonNode tree;
            if (asList) {
                var list = mapper.createObjectNode().put("apiVersion", "v1").put("kind", "List");
                var items = list.putArray("items");
                for (Object object : objects) {
                    items.add(mapper.readTree(kubernetes.asJson(object)));
                }
                tree = list;
            } else {
                tree = mapper.readTree(kubernetes.asJson(objects.get(0)));
            }
            write(form, tree);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an object of the cluster cannot be written as JSON", e);
        }
    }

    /**
     * An answer of a command's own.
     *
     * @param kind names the form of the content
     */
    void printReport(Format form, String kind, Object content) {
        write(form, mapper().valueToTree(new Report(VERSION, kind, content)));
    }

    private static ObjectMapper mapper() {
        return dev.sluice.node.NodeJson.mapper()
                .copy()
                .setDefaultPropertyInclusion(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_ABSENT);
    }

    private void write(Format form, JsonNode tree) {
        try {
            String text = form == Format.JSON
                    ? tree.toPrettyString() + "\n"
                    : new ObjectMapper(new YAMLFactory()
                                    .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                                    .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES))
                            .writeValueAsString(tree);
            out().print(text);
            out().flush();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer cannot be written", e);
        }
    }
}
