package dev.sluice.local;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Builds the API server's programs with Go, once; a second process that wants them waits for the first. */
final class ApiServerBuild {
    /** In this order, so that a failure shows as early as possible: the small one first. */
    private static final List<String> ORDER = List.of("etcd", "kubectl", "kube-apiserver");

    private final Path go;
    private final Path directory;
    private final String version;
    private final Consumer<String> progress;
    private final Duration reportEvery;

    /**
     * @param go the {@code go} command
     * @param directory where the programs go
     * @param version of Kubernetes, such as {@code 1.37.2}
     * @param progress gets one line every {@code reportEvery}
     */
    ApiServerBuild(Path go, Path directory, String version, Consumer<String> progress, Duration reportEvery) {
        this.go = go;
        this.directory = directory;
        this.version = version;
        this.progress = progress;
        this.reportEvery = reportEvery;
    }

    void run() {
        try {
            Files.createDirectories(directory);
            Path lockFile = directory.resolveSibling(directory.getFileName() + ".lock");
            // The JVM refuses a second lock on a file within one process, hence both kinds.
            synchronized (ApiServerBuild.class) {
                try (FileChannel channel =
                                FileChannel.open(lockFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                        FileLock held = lock(channel)) {
                    if (held.isValid()) {
                        buildMissing();
                    }
                }
            }
        } catch (IOException e) {
            throw new LocalRuntimeException(
                    "cannot build the API server in " + directory + ": " + e.getMessage()
                            + "; set XDG_CACHE_HOME to a directory with 3 GB of free space",
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("the build of the API server was interrupted", e);
        }
    }

    private FileLock lock(FileChannel channel) throws IOException, InterruptedException {
        long start = System.nanoTime();
        FileLock lock = channel.tryLock();
        while (lock == null) {
            progress.accept("another process builds the API server; waiting for it since " + seconds(start) + " s");
            TimeUnit.NANOSECONDS.sleep(reportEvery.toNanos());
            lock = channel.tryLock();
        }
        return lock;
    }

    private void buildMissing() throws IOException, InterruptedException {
        List<String> missing = ORDER.stream()
                .filter(name -> !Files.isExecutable(directory.resolve(name)))
                .toList();
        if (missing.isEmpty()) {
            return;
        }
        long start = System.nanoTime();
        progress.accept("building Kubernetes " + version + "'s API server with " + go + ", once, into " + directory
                + " (about 7 minutes on 2 cores)");
        Path module = Files.createTempDirectory(directory, "module-");
        try {
            ApiServerModule.unpack(module);
            for (String name : missing) {
                build(module, name, start);
            }
        } finally {
            FileTrees.delete(module);
        }
        progress.accept("built " + String.join(", ", missing) + " in " + seconds(start) + " s");
    }

    private void build(Path module, String name, long start) throws IOException, InterruptedException {
        Path part = directory.resolve(name + ".part");
        Path log = directory.resolve(name + ".log");
        ProcessBuilder builder = new ProcessBuilder(command(name, part))
                .directory(module.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().put("CGO_ENABLED", "0");
        builder.environment().remove("GOFLAGS");
        Process process = builder.start();
        AtExit atExit = AtExit.run("stop-go", process::destroy);
        try {
            while (!process.waitFor(reportEvery.toMillis(), TimeUnit.MILLISECONDS)) {
                progress.accept("building " + name + ": " + seconds(start) + " s");
            }
        } finally {
            process.destroy();
            atExit.cancel();
        }
        if (process.exitValue() != 0) {
            Files.deleteIfExists(part);
            throw new LocalRuntimeException("go build of " + name + " failed: " + lastLine(log) + " (all of it: " + log
                    + "); or point KUBEBUILDER_ASSETS at a directory with kube-apiserver, etcd and kubectl");
        }
        Files.move(part, directory.resolve(name), StandardCopyOption.ATOMIC_MOVE);
        Files.deleteIfExists(log);
    }

    private List<String> command(String name, Path part) {
        String[] numbers = version.split("\\.", -1);
        String variables = "k8s.io/component-base/version.";
        List<String> command = new ArrayList<>(
                List.of(go.toString(), "build", "-trimpath", "-mod=readonly", "-o", part.toString(), "-ldflags"));
        command.add("-s -w -X %1$sgitVersion=v%2$s -X %1$sgitMajor=%3$s -X %1$sgitMinor=%4$s"
                .formatted(variables, version, numbers[0], numbers[1]));
        command.add(ApiServerModule.PACKAGES.get(name));
        return command;
    }

    private static String lastLine(Path log) throws IOException {
        List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
        return lines.isEmpty() ? "it said nothing" : lines.get(lines.size() - 1).strip();
    }

    private static long seconds(long startNanos) {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }
}
