package dev.sluice.deploy;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A container image's tar, unpacked as a container runtime does it. What runs in it runs as in a restricted Pod: the
 * image's user, a root file system that cannot be written to, {@code /tmp} in memory, the network of this machine.
 */
final class UnpackedImage {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Path root;
    private final Settings settings;

    private UnpackedImage(Path root, Settings settings) {
        this.root = root;
        this.settings = settings;
    }

    /** What the image's configuration says of a container. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    record Settings(
            @JsonProperty("User") String user,
            @JsonProperty("Env") List<String> environment,
            @JsonProperty("Entrypoint") List<String> entrypoint,
            @JsonProperty("Cmd") List<String> arguments) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Configuration(Settings config) {}

    @JsonIgnoreProperties(ignoreUnknown = true)
    private record Manifest(
            @JsonProperty("Config") String configuration,
            @JsonProperty("Layers") List<String> layers) {}

    static UnpackedImage of(Path tar, Path directory) throws IOException, InterruptedException {
        Path parts = Files.createDirectories(directory.resolve("parts"));
        Path root = Files.createDirectories(directory.resolve("root"));
        run("tar", "-C", parts.toString(), "-xf", tar.toString());
        Manifest manifest = JSON.readValue(parts.resolve("manifest.json").toFile(), Manifest[].class)[0];
        for (String layer : manifest.layers()) {
            run(
                    "tar",
                    "--warning=no-unknown-keyword",
                    "-C",
                    root.toString(),
                    "-xzf",
                    parts.resolve(layer).toString());
        }
        return new UnpackedImage(
                root,
                JSON.readValue(parts.resolve(manifest.configuration()).toFile(), Configuration.class)
                        .config());
    }

    private static void run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", command) + " failed");
        }
    }

    Path root() {
        return root;
    }

    Settings settings() {
        return settings;
    }

    /** A container's process. Its file systems vanish with it. */
    ProcessBuilder container(Map<String, String> environment, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                "unshare",
                "--mount",
                "--propagation",
                "private",
                "sh",
                "-ec",
                """
                root=$1; shift
                mount --bind "$root" "$root"
                mount --rbind /dev "$root/dev"
                mount --rbind /proc "$root/proc"
                mount -o remount,bind,ro "$root"
                mount -t tmpfs tmpfs "$root/tmp"
                exec "$@"
                """,
                "container",
                root.toString(),
                "chroot",
                "--userspec=" + settings.user(),
                root.toString()));
        command.addAll(settings.entrypoint());
        command.addAll(arguments);
        ProcessBuilder process = new ProcessBuilder(command);
        process.environment().keySet().removeIf(name -> !name.equals("PATH"));
        settings.environment().forEach((String variable) -> {
            int equals = variable.indexOf('=');
            process.environment().put(variable.substring(0, equals), variable.substring(equals + 1));
        });
        process.environment().putAll(environment);
        return process;
    }

    /** The files that others than their owner may write to. */
    List<String> writableByAll() throws IOException {
        try (Stream<Path> files = Files.walk(root)) {
            return files.filter(file -> !Files.isSymbolicLink(file))
                    .filter(UnpackedImage::isWritableByAll)
                    .map(file -> "/" + root.relativize(file))
                    .toList();
        }
    }

    private static boolean isWritableByAll(Path file) {
        try {
            return Files.getPosixFilePermissions(file)
                    .contains(java.nio.file.attribute.PosixFilePermission.OTHERS_WRITE);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
