package dev.sluice.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The definitions that are checked in are those that follow from the classes. */
class CrdsTest {
    private static final Path CHECKED_IN = Path.of("crds");

    @Test
    void theCheckedInDefinitionsFollowFromTheClasses() throws IOException {
        SortedMap<String, String> generated = Crds.generate();
        if (Boolean.getBoolean("sluice.crds.write")) {
            write(generated);
        }

        assertThat(checkedIn())
                .as("crds/ differs from the classes of dev.sluice.api. Update it by"
                        + " ./mvnw -q test -Dtest=CrdsTest -Dsluice.crds.write=true")
                .isEqualTo(generated);
    }

    private static void write(SortedMap<String, String> generated) throws IOException {
        Files.createDirectories(CHECKED_IN);
        for (var file : generated.entrySet()) {
            Files.writeString(CHECKED_IN.resolve(file.getKey()), file.getValue());
        }
    }

    private static SortedMap<String, String> checkedIn() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(CHECKED_IN)) {
            for (Path path : paths.toList()) {
                files.put(path.getFileName().toString(), Files.readString(path, StandardCharsets.UTF_8));
            }
        }
        return files;
    }
}
