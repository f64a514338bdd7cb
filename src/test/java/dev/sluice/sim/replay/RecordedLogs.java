package dev.sluice.sim.replay;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Real logs of three Postfix 3.7.11 filters in front of one transport server, which knows filter-1 and filter-2. After
 * 100 seconds filter-3 gets a ninth of the mail, and the transport answers it 454 Relay access denied. Queue lifetime:
 * four minutes.
 */
final class RecordedLogs {
    static final Instant LATER = Instant.parse("2026-11-25T12:00:00Z");
    static final String TRANSPORT = "192.0.2.21";
    static final HopNames OWN_TIER = new HopNames(Map.of(), Set.of(TRANSPORT), Set.of());

    private RecordedLogs() {}

    static Path incident(Path directory) {
        Path file = directory.resolve("maillog.gz");
        try (InputStream in = RecordedLogs.class.getResourceAsStream("maillog.gz")) {
            Files.write(file, in.readAllBytes());
            return file;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Recording read(List<Path> files, String... canary) {
        return LogRecording.read(files, Set.of(canary), OWN_TIER, LATER, ZoneOffset.UTC);
    }

    static Path write(Path directory, String name, String text) {
        try {
            return Files.writeString(directory.resolve(name), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
