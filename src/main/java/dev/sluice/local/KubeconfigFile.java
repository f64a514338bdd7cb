package dev.sluice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** A kubeconfig in a file of its own that only this user can read; it holds a key with all rights. */
final class KubeconfigFile implements AutoCloseable {
    private final Path directory;
    private final Path file;

    KubeconfigFile(String yaml) {
        try {
            directory = Files.createTempDirectory(
                    "sluice-", PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            file = directory.resolve("kubeconfig");
            Files.writeString(file, yaml);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path path() {
        return file;
    }

    @Override
    public void close() {
        try {
            FileTrees.delete(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
