package dev.sluice.cli.kubectl;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * Runs the commands that people type most against an API server of its own, so that a virtual machine in training sees every
 * class that they need. The launcher makes its archive of loaded classes by it.
 */
@Command(
        name = "kubectl-warm-up",
        hidden = true,
        description = "For the launcher: loads the classes that the commands need, to make an archive of them.")
public final class WarmUpCommand implements Callable<Integer> {
    private static final List<String[]> TYPED = List.of(
            new String[] {"get"},
            new String[] {"get", "fp/edge"},
            new String[] {"status", "fp/edge"},
            new String[] {"explain", "fp/edge"},
            new String[] {"queue", "fp/edge", "-o", "json"},
            new String[] {"get", "fp/nowhere"},
            new String[] {"abort", "fp/edge", "--yes", "--reason", "training", "--timeout", "0s"});

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws IOException, GeneralSecurityException {
        Path directory = Files.createTempDirectory("sluice-warm-up");
        Path kubeconfig = directory.resolve("kubeconfig");
        HttpsServer server = server();
        try {
            Files.writeString(kubeconfig, """
                    apiVersion: v1
                    kind: Config
                    clusters: [{name: c, cluster: {server: "https://127.0.0.1:%d", insecure-skip-tls-verify: true}}]
                    users: [{name: u, user: {token: t}}]
                    contexts: [{name: c, context: {cluster: c, user: u}}]
                    current-context: c
                    """.formatted(server.getAddress().getPort()));
            CommandLine root = spec.root().commandLine();
            PrintWriter nowhere = new PrintWriter(Writer.nullWriter());
            root.setOut(nowhere).setErr(nowhere);
            for (String[] words : TYPED) {
                String[] all = java.util.Arrays.copyOf(words, words.length + 2);
                all[words.length] = "--kubeconfig";
                all[words.length + 1] = kubeconfig.toString();
                root.execute(all);
            }
            root.execute("--help");
            return ExitCode.FINE;
        } finally {
            server.stop(0);
            Files.deleteIfExists(kubeconfig);
            Files.deleteIfExists(directory);
        }
    }

    private static HttpsServer server() throws IOException, GeneralSecurityException {
        CertificateAuthority authority =
                CertificateAuthority.create("warm-up", Duration.ofHours(1), InstantSource.system());
        IssuedCertificate own = authority.issueNode("warm-up", "default", Duration.ofHours(1));
        MutualTls identity = new MutualTls(
                own.certificatePem(), own.keyPem(), authority.own().certificatePem());
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(identity.context()));
        server.createContext("/", WarmUpCommand::answer);
        server.start();
        return server;
    }

    private static void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        String text = path.endsWith("/filterpools") || path.endsWith("/transportpools")
                ? list("FilterPoolList", path.endsWith("/filterpools") ? POOL : "")
                : path.endsWith("/filterpools/edge")
                        ? POOL
                        : path.endsWith("/poolrollouts")
                                ? list("PoolRolloutList", ROLLOUT)
                                : path.endsWith("/mailnodes")
                                        ? list("MailNodeList", NODE)
                                        : path.contains("/poolactions") ? ACTION : MISSING;
        byte[] body = text.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(text.equals(MISSING) ? 404 : 200, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static String list(String kind, String item) {
        return "{\"apiVersion\":\"sluice.dev/v1alpha1\",\"kind\":\"%s\",\"metadata\":{},\"items\":[%s]}"
                .formatted(kind, item);
    }

    private static final String MISSING =
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"status\":\"Failure\",\"reason\":\"NotFound\",\"code\":404}";

    private static final String POOL = """
            {"apiVersion":"sluice.dev/v1alpha1","kind":"FilterPool",
             "metadata":{"name":"edge","namespace":"default","generation":2,"creationTimestamp":"2026-11-23T10:00:00Z"},
             "spec":{"replicas":1,"template":{"image":"mail:2"},
              "nextHops":[{"name":"partner","addresses":[{"host":"192.0.2.25"}]}],
              "traffic":{"endpointSlice":{"serviceName":"smtp"}}},
             "status":{"observedGeneration":2,"revisions":{"stable":"v1-1","candidate":"v1-2"},
              "conditions":[{"type":"Ready","status":"Unknown","reason":"RolloutInProgress","message":"collecting",
               "lastTransitionTime":"2026-11-23T10:00:00Z"}],
              "trial":{"rolloutName":"edge-1","purpose":"NewRevision","revision":"v1-2","step":1,"weightPercent":5,
               "startedTime":"2026-11-23T10:00:00Z","deadlineTime":"2026-11-23T16:00:00Z","phase":"Canary"},
              "nodes":[{"name":"edge-1","revision":"v1-1","state":"Serving","weight":256,"since":"2026-11-23T10:00:00Z"}],
              "summary":{"step":"1/4","weightPercent":5,"nodesReady":"1/1","verdict":"Collecting","message":"collecting"}}}
            """;

    private static final String ROLLOUT = """
            {"apiVersion":"sluice.dev/v1alpha1","kind":"PoolRollout",
             "metadata":{"name":"edge-1","namespace":"default","creationTimestamp":"2026-11-23T10:00:00Z"},
             "spec":{"poolRef":{"kind":"FilterPool","name":"edge"},"purpose":"NewRevision","revision":"v1-2"},
             "status":{"result":"Running","startedTime":"2026-11-23T10:00:00Z",
              "decisions":[{"time":"2026-11-23T10:00:00Z","what":"step 1","why":"begun"}]}}
            """;

    private static final String NODE = """
            {"apiVersion":"sluice.dev/v1alpha1","kind":"MailNode",
             "metadata":{"name":"edge-1","namespace":"default","creationTimestamp":"2026-11-23T10:00:00Z"},
             "spec":{"poolRef":{"kind":"FilterPool","name":"edge"},"revision":"v1-1","template":{"image":"mail:2"}},
             "status":{"state":"Serving","weight":256,"counts":{"accepted":10,"delivered":9,"queued":1},
              "queue":{"messages":1,"oldestSeconds":5,"hops":[{"nextHop":"partner","messages":1}]},
              "reportTime":"2026-11-23T10:00:00Z"}}
            """;

    private static final String ACTION = """
            {"apiVersion":"sluice.dev/v1alpha1","kind":"PoolAction","metadata":{"name":"edge-abort-x","namespace":"default"},
             "spec":{"poolRef":{"kind":"FilterPool","name":"edge"},"verb":"Abort","revision":"v1-2","reason":"training"}}
            """;
}
