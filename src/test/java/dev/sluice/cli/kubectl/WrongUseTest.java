package dev.sluice.cli.kubectl;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.sluice.cli.Sluice;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever goes wrong, a person reads one line that says what it is and what to write or do instead. */
class WrongUseTest {
    @TempDir
    private Path directory;

    static Stream<String> everyCommandThatNeedsACluster() {
        return Stream.of(
                "get",
                "get fp/edge",
                "get -A",
                "status edge",
                "watch edge --timeout 1s",
                "explain edge",
                "queue edge",
                "history edge",
                "affected edge",
                "promote edge --yes --reason x",
                "abort edge --yes --reason x",
                "retry edge --yes --reason x",
                "pause edge --yes --reason x",
                "resume edge --yes --reason x",
                "drain edge-1 --yes --reason x",
                "check",
                "plan -f examples/filter-pool-haproxy.yaml",
                "lint --server -f examples/filter-pool-haproxy.yaml");
    }

    @ParameterizedTest
    @MethodSource("everyCommandThatNeedsACluster")
    void aClusterThatDoesNotAnswerIsNamed(String command) throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Typed typed = Typed.on(kubeconfig("http://127.0.0.1:" + port), "mail", command);

        assertOneLine(typed);
        assertThat(typed.err())
                .startsWith("sluice: no cluster answers at http://127.0.0.1:" + port + ": connection refused")
                .contains("--context");
    }

    @ParameterizedTest
    @MethodSource("everyCommandThatNeedsACluster")
    void aClusterWithoutOurKindsIsToldApart(String command) throws IOException {
        HttpServer server = answering(404, "404 page not found", Optional.of("/version"));
        try {
            Typed typed = Typed.on(kubeconfig(address(server)), "mail", command);

            assertThat(typed.exitCode()).as(typed.out() + typed.err()).isEqualTo(ExitCode.ERROR);
            assertThat(typed.out() + typed.err()).contains("not installed").doesNotContain("Exception");
            if (!command.equals("check")) {
                assertOneLine(typed);
                assertThat(typed.err()).startsWith("sluice: Sluice's kinds are not installed on http://127.0.0.1");
            }
        } finally {
            server.stop(0);
        }
    }

    @ParameterizedTest
    @MethodSource("everyCommandThatNeedsACluster")
    void whoIsNotKnownIsTold(String command) throws IOException {
        HttpServer server = answering(401, "{\"kind\":\"Status\",\"message\":\"Unauthorized\"}", Optional.empty());
        try {
            Typed typed = Typed.on(kubeconfig(address(server)), "mail", command);

            assertOneLine(typed);
            assertThat(typed.err()).contains("does not know who you are (401): log in again");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aContextThatDoesNotExistIsAnsweredWithTheNearest() throws IOException {
        Path file = kubeconfig("http://127.0.0.1:1");

        assertThat(Typed.plain("get --context=hear --kubeconfig=" + file).err())
                .isEqualTo("sluice: --context: there is no hear in the kubeconfig; did you mean here?\n");
    }

    @Test
    void aKubeconfigThatCannotBeReadIsNamed() throws IOException {
        assertThat(Typed.plain("get --kubeconfig=/nowhere/config").err())
                .isEqualTo(
                        "sluice: --kubeconfig: /nowhere/config cannot be read; write the path of a kubeconfig file\n");

        Path broken = Files.writeString(directory.resolve("broken"), "clusters: [}");
        Typed typed = Typed.plain("get --kubeconfig=" + broken);
        assertOneLine(typed);
        assertThat(typed.err()).startsWith("sluice: the kubeconfig cannot be read: ");
    }

    static Stream<List<String>> mistypedCommands() {
        return Stream.of(
                List.of("gte", "sluice: Unmatched argument at index 0: 'gte'", "did you mean"),
                List.of("status edge --tmeout 6h", "Unknown option", "--timeout"),
                List.of(
                        "status edge --timeout soon",
                        "soon is no length of time: write such as 30s, 10m, 6h or 1h30m",
                        ""),
                List.of(
                        "get vm/edge",
                        "vm/edge names no pool: write fp/NAME for a FilterPool or tp/NAME for a TransportPool",
                        ""),
                List.of("get fp/edge -A", "-A lists the pools of all namespaces; leave it out to see one", ""),
                List.of("get -o xml", "-o xml: get has no such form; write -o json|yaml|name|wide", ""),
                List.of("history edge -o csv", "-o csv: history has no such form", ""),
                List.of("plan", "Missing required option: '--filename=FILE'", "--help"),
                List.of(
                        "plan -f /nowhere.yaml",
                        "-f /nowhere.yaml does not exist; write the path of a file or a directory",
                        ""),
                List.of("plan -f examples --traffic 0", "--traffic is 0.0: write recipients an hour, above 0", ""),
                List.of("lint -f /nowhere.yaml", "-f /nowhere.yaml does not exist", ""),
                List.of("drain", "Missing required parameter: 'NODE'", ""),
                List.of("completion fish", "fish is not offered: write bash or zsh", ""));
    }

    @ParameterizedTest
    @MethodSource("mistypedCommands")
    void aMistypedCommandSaysWhatToWrite(List<String> story) {
        Typed typed = Typed.plain(story.get(0));

        assertOneLine(typed);
        assertThat(typed.err()).contains(story.get(1), story.get(2));
    }

    @Test
    void everyCommandHasHelp() {
        Sluice.commandLine().getSubcommands().forEach((name, command) -> {
            assertThat(command.getCommandSpec().usageMessage().description())
                    .as(name)
                    .isNotEmpty();
            command.getCommandSpec()
                    .options()
                    .forEach(option -> assertThat(option.description())
                            .as(name + " " + option.longestName())
                            .isNotEmpty());
        });
    }

    private static void assertOneLine(Typed typed) {
        assertThat(typed.exitCode()).as(typed.out() + typed.err()).isEqualTo(ExitCode.ERROR);
        assertThat(typed.err()).startsWith("sluice: ").endsWith("\n").doesNotContain("Exception");
        assertThat(typed.err().lines()).hasSize(1);
    }

    private Path kubeconfig(String server) throws IOException {
        return Files.writeString(directory.resolve("kubeconfig"), """
                apiVersion: v1
                kind: Config
                clusters: [{name: here, cluster: {server: "%s"}}]
                users: [{name: me, user: {token: "x"}}]
                contexts: [{name: here, context: {cluster: here, user: me}}]
                current-context: here
                """.formatted(server));
    }

    private static String address(HttpServer server) {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private static HttpServer answering(int code, String body, Optional<String> exceptPath) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            boolean except = exceptPath
                    .filter(exchange.getRequestURI().getPath()::equals)
                    .isPresent();
            String path = exchange.getRequestURI().getPath();
            String text = except
                    ? "{\"gitVersion\":\"v1.37.2\",\"major\":\"1\",\"minor\":\"37\"}"
                    : path.startsWith("/apis/coordination.k8s.io") || path.startsWith("/apis/apps")
                            ? "{\"items\":[]}"
                            : path.startsWith("/apis/authorization.k8s.io") ? "{\"status\":{\"allowed\":true}}" : body;
            int status = exceptPath.isPresent() && !text.equals(body) ? 200 : code;
            byte[] bytes = (status == 200 ? text : body).getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
        });
        server.start();
        return server;
    }
}
