package dev.sluice.agent;

import com.fasterxml.jackson.core.JacksonException;
import dev.sluice.node.NodeJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps values as JSON files, each replaced as a whole: after a crash either the old or the new one is there. */
final class StateStore {
    private static final Logger LOG = LoggerFactory.getLogger(StateStore.class);

    private final Path directory;

    StateStore(Path directory) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
    }

    /** Where it is, for those who keep more than values. */
    Path directory() {
        return directory;
    }

    /** Writes; on return the value survives a crash of the machine. */
    void write(String name, Object value) throws IOException {
        Path target = directory.resolve(name);
        Path candidate = directory.resolve(name + ".new");
        try (FileChannel channel = FileChannel.open(
                candidate, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = ByteBuffer.wrap(NodeJson.mapper().writeValueAsBytes(value));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        } catch (IOException e) {
            // A half-written candidate on a full disk would keep the space that is missing.
            Files.deleteIfExists(candidate);
            throw e;
        }
        Files.move(candidate, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Reads; a file that cannot be understood is put aside and counts as absent. */
    <T> Optional<T> read(String name, Class<T> type) throws IOException {
        Path file = directory.resolve(name);
        try {
            return Optional.of(NodeJson.mapper().readValue(Files.readAllBytes(file), type));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (JacksonException e) {
            LOG.warn(
                    "{} cannot be understood and is put aside as {}.unreadable: {}",
                    file,
                    name,
                    e.getOriginalMessage());
            Files.move(file, directory.resolve(name + ".unreadable"), StandardCopyOption.REPLACE_EXISTING);
            return Optional.empty();
        }
    }
}
