package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.MailNode;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.RunningCluster;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The image that {@code ./mvnw -Pimage package} wrote, run as a Pod runs it, against a real API server. After a change of
 * libraries {@code ./mvnw -Pimage verify -Dit.test=OperatorImageIT -Dsluice.image.classes.write=true} notes anew which
 * classes a start loads.
 */
@ExtendWith(Cluster.class)
class OperatorImageIT {
    private static final Path BUILT = Path.of(System.getProperty("sluice.image.directory", "target/image"));
    private static final Path STARTUP_CLASSES = Path.of("deploy/images/startup-classes.txt");
    private static final long MOST_BYTES = 70_000_000;
    private static final Pattern NAMED_FILE =
            Pattern.compile("(certificate-authority|client-certificate|client-key): \"?([^\\s\"]+)\"?");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @TempDir
    private static Path directory;

    private static UnpackedImage image;

    @BeforeAll
    static void unpack() throws IOException, InterruptedException {
        assertThat(BUILT.resolve("sluice.tar"))
                .as("the image is made by ./mvnw -Pimage package")
                .exists();
        image = UnpackedImage.of(BUILT.resolve("sluice.tar"), directory);
    }

    @Test
    void itIsSmallAndRunsAsNobodyInParticular() throws IOException {
        assertThat(BUILT.resolve("sluice.tar").toFile().length()).isLessThanOrEqualTo(MOST_BYTES);
        assertThat(image.settings().user()).isEqualTo("65532:65532");
        assertThat(image.settings().arguments()).containsExactly("operator");
        assertThat(image.writableByAll()).containsExactly("/tmp");
    }

    @Test
    void itHoldsTheAgentToo() throws IOException, InterruptedException {
        assertThat(answer("--version")).startsWith("sluice ");
        assertThat(answer("agent", "--help")).contains("Usage: sluice agent");
    }

    @Test
    void theOperatorStartsFromItAndWorks(KubernetesClient client, RunningCluster cluster)
            throws IOException, InterruptedException {
        Path kubeconfig = image.root().resolve("etc/kubeconfig");
        Files.writeString(kubeconfig, selfContained(cluster.kubeConfigYaml()));
        int port = freePort();
        Path log = directory.resolve("operator.log");
        Path loaded = directory.resolve("loaded");
        Process operator = image.container(
                        Map.of("JAVA_TOOL_OPTIONS", tool()),
                        List.of(
                                "operator",
                                "--kubeconfig=/etc/kubeconfig",
                                "--namespace=" + client.getNamespace(),
                                "--management-port=" + port))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            long began = System.nanoTime();
            Awaitility.await("the operator is ready")
                    .atMost(PATIENCE)
                    .pollInterval(Duration.ofMillis(20))
                    .failFast(() -> !operator.isAlive())
                    .until(() -> ready(port));
            System.err.printf(
                    "the operator from the image was ready %d ms after its start%n",
                    Duration.ofNanos(System.nanoTime() - began).toMillis());

            aPoolIsDeclared(client);

            Awaitility.await("the pool has a node")
                    .atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(
                                    client.resources(MailNode.class).list().getItems())
                            .isNotEmpty());
            Awaitility.await("the node has a Pod")
                    .atMost(PATIENCE)
                    .untilAsserted(() ->
                            assertThat(client.pods().withName("edge-1").get()).isNotNull());
            Files.copy(
                    Path.of("/proc/%d/root/tmp/loaded".formatted(operator.pid())),
                    loaded,
                    StandardCopyOption.REPLACE_EXISTING);
            if (Boolean.getBoolean("sluice.image.classes.write")) {
                noteStartupClasses(loaded);
            }
            assertThat(shareFromArchive(loaded))
                    .as("too few classes come from the archive; note them anew, see this class")
                    .isGreaterThan(0.9);
        } finally {
            operator.destroyForcibly();
            assertThat(operator.waitFor(60, TimeUnit.SECONDS)).isTrue();
            System.err.write(Files.readAllBytes(log));
        }
    }

    @Test
    void theNextBuildMakesTheSameImage() throws IOException, InterruptedException {
        Path again = directory.resolve("again");

        Process build = new ProcessBuilder(
                        "./mvnw",
                        "-q",
                        "-o",
                        "-B",
                        "-ntp",
                        "-Pimage",
                        "-Dimage.directory=" + again,
                        "dependency:build-classpath@image-libraries",
                        "exec:exec@image-root",
                        "jib:buildTar@image-tar")
                .inheritIO()
                .start();

        assertThat(build.waitFor()).isZero();
        assertThat(again.resolve("sluice.digest")).hasSameTextualContentAs(BUILT.resolve("sluice.digest"));
        assertThat(Files.mismatch(again.resolve("sluice.tar"), BUILT.resolve("sluice.tar")))
                .as("the first byte that differs")
                .isEqualTo(-1);
    }

    /** The container sees no file of this machine. */
    private static String selfContained(String kubeconfig) {
        return NAMED_FILE.matcher(kubeconfig).replaceAll((MatchResult named) -> {
            try {
                return "%s-data: %s"
                        .formatted(
                                named.group(1),
                                Base64.getEncoder().encodeToString(Files.readAllBytes(Path.of(named.group(2)))));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
    }

    private static String tool() {
        return "-Xlog:class+load:file=/tmp/loaded:none";
    }

    private static String answer(String... arguments) throws IOException, InterruptedException {
        Process process = image.container(Map.of(), List.of(arguments))
                .redirectErrorStream(true)
                .start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text;
    }

    private static boolean ready(int port) {
        try {
            return HttpClient.newHttpClient()
                            .send(
                                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/readyz"))
                                            .build(),
                                    HttpResponse.BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void aPoolIsDeclared(KubernetesClient client) {
        client.resource("""
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge}
                spec:
                  replicas: 1
                  template: {image: "mail:1"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops:
                    - {name: partner, addresses: [{host: 192.0.2.25}]}
                  traffic: {endpointSlice: {serviceName: smtp}}
                """).inNamespace(client.getNamespace()).create();
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    /** Of the classes that can be in an archive: classes made while running and those of signed jars cannot. */
    private static double shareFromArchive(Path log) throws IOException {
        try (Stream<String> lines = Files.lines(log)) {
            List<String> archivable =
                    lines.filter(OperatorImageIT::canBeArchived).toList();
            long shared = archivable.stream()
                    .filter(line -> line.contains("source: shared objects file"))
                    .count();
            System.err.printf("%d of %d classes came from the archive%n", shared, archivable.size());
            return (double) shared / archivable.size();
        }
    }

    private static boolean canBeArchived(String line) {
        return line.contains(" source: ")
                && !line.contains("Lambda")
                && !line.contains("Proxy")
                && !line.contains("LambdaForm")
                && !line.contains("org.bouncycastle.")
                && (line.contains("source: shared objects file")
                        || line.contains("source: file:")
                        || line.contains("source: jrt:"));
    }

    private static void noteStartupClasses(Path log) throws IOException {
        TreeSet<String> classes = new TreeSet<>(Files.readAllLines(STARTUP_CLASSES));
        List<String> found = new ArrayList<>();
        try (Stream<String> lines = Files.lines(log)) {
            lines.filter(OperatorImageIT::canBeArchived)
                    .map(line -> line.substring(0, line.indexOf(' ')).replace('.', '/'))
                    .forEach(found::add);
        }
        classes.addAll(found);
        Files.write(STARTUP_CLASSES, classes);
    }
}
