package dev.sluice.operator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The API server's own record of who asked for what. */
record AuditLog(Path file) {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int CREATED = 201;

    /** One request as it was judged: {@code resource} has its subresource, {@code group} is empty for the core. */
    record Asked(String user, String verb, String group, String resource, String namespace, String name, int code) {
        Right right() {
            return new Right(verb, group, resource);
        }
    }

    /** The flags of an API server that keeps such a record. */
    static Map<String, String> flags(Path policy, Path file) throws IOException {
        Files.writeString(policy, """
                apiVersion: audit.k8s.io/v1
                kind: Policy
                omitStages: [RequestReceived]
                rules: [{level: Metadata}]
                """);
        return Map.of("--audit-policy-file", policy.toString(), "--audit-log-path", file.toString());
    }

    /** Everything that a user asked for. */
    List<Asked> of(String user) {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.map(AuditLog::read)
                    .filter(event ->
                            event.path("user").path("username").asText().equals(user))
                    .flatMap(AuditLog::asked)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode read(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Who creates by apply needs the right to create too; the record calls it a patch that was answered with 201. */
    private static Stream<Asked> asked(JsonNode event) {
        JsonNode object = event.path("objectRef");
        String subresource = object.path("subresource").asText();
        Asked asked = new Asked(
                event.path("user").path("username").asText(),
                event.path("verb").asText(),
                object.path("apiGroup").asText(),
                object.path("resource").asText() + (subresource.isEmpty() ? "" : "/" + subresource),
                object.path("namespace").asText(),
                object.path("name").asText(),
                event.path("responseStatus").path("code").asInt());
        Optional<Asked> creation = asked.verb().equals("patch") && asked.code() == CREATED
                ? Optional.of(new Asked(
                        asked.user(),
                        "create",
                        asked.group(),
                        asked.resource(),
                        asked.namespace(),
                        asked.name(),
                        asked.code()))
                : Optional.empty();
        return Stream.concat(Stream.of(asked), creation.stream());
    }
}
