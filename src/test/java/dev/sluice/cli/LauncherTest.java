package dev.sluice.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The launcher with a program that only says what it was told: its archive of classes is a help, never a hindrance. */
class LauncherTest {
    @TempDir
    private Path home;

    @BeforeEach
    void install() throws IOException {
        Files.copy(Path.of("sluice"), home.resolve("sluice"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.copy(Path.of("kubectl-sluice"), home.resolve("kubectl-sluice"), StandardCopyOption.COPY_ATTRIBUTES);
        Files.createDirectories(home.resolve("target"));
        program("says");
    }

    private void program(String word) throws IOException {
        Path source = Files.writeString(home.resolve("Sluice.java"), """
                package dev.sluice.cli;
                public final class Sluice {
                    public static void main(String[] words) {
                        System.out.println("%s " + System.getProperty("sluice.command") + " " + String.join(" ", words));
                        System.exit(words[0].equals("kubectl-warm-up") ? 0 : words.length);
                    }
                }
                """.formatted(word));
        int result =
                ToolProvider.getSystemJavaCompiler().run(null, null, null, "-d", home.toString(), source.toString());
        assertThat(result).isZero();
        try (OutputStream file = Files.newOutputStream(home.resolve("target/sluice.jar"));
                JarOutputStream jar = new JarOutputStream(file)) {
            jar.putNextEntry(new JarEntry("dev/sluice/cli/Sluice.class"));
            Files.copy(home.resolve("dev/sluice/cli/Sluice.class"), jar);
        }
    }

    private record Run(int exitCode, String out, String err) {}

    private Run run(String launcher, String... words) throws IOException, InterruptedException {
        List<String> command = Stream.concat(Stream.of(home.resolve(launcher).toString()), Stream.of(words))
                .toList();
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        String err = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        return new Run(process.waitFor(), out, err);
    }

    private List<Path> archives() throws IOException {
        try (Stream<Path> files = Files.list(home.resolve("target"))) {
            return files.filter(file -> file.toString().matches(".*/commands-\\d+-\\d+\\.(aot|jsa)"))
                    .toList();
        }
    }

    private Path archive() {
        Awaitility.await("the archive is made in the background")
                .atMost(Duration.ofMinutes(2))
                .until(() -> archives().size() == 1);
        try {
            return archives().get(0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void theFirstUseWorksAndMakesTheArchive() throws Exception {
        assertThat(run("sluice", "get", "fp/edge")).isEqualTo(new Run(2, "says sluice get fp/edge\n", ""));
        archive();

        assertThat(run("kubectl-sluice", "get")).isEqualTo(new Run(1, "says kubectl sluice get\n", ""));
    }

    @Test
    void aBrokenArchiveBreaksNothing() throws Exception {
        run("sluice", "get");
        Files.writeString(archive(), "this is no archive");

        assertThat(run("sluice", "get")).isEqualTo(new Run(1, "says sluice get\n", ""));
    }

    @Test
    void anArchiveThatWasCutOffBreaksNothing() throws Exception {
        run("sluice", "get");
        Path archive = archive();
        byte[] whole = Files.readAllBytes(archive);
        Files.write(archive, java.util.Arrays.copyOf(whole, whole.length / 2));

        assertThat(run("sluice", "get")).isEqualTo(new Run(1, "says sluice get\n", ""));
    }

    @Test
    void anotherJarGetsAnotherArchive() throws Exception {
        run("sluice", "get");
        Path first = archive();

        program("answers");
        assertThat(run("sluice", "get").out()).isEqualTo("answers sluice get\n");

        Awaitility.await("the old archive is replaced")
                .atMost(Duration.ofMinutes(2))
                .until(() -> archives().size() == 1 && !archives().get(0).equals(first));
    }
}
