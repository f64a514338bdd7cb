package dev.sluice.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** Keeps the mail log from filling the volume: {@code log}, {@code log.1}, {@code log.2} … */
final class LogRotation {
    private final Path file;
    private final long largest;
    private final int kept;

    LogRotation(Path file, long largest, int kept) {
        this.file = file;
        this.largest = largest;
        this.kept = kept;
    }

    /** Renames when the file is large enough; returns whether the writer has to open a new one. */
    boolean rotateWhenDue() throws IOException {
        try {
            if (Files.size(file) < largest) {
                return false;
            }
        } catch (NoSuchFileException e) {
            return false;
        }
        for (int number = kept - 1; number >= 1; number--) {
            if (Files.exists(numbered(number))) {
                Files.move(numbered(number), numbered(number + 1), StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(file, numbered(1), StandardCopyOption.REPLACE_EXISTING);
        return true;
    }

    private Path numbered(int number) {
        return file.resolveSibling(file.getFileName() + "." + number);
    }
}
