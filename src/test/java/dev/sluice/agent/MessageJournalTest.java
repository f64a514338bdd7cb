package dev.sluice.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.MessageFates.Outcome;
import dev.sluice.node.MessageFates.RecipientFate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The notes of what became of messages that have left. */
class MessageJournalTest {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

    @TempDir
    private Path directory;

    private static MessageFate message(String id, Outcome outcome, String reply) {
        return new MessageFate(
                id,
                NOON,
                false,
                "sender@example.com",
                List.of(new RecipientFate("recipient@example.net", "partner", outcome, 1, NOON, reply, "")));
    }

    @Test
    void theNewestAreThereAfterARestart() throws IOException {
        try (MessageJournal journal = new MessageJournal(directory)) {
            journal.note(message("A", Outcome.DELIVERED, ""));
            journal.note(message("B", Outcome.BOUNCED, "554 5.7.1 no"));
            journal.note(message("C", Outcome.DELIVERED, ""));
        }

        try (MessageJournal journal = new MessageJournal(directory)) {
            assertThat(journal.newest(2))
                    .containsOnlyKeys("B", "C")
                    .containsEntry("B", message("B", Outcome.BOUNCED, "554 5.7.1 no"));
        }
    }

    @Test
    void aMessageThatIsReadTwiceIsOneMessage() throws IOException {
        try (MessageJournal journal = new MessageJournal(directory)) {
            journal.note(message("A", Outcome.QUEUED, ""));
            journal.note(message("A", Outcome.DELIVERED, ""));

            assertThat(journal.newest(10))
                    .containsExactly(java.util.Map.entry("A", message("A", Outcome.DELIVERED, "")));
        }
    }

    @Test
    void aLineThatACrashCutOffIsLeftOut() throws IOException {
        try (MessageJournal journal = new MessageJournal(directory)) {
            journal.note(message("A", Outcome.DELIVERED, ""));
        }
        Files.writeString(directory.resolve("messages.jsonl"), "{\"queueId\":\"B\",\"arr", StandardOpenOption.APPEND);

        try (MessageJournal journal = new MessageJournal(directory)) {
            assertThat(journal.newest(10)).containsOnlyKeys("A");
        }
    }

    @Test
    void theFilesStayBoundedAndTheOldestGo() throws IOException {
        String reply = "x".repeat(50_000);
        try (MessageJournal journal = new MessageJournal(directory)) {
            for (int number = 0; number < 300; number++) {
                journal.note(message("M" + number, Outcome.BOUNCED, reply));
            }

            assertThat(Files.size(directory.resolve("messages.jsonl")))
                    .isLessThanOrEqualTo(MessageJournal.LONGEST_FILE);
            assertThat(Files.size(directory.resolve("messages.1.jsonl")))
                    .isLessThanOrEqualTo(MessageJournal.LONGEST_FILE);
            assertThat(journal.newest(1000))
                    .containsKey("M299")
                    .doesNotContainKey("M0")
                    .hasSizeBetween(80, 170);
        }
    }

    @Test
    void nobodyElseMayReadThem() throws IOException {
        try (MessageJournal journal = new MessageJournal(directory)) {
            journal.note(message("A", Outcome.DELIVERED, ""));

            assertThat(PosixFilePermissions.toString(
                            Files.getPosixFilePermissions(directory.resolve("messages.jsonl"))))
                    .isEqualTo("rw-------");
        }
    }
}
