package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * The reference node's Dockerfile, as far as it can be tested without an engine that builds it: what it copies is there
 * and is let through, what it installs is in Debian, what it runs is what it copied.
 */
class NodeImageIT {
    private static final Path DOCKERFILE = Path.of("deploy/images/node.Dockerfile");
    private static final Pattern BASE = Pattern.compile("FROM debian:(\\d+)-slim");
    private static final Pattern COPY = Pattern.compile("COPY (?:--\\S+ )*(\\S+) (\\S+)");
    private static final Pattern PACKAGES =
            Pattern.compile("apt-get install -y --no-install-recommends(.*?)&&", Pattern.DOTALL);

    private static String instructions() throws IOException {
        return Files.readString(DOCKERFILE).replace("\\\n", " ");
    }

    private static List<String> sources() throws IOException {
        return COPY.matcher(instructions())
                .results()
                .map(copy -> copy.group(1).replaceAll("/$", ""))
                .toList();
    }

    @Test
    void whatItCopiesIsThereAndIsLetThrough() throws IOException {
        List<String> letThrough = Files.readAllLines(Path.of(".dockerignore"));

        assertThat(sources()).isNotEmpty();
        for (String source : sources()) {
            assertThat(Path.of(source)).exists();
            assertThat(letThrough).contains("!" + source);
        }
    }

    @Test
    void whatItInstallsIsInDebian() throws IOException, InterruptedException {
        Matcher packages = PACKAGES.matcher(instructions());
        assertThat(packages.find()).isTrue();
        List<String> names = Arrays.asList(packages.group(1).strip().split("\\s+"));

        assertThat(names).contains("postfix", "rspamd");
        List<String> command = new ArrayList<>(List.of("apt-cache", "show", "--no-all-versions"));
        command.addAll(names);
        List<String> known = run(command.toArray(String[]::new))
                .lines()
                .filter(line -> line.startsWith("Package: "))
                .map(line -> line.substring("Package: ".length()))
                .toList();
        assertThat(known).as("what Debian has of it; after apt-get update?").containsAll(names);
    }

    @Test
    void itRunsWhatItCopiedAndRspamdWhereTheSettingsSayThatItIs() throws IOException {
        String instructions = instructions();
        assertThat(BASE.matcher(instructions).find()).isTrue();
        assertThat(instructions)
                .contains(
                        "COPY --chmod=755 deploy/images/node /usr/local/bin/node",
                        "ENTRYPOINT [\"/usr/bin/tini\", \"--\", \"/usr/local/bin/node\"]")
                .contains("smtpd_milters: \"inet:127.0.0.1:11332\"");
        assertThat(Files.readString(Path.of("deploy/images/rspamd/worker-proxy.inc")))
                .contains("bind_socket = \"127.0.0.1:11332\"");
        assertThat(Files.readString(Path.of("deploy/images/node"))).contains("/opt/sluice/sluice.jar");
    }

    @Test
    void itsEntryPointIsAShellScript() throws IOException, InterruptedException {
        assertThat(run("sh", "-n", "deploy/images/node")).isEmpty();
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return text;
    }
}
