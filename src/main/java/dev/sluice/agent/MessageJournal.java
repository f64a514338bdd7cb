package dev.sluice.agent;

import com.fasterxml.jackson.core.JacksonException;
import dev.sluice.node.MessageFates.MessageFate;
import dev.sluice.node.NodeJson;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What became of the messages that have left, one line each, on disk: two files of bounded length, so that the newest ones
 * are always there and the oldest go. After a crash the log is read again from where the books were saved, and a message may
 * be written twice; the last line counts.
 */
final class MessageJournal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(MessageJournal.class);
    static final long LONGEST_FILE = 4L * 1024 * 1024;

    private final Path current;
    private final Path previous;
    private BufferedWriter writer;
    private long length;
    private boolean broken;

    MessageJournal(Path directory) throws IOException {
        current = directory.resolve("messages.jsonl");
        previous = directory.resolve("messages.1.jsonl");
        open();
    }

    private void open() throws IOException {
        if (!Files.exists(current)) {
            Files.createFile(
                    current, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        writer = Files.newBufferedWriter(current, StandardOpenOption.APPEND);
        length = Files.size(current);
    }

    /** Notes a message that has left. A full disk must not stop the books: then the message is missing here. */
    synchronized void note(MessageFate message) {
        try {
            String line = NodeJson.mapper().writeValueAsString(message);
            if (length + line.length() > LONGEST_FILE) {
                writer.close();
                Files.move(current, previous, StandardCopyOption.REPLACE_EXISTING);
                open();
            }
            writer.write(line);
            writer.write('\n');
            length += line.length() + 1L;
            broken = false;
        } catch (IOException e) {
            if (!broken) {
                LOG.warn("what became of messages cannot be written to {}: {}", current, e.getMessage());
            }
            broken = true;
        }
    }

    /** Hands what was noted to the system. */
    synchronized void flush() throws IOException {
        writer.flush();
    }

    /** The newest messages, by queue identifier, the newest last. */
    synchronized Map<String, MessageFate> newest(int most) throws IOException {
        writer.flush();
        Deque<String> lines = new ArrayDeque<>();
        for (Path file : List.of(previous, current)) {
            if (Files.exists(file)) {
                try (BufferedReader reader = Files.newBufferedReader(file);
                        Stream<String> all = reader.lines()) {
                    all.forEach(line -> {
                        lines.addLast(line);
                        // Some of them may be there twice.
                        if (lines.size() > 2 * most) {
                            lines.removeFirst();
                        }
                    });
                } catch (UncheckedIOException e) {
                    throw e.getCause();
                }
            }
        }
        Map<String, MessageFate> messages = new LinkedHashMap<>();
        for (String line : lines) {
            try {
                MessageFate message = NodeJson.mapper().readValue(line, MessageFate.class);
                messages.remove(message.queueId());
                messages.put(message.queueId(), message);
            } catch (JacksonException e) {
                LOG.debug("a line that was cut off is left out");
            }
        }
        while (messages.size() > most) {
            messages.remove(messages.keySet().iterator().next());
        }
        return messages;
    }

    @Override
    public synchronized void close() throws IOException {
        writer.close();
    }
}
