package dev.sluice.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Finds kube-apiserver, etcd and kubectl, in this order: the directory that {@code KUBEBUILDER_ASSETS} names; the cache
 * {@code ${XDG_CACHE_HOME:-~/.cache}/sluice/kube-api-test}; {@code ~/.kubeapitest}; else builds them once, where Go is.
 */
public final class ApiServerBinaries {
    /** The oldest minor version whose validation rules ({@code x-kubernetes-validations}) Sluice's kinds can use. */
    private static final int OLDEST_MINOR = 31;

    private static final List<String> NAMES = List.of("kube-apiserver", "etcd", "kubectl");
    private static final Pattern VERSION = Pattern.compile("(\\d+)\\.(\\d+)\\.(\\d+)");
    private static final Duration REPORT_EVERY = Duration.ofSeconds(10);

    private final Map<String, String> environment;
    private final Path home;
    private final Consumer<String> progress;

    /**
     * @param environment {@code KUBEBUILDER_ASSETS}, {@code XDG_CACHE_HOME} and {@code PATH} are read
     * @param home the user's home directory
     * @param progress gets a line about every 10 seconds while something is built
     */
    public ApiServerBinaries(Map<String, String> environment, Path home, Consumer<String> progress) {
        this.environment = Map.copyOf(environment);
        this.home = home;
        this.progress = progress;
    }

    /** The version of Kubernetes that is built, and that Sluice is tested with, such as {@code 1.37.2}. */
    public static String pinnedVersion() {
        return ApiServerModule.kubernetesVersion();
    }

    /** Those of this user on this machine. */
    public static ApiServerBinaries ofThisMachine(Consumer<String> progress) {
        return new ApiServerBinaries(System.getenv(), Path.of(System.getProperty("user.home")), progress);
    }

    /**
     * Where the programs are.
     *
     * @param testDirectory the root of the tree that Fabric8's kube-api-test wants: {@code k8s/<version>-<os>-<arch>/}
     * @param version of Kubernetes, such as {@code 1.37.2}
     */
    public record Location(Path testDirectory, String version) {
        /** The directory that holds the three programs. */
        public Path directory() {
            return testDirectory.resolve("k8s").resolve(version + "-" + platform());
        }

        /** The kubectl of the same version. */
        public Path kubectl() {
            return directory().resolve("kubectl");
        }

        boolean complete() {
            return NAMES.stream()
                    .allMatch(name -> Files.isExecutable(directory().resolve(name)));
        }
    }

    /**
     * Those that are at hand, without building any.
     *
     * @throws LocalRuntimeException when {@code KUBEBUILDER_ASSETS} names a directory that lacks one of them
     */
    public Optional<Location> find() {
        String assets = environment.getOrDefault("KUBEBUILDER_ASSETS", "");
        if (!assets.isBlank()) {
            return Optional.of(ofAssets(Path.of(assets)));
        }
        Location pinned = new Location(cache(), ApiServerModule.kubernetesVersion());
        if (pinned.complete()) {
            return Optional.of(pinned);
        }
        return newest(cache()).or(() -> newest(home.resolve(".kubeapitest")));
    }

    /**
     * Those that are at hand, else builds them; takes minutes then, and tells so.
     *
     * @throws LocalRuntimeException when there are none and none can be built; says what to do
     */
    public Location findOrBuild() {
        return find().orElseGet(this::build);
    }

    private Location build() {
        Location location = new Location(cache(), ApiServerModule.kubernetesVersion());
        Path go = go().orElseThrow(() -> new LocalRuntimeException(
                "no API server: kube-apiserver, etcd and kubectl are neither in KUBEBUILDER_ASSETS (unset) nor in "
                        + location.directory()
                        + ", and Go is not installed to build them. One of these helps: set KUBEBUILDER_ASSETS to a"
                        + " directory that holds the three; put the three into " + location.directory()
                        + "; or install Go (https://go.dev/dl) and try again"));
        new ApiServerBuild(go, location.directory(), location.version(), progress, REPORT_EVERY).run();
        return location;
    }

    private Optional<Path> go() {
        return Stream.concat(
                        Arrays.stream(environment.getOrDefault("PATH", "").split(":", -1))
                                .filter(entry -> !entry.isBlank()),
                        Stream.of("/usr/local/go/bin"))
                .map(entry -> Path.of(entry).resolve("go"))
                .filter(Files::isExecutable)
                .findFirst();
    }

    private Path cache() {
        return UserCache.directory(environment, home).resolve("kube-api-test");
    }

    private Location ofAssets(Path assets) {
        for (String name : NAMES) {
            if (!Files.isExecutable(assets.resolve(name))) {
                throw new LocalRuntimeException("KUBEBUILDER_ASSETS=" + assets + " holds no program " + name
                        + "; point it at a directory with kube-apiserver, etcd and kubectl, or unset it");
            }
        }
        String version = askVersion(assets.resolve("kube-apiserver"));
        Path tree = cache().resolveSibling(
                        "assets-" + Integer.toHexString(assets.toAbsolutePath().hashCode()));
        Location location = new Location(tree, version);
        try {
            Files.createDirectories(location.directory());
            for (String name : NAMES) {
                Path link = location.directory().resolve(name);
                Path fresh = location.directory()
                        .resolve(name + "." + ProcessHandle.current().pid());
                Files.deleteIfExists(fresh);
                Files.createSymbolicLink(fresh, assets.resolve(name).toAbsolutePath());
                Files.move(fresh, link, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot link KUBEBUILDER_ASSETS into " + tree + ": " + e.getMessage(), e);
        }
        return location;
    }

    private static String askVersion(Path program) {
        try {
            Process process = new ProcessBuilder(program.toString(), "--version")
                    .redirectErrorStream(true)
                    .start();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
            Matcher matcher = VERSION.matcher(answer);
            if (!matcher.find()) {
                throw new LocalRuntimeException(program + " --version answers '" + answer
                        + "'; it should name a version, such as Kubernetes v1.37.2");
            }
            return matcher.group();
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot run " + program + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalRuntimeException("interrupted while asking " + program + " for its version", e);
        }
    }

    private static Optional<Location> newest(Path testDirectory) {
        Path versions = testDirectory.resolve("k8s");
        if (!Files.isDirectory(versions)) {
            return Optional.empty();
        }
        String suffix = "-" + platform();
        try (Stream<Path> entries = Files.list(versions)) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(name -> name.endsWith(suffix))
                    .map(name -> name.substring(0, name.length() - suffix.length()))
                    .filter(version -> VERSION.matcher(version).matches() && usable(version))
                    .map(version -> new Location(testDirectory, version))
                    .filter(Location::complete)
                    .max(Comparator.comparing(location -> numbers(location.version()), Arrays::compare));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean usable(String version) {
        int[] numbers = numbers(version);
        return numbers[0] > 1 || numbers[1] >= OLDEST_MINOR;
    }

    private static int[] numbers(String version) {
        return Arrays.stream(version.split("\\.", -1))
                .mapToInt(Integer::parseInt)
                .toArray();
    }

    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
        return (system.contains("mac") ? "darwin" : system.contains("win") ? "windows" : "linux")
                + "-"
                + switch (architecture) {
                    case "aarch64", "arm64" -> "arm64";
                    case "ppc64le" -> "ppc64le";
                    default -> "amd64";
                };
    }
}
