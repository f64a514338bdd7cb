package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sluice.api.SluiceNames;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One object of a file.
 *
 * @param file where it was read from
 * @param number which document of the file, counted from 1
 * @param content the object
 */
record Manifest(String file, int number, JsonNode content) {

    /**
     * All objects of a file, of the files of a directory, or of standard input ({@code -}).
     *
     * @throws CommandFailure when something cannot be read or is no YAML
     */
    static List<Manifest> read(List<String> names) {
        List<Manifest> manifests = new ArrayList<>();
        for (String name : names) {
            if (name.equals("-")) {
                manifests.addAll(parse("standard input", standardInput()));
            } else {
                for (Path file : files(Path.of(name))) {
                    manifests.addAll(parse(file.toString(), content(file)));
                }
            }
        }
        if (manifests.isEmpty()) {
            throw new CommandFailure("%s holds no object; write a file with a FilterPool, such as those in examples/"
                    .formatted(String.join(", ", names)));
        }
        return manifests;
    }

    private static List<Path> files(Path path) {
        if (!Files.exists(path)) {
            throw new CommandFailure("-f %s does not exist; write the path of a file or a directory".formatted(path));
        }
        if (!Files.isDirectory(path)) {
            return List.of(path);
        }
        try (Stream<Path> entries = Files.list(path)) {
            return entries.filter(file -> file.toString().matches(".*\\.(ya?ml|json)"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new CommandFailure("-f %s cannot be read: %s".formatted(path, e.getMessage()), e);
        }
    }

    private static String content(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new CommandFailure("-f %s cannot be read as text: %s".formatted(file, e.getMessage()), e);
        }
    }

    private static String standardInput() {
        try {
            return new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new CommandFailure("standard input cannot be read: " + e.getMessage(), e);
        }
    }

    private static List<Manifest> parse(String file, String text) {
        List<Manifest> manifests = new ArrayList<>();
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory());
        try (MappingIterator<JsonNode> documents =
                yaml.readerFor(JsonNode.class).readValues(text)) {
            int number = 0;
            while (documents.hasNextValue()) {
                JsonNode document = documents.nextValue();
                number++;
                if (document == null || document.isNull() || document.isMissingNode()) {
                    continue;
                }
                if (document.path("kind").asText().equals("List")) {
                    for (JsonNode item : document.path("items")) {
                        manifests.add(new Manifest(file, number, item));
                    }
                } else {
                    manifests.add(new Manifest(file, number, document));
                }
            }
        } catch (JsonProcessingException e) {
            throw new CommandFailure(
                    "%s is no YAML: %s%s"
                            .formatted(
                                    file,
                                    ApiFailures.oneLine(e.getOriginalMessage()),
                                    e.getLocation() == null
                                            ? ""
                                            : ", line %d, column %d"
                                                    .formatted(
                                                            e.getLocation().getLineNr(),
                                                            e.getLocation().getColumnNr())),
                    e);
        } catch (IOException e) {
            throw new CommandFailure("%s cannot be read: %s".formatted(file, e.getMessage()), e);
        }
        return manifests;
    }

    String kind() {
        return content.path("kind").asText("");
    }

    String name() {
        return content.path("metadata").path("name").asText("");
    }

    /** Whether it is of Sluice's group. */
    boolean isOurs() {
        return content.path("apiVersion").asText("").startsWith(SluiceNames.GROUP + "/");
    }

    /** Where a fault is: file, document, object. */
    String place() {
        return "%s, document %d (%s %s)"
                .formatted(file, number, kind().isEmpty() ? "no kind" : kind(), Text.orDash(name()));
    }
}
