package dev.sluice.postfix;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.postfix.QueueFiles.Queue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which files are messages, which are being received, and which are what a kill has left of a reception. */
class QueueFilesTest {
    private static final String COMPLETE = "rwx------";
    private static final String BEING_RECEIVED = "rw-------";

    @TempDir
    private Path spool;

    private Path file(String queue, String name, String mode) throws IOException {
        Path directory = Files.createDirectories(spool.resolve(queue));
        Path file = Files.createFile(directory.resolve(name));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
        return file;
    }

    @Test
    void aMessageIsWhereItsFileIs() throws IOException {
        file("incoming", "4jZJdF39MBzlA", COMPLETE);
        file("active", "4jZJdF39MBzlB", COMPLETE);
        file("deferred/6", "4jZJdF39MBzlC", COMPLETE);

        QueueFiles found = QueueFiles.scan(spool);

        assertThat(found.queues())
                .containsEntry("4jZJdF39MBzlA", Queue.INCOMING)
                .containsEntry("4jZJdF39MBzlB", Queue.ACTIVE)
                .containsEntry("4jZJdF39MBzlC", Queue.DEFERRED);
        assertThat(found.unfinished()).isZero();
    }

    @Test
    void whatIsBeingReceivedIsNoMessageYetWhereverAHoldHasMovedIt() throws IOException {
        file("incoming", "4jZJdF39MBzlA", BEING_RECEIVED);
        file("hold", "4jZJdF39MBzlB", BEING_RECEIVED);
        file("deferred/6", "4jZJdF39MBzlC", BEING_RECEIVED);

        QueueFiles found = QueueFiles.scan(spool);

        assertThat(found.queues()).isEmpty();
        assertThat(found.unfinished()).isEqualTo(3);
        assertThat(found.empty()).isFalse();
    }

    @Test
    void aLaterLookFindsWhatHasCome() throws IOException {
        file("deferred/6", "4jZJdF39MBzlA", COMPLETE);
        QueueFiles before = QueueFiles.scan(spool);
        file("incoming", "4jZJdF39MBzlB", BEING_RECEIVED);
        file("incoming", "4jZJdF39MBzlC", COMPLETE);

        QueueFiles found = before.scanAgain(spool);

        assertThat(found.queues()).containsOnlyKeys("4jZJdF39MBzlA", "4jZJdF39MBzlC");
        assertThat(found.unfinished()).isEqualTo(1);
        assertThat(found).isEqualTo(QueueFiles.scan(spool));
    }

    @Test
    void restsOfReceptionsGoAndMessagesStay() throws IOException {
        Path accepted = file("deferred/6", "4jZJdF39MBzlA", COMPLETE);
        Path submitted = file("maildrop", "4jZJdF39MBzlB", BEING_RECEIVED);
        Path cutOff = file("incoming", "4jZJdF39MBzlC", BEING_RECEIVED);
        Path moved = file("deferred/6", "4jZJdF39MBzlD", BEING_RECEIVED);

        assertThat(QueueFiles.removeRestsOfReceptions(spool)).isEqualTo(2);

        assertThat(cutOff).doesNotExist();
        assertThat(moved).doesNotExist();
        assertThat(accepted).exists();
        assertThat(submitted).exists();
        assertThat(QueueFiles.scan(spool).queues()).containsOnlyKeys("4jZJdF39MBzlA");
    }
}
