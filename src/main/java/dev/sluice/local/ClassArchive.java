package dev.sluice.local;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The classes of agent and operator as the JVM keeps them in memory (class data sharing, JEP 350). A node's agent then
 * starts in a third of the time, which counts where ten of them share two cores. Made once for a build and a JVM.
 */
final class ClassArchive {
    private static final long LONGEST_TRAINING_SECONDS = 60;

    private ClassArchive() {}

    /** Makes the archive if it can be made and is not there yet; without one everything works, only slower. */
    static void prepare(String classPath) {
        Optional<Path> archive = file(classPath);
        if (archive.isEmpty() || Files.exists(archive.get())) {
            return;
        }
        Path made = archive.get()
                .resolveSibling(archive.get().getFileName() + "."
                        + ProcessHandle.current().pid());
        try {
            Files.createDirectories(archive.get().getParent());
            List<String> command = new ArrayList<>(ProgramCommand.plain(128, classPath, List.of("lab-warm-up")));
            command.add(1, "-XX:ArchiveClassesAtExit=" + made);
            Process training = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (training.waitFor(LONGEST_TRAINING_SECONDS, TimeUnit.SECONDS)
                    && training.exitValue() == 0
                    && Files.exists(made)) {
                Files.move(made, archive.get());
            } else {
                training.destroyForcibly();
                Files.deleteIfExists(made);
            }
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot write " + archive.get() + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** What a JVM is told to use the archive; nothing where there is none. */
    static List<String> options(String classPath) {
        return file(classPath)
                .filter(Files::exists)
                .map(archive -> List.of("-XX:SharedArchiveFile=" + archive, "-Xshare:auto"))
                .orElse(List.of());
    }

    /** One file for each build and JVM; none when classes lie in directories, which an archive cannot hold. */
    private static Optional<Path> file(String classPath) {
        List<Path> entries = Arrays.stream(classPath.split(File.pathSeparator, -1))
                .map(Path::of)
                .toList();
        if (!entries.stream().allMatch(Files::isRegularFile)) {
            return Optional.empty();
        }
        StringBuilder identity = new StringBuilder(System.getProperty("java.vm.version"));
        for (Path entry : entries) {
            identity.append('|')
                    .append(entry)
                    .append(entry.toFile().length())
                    .append(entry.toFile().lastModified());
        }
        return Optional.of(UserCache.directory().resolve("classes").resolve(digest(identity.toString()) + ".jsa"));
    }

    private static String digest(String text) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, 8);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
