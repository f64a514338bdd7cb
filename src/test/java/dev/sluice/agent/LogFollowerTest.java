package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogFollowerTest {
    private static final int ENOUGH = 1 << 20;

    @TempDir
    private Path directory;

    private Path log;
    private final List<String> lines = new ArrayList<>();

    @BeforeEach
    void name() {
        log = directory.resolve("mail.log");
    }

    private static void append(Path file, String text) throws IOException {
        Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void readAll(LogFollower follower) throws IOException {
        for (int look = 0; look < 25; look++) {
            follower.poll(lines::add, ENOUGH);
        }
    }

    @Test
    void waitsForAFileAndForTheEndOfALine() throws IOException {
        LogFollower follower = new LogFollower(log, LogFollower.Position.BEGINNING);
        readAll(follower);
        append(log, "one\ntw");
        readAll(follower);
        assertThat(lines).containsExactly("one");

        append(log, "o\n");
        readAll(follower);

        assertThat(lines).containsExactly("one", "two");
    }

    @Test
    void waitsForAWriterThatStillHoldsARenamedFile() throws IOException {
        LogFollower follower = new LogFollower(log, LogFollower.Position.BEGINNING);
        append(log, "one\n");
        readAll(follower);
        Files.move(log, directory.resolve("mail.log.1"));
        append(log, "three\n");
        for (int look = 0; look < 5; look++) {
            follower.poll(lines::add, ENOUGH);
        }
        append(directory.resolve("mail.log.1"), "two\n");

        readAll(follower);

        assertThat(lines).containsExactly("one", "two", "three");
    }

    @Test
    void readsARenamedFileToItsEndBeforeTheNewOne() throws IOException {
        LogFollower follower = new LogFollower(log, LogFollower.Position.BEGINNING);
        append(log, "one\n");
        readAll(follower);
        Files.move(log, directory.resolve("mail.log.1"));
        append(directory.resolve("mail.log.1"), "two\n");
        append(log, "three\n");

        readAll(follower);

        assertThat(lines).containsExactly("one", "two", "three");
    }

    @Test
    void readsAFileThatWasCutFromItsBeginning() throws IOException {
        LogFollower follower = new LogFollower(log, LogFollower.Position.BEGINNING);
        append(log, "a long first line\n");
        readAll(follower);
        Files.writeString(log, "new\n");

        readAll(follower);

        assertThat(lines).containsExactly("a long first line", "new");
    }

    @Test
    void goesOnWhereAnotherProcessStoppedThoughTheFileWasRenamedTwice() throws IOException {
        LogFollower former = new LogFollower(log, LogFollower.Position.BEGINNING);
        append(log, "one\nhalf");
        readAll(former);
        LogFollower.Position position = former.position();
        append(log, " a line\n");
        Files.move(log, directory.resolve("mail.log.2"));
        append(directory.resolve("mail.log.1"), "three\n");
        append(log, "four\n");

        readAll(new LogFollower(log, position));

        assertThat(lines).containsExactly("one", "half a line", "three", "four");
    }

    @Test
    void aFileThatWasRefilledIsNotTakenForTheOldOne() throws IOException {
        append(log, "old one\nold two\n");
        LogFollower former = new LogFollower(log, LogFollower.Position.BEGINNING);
        readAll(former);
        LogFollower.Position position = former.position();
        lines.clear();
        Files.writeString(log, "new one, which is longer\nnew two\n");

        readAll(new LogFollower(log, position));

        assertThat(lines).containsExactly("new one, which is longer", "new two");
    }
}
