package dev.sluice.local;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.sluice.node.NodeJson;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;

/**
 * A file of JSON lines that one process writes while another reads.
 *
 * @param <T> what a line is
 */
final class Journal<T> {
    private final Path file;
    private final Class<T> type;
    private final List<T> read = new ArrayList<>();
    private long offset;

    Journal(Path file, Class<T> type) {
        this.file = file;
        this.type = type;
    }

    /** Everything that was written as whole lines by now. */
    synchronized List<T> read() {
        if (!Files.exists(file)) {
            return List.of();
        }
        try (RandomAccessFile in = new RandomAccessFile(file.toFile(), "r")) {
            byte[] fresh = new byte[Math.toIntExact(in.length() - offset)];
            in.seek(offset);
            in.readFully(fresh);
            int whole = fresh.length;
            while (whole > 0 && fresh[whole - 1] != '\n') {
                whole--;
            }
            offset += whole;
            for (String line :
                    new String(fresh, 0, whole, StandardCharsets.UTF_8).lines().toList()) {
                read.add(NodeJson.mapper().readValue(line, type));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.copyOf(read);
    }

    /** Writes lines from several threads; each is in the file when the call returns. */
    static final class Output implements AutoCloseable {
        private final Writer writer;

        Output(Path file) throws IOException {
            writer = Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }

        synchronized void write(Object line) {
            try {
                writer.write(NodeJson.mapper().writeValueAsString(line));
                writer.write('\n');
                writer.flush();
            } catch (JsonProcessingException e) {
                throw new IllegalArgumentException(e);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public synchronized void close() throws IOException {
            writer.close();
        }
    }
}
