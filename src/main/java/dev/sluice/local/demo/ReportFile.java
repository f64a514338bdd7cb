package dev.sluice.local.demo;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.local.LocalRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The report as a file: one JSON object, times as RFC 3339. A field that is missing or unknown is refused. */
public final class ReportFile {
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .enable(SerializationFeature.INDENT_OUTPUT)
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ReportFile() {}

    /**
     * Writes the report.
     *
     * @throws LocalRuntimeException when the file cannot be written
     */
    public static void write(DemoReport report, Path file) {
        try {
            Files.writeString(file, MAPPER.writeValueAsString(report) + "\n");
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot write the report to " + file + ": " + e, e);
        }
    }

    /**
     * Reads a report.
     *
     * @throws LocalRuntimeException when the file cannot be read or is no report; says where
     */
    public static DemoReport read(Path file) {
        try {
            return MAPPER.readValue(Files.readString(file), DemoReport.class);
        } catch (JsonProcessingException e) {
            String place =
                    e.getLocation() == null ? "" : ", line " + e.getLocation().getLineNr();
            throw new LocalRuntimeException(
                    "%s%s is not a report of 'sluice demo --report': %s".formatted(file, place, e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot read the report: " + e, e);
        }
    }
}
