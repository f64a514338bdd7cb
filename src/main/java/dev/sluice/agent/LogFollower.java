package dev.sluice.agent;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.CRC32;

/**
 * Follows a log file that others write, rename and cut. Each line is handed over once: a line without its end waits, a
 * renamed file is read to its end before the new one, a file that was cut is read from its beginning. The position
 * survives the process.
 */
public final class LogFollower implements AutoCloseable {

    /**
     * Where to go on.
     *
     * @param inode the file
     * @param offset the first byte not yet handed over
     * @param fingerprint of the file's beginning, since a file system gives inodes anew and a file may be cut and refilled
     */
    public record Position(long inode, long offset, long fingerprint) {
        /** The beginning of whatever file is there. */
        public static final Position BEGINNING = new Position(0, 0, 0);
    }

    private static final int CHUNK = 64 * 1024;
    private static final int LONGEST_LINE = 64 * 1024;
    private static final int FINGERPRINT_LENGTH = 128;
    private static final int MOST_ROTATED = 9;
    /** A second of the agent's looks. */
    private static final int QUIET_LOOKS = 10;

    private final Path file;
    private final ByteArrayOutputStream half = new ByteArrayOutputStream();
    private final ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    private FileChannel channel;
    private long inode;
    private long offset;
    private Position resume;
    /** How often the end was reached while the file already had a new name. */
    private int quietLooks;

    /** Goes on at a position; a file that is not there yet is waited for. */
    public LogFollower(Path file, Position position) {
        this.file = file;
        this.resume = position;
    }

    /**
     * Hands over the complete lines that are there, up to a bound.
     *
     * @param bytes about how much to read at most
     * @return whether more may be there at once
     */
    public boolean poll(Consumer<String> lines, int bytes) throws IOException {
        if (channel == null && !open()) {
            return false;
        }
        int read = 0;
        while (read < bytes) {
            int count = readChunk(lines);
            if (count > 0) {
                read += count;
                quietLooks = 0;
            } else if (channel.size() < offset + half.size()) {
                // Cut: what follows is new, also if it is longer than what was there.
                begin(0);
            } else {
                return renamed() && next();
            }
        }
        return true;
    }

    private int readChunk(Consumer<String> lines) throws IOException {
        buffer.clear();
        int count = channel.read(buffer, offset + half.size());
        if (count <= 0) {
            return 0;
        }
        for (int i = 0; i < count; i++) {
            byte octet = buffer.get(i);
            if (octet == '\n') {
                String line = half.toString(StandardCharsets.UTF_8);
                offset += half.size() + 1L;
                half.reset();
                lines.accept(line);
            } else if (half.size() < LONGEST_LINE) {
                half.write(octet);
            } else {
                // No line of a log is that long; binary rubbish must not fill the memory.
                offset += half.size() + 1L;
                half.reset();
            }
        }
        return count;
    }

    private boolean renamed() throws IOException {
        Optional<Long> current = inode(file);
        return current.isPresent() && current.get() != inode;
    }

    /** A writer may still hold the renamed file after the new one has appeared, on a busy machine for a while. */
    private boolean next() throws IOException {
        quietLooks++;
        if (quietLooks < QUIET_LOOKS) {
            return false;
        }
        quietLooks = 0;
        Path successor = successor();
        channel.close();
        channel = null;
        resume = Position.BEGINNING;
        return open(successor, 0);
    }

    /** Rotations number the renamed files, so the one after {@code log.2} is {@code log.1}, then {@code log}. */
    private Path successor() throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        for (int number = 2; number <= MOST_ROTATED; number++) {
            Optional<Long> candidate = inode(directory.resolve(file.getFileName() + "." + number));
            Path younger = directory.resolve(file.getFileName() + "." + (number - 1));
            if (candidate.isPresent() && candidate.get() == inode && Files.exists(younger)) {
                return younger;
            }
        }
        return file;
    }

    private boolean open() throws IOException {
        Optional<Path> former = resume.inode() == 0 ? Optional.empty() : find(resume);
        return open(former.orElse(file), former.isPresent() ? resume.offset() : 0);
    }

    private boolean open(Path chosen, long at) throws IOException {
        try {
            channel = FileChannel.open(chosen, StandardOpenOption.READ);
        } catch (NoSuchFileException e) {
            return false;
        }
        inode = inode(chosen).orElse(0L);
        begin(at);
        return true;
    }

    private void begin(long at) {
        offset = at;
        half.reset();
    }

    /** The file of a position, under whatever name it has now. */
    private Optional<Path> find(Position position) throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        try (DirectoryStream<Path> siblings = Files.newDirectoryStream(directory, file.getFileName() + "*")) {
            for (Path sibling : siblings) {
                if (inode(sibling).filter(number -> number == position.inode()).isPresent()
                        && Files.size(sibling) >= position.offset()
                        && fingerprint(sibling, position.offset()) == position.fingerprint()) {
                    return Optional.of(sibling);
                }
            }
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
        return Optional.empty();
    }

    /** Where to go on after the last line that was handed over. */
    public Position position() throws IOException {
        if (channel == null) {
            return resume;
        }
        return new Position(inode, offset, fingerprint(channel, offset));
    }

    private static long fingerprint(Path path, long limit) throws IOException {
        try (FileChannel opened = FileChannel.open(path, StandardOpenOption.READ)) {
            return fingerprint(opened, limit);
        }
    }

    private static long fingerprint(FileChannel source, long limit) throws IOException {
        ByteBuffer beginning = ByteBuffer.allocate((int) Math.min(limit, FINGERPRINT_LENGTH));
        int count = 0;
        while (beginning.hasRemaining() && count >= 0) {
            count = source.read(beginning, beginning.position());
        }
        CRC32 sum = new CRC32();
        sum.update(beginning.flip());
        return sum.getValue();
    }

    private static Optional<Long> inode(Path path) throws IOException {
        try {
            return Optional.of((Long) Files.getAttribute(path, "unix:ino"));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
