package dev.sluice.cli;

import dev.sluice.agent.Agent;
import dev.sluice.agent.AgentSettings;
import dev.sluice.agent.PostfixAgentFactory;
import dev.sluice.api.FilterPool;
import dev.sluice.node.CertificateAuthority;
import dev.sluice.node.IssuedCertificate;
import dev.sluice.node.MutualTls;
import dev.sluice.node.NodeAddress;
import dev.sluice.node.NodeClient;
import dev.sluice.postfix.NodeFacts;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;

/** Loads the classes that an agent and an operator need to start, so that the JVM can write them down. */
@Command(name = "lab-warm-up", hidden = true, description = "Starts an agent for a moment and asks it once.")
final class LabWarmUpCommand implements Callable<Integer> {
    private static final String NODE = "warm-up";
    private static final String NAMESPACE = "default";
    private static final String LOOPBACK = "127.0.0.1";

    @Override
    public Integer call() throws Exception {
        Path directory = Files.createTempDirectory("sluice-warm-up");
        CertificateAuthority authority =
                CertificateAuthority.create("warm-up", Duration.ofHours(1), InstantSource.system());
        IssuedCertificate node = authority.issueNode(NODE, NAMESPACE, Duration.ofHours(1));
        Files.writeString(directory.resolve("tls.crt"), node.certificatePem());
        Files.writeString(directory.resolve("tls.key"), node.keyPem());
        Files.writeString(directory.resolve("ca.crt"), authority.own().certificatePem());
        NodeFacts facts = new NodeFacts(
                "warm-up.test",
                NODE,
                directory,
                directory,
                directory.resolve("mta"),
                directory.resolve("mail.log"),
                LOOPBACK,
                0,
                0,
                0,
                false,
                directory.resolve("policy.sock"));
        AgentSettings settings = new AgentSettings(
                NODE,
                NAMESPACE,
                facts,
                directory,
                directory,
                0,
                0,
                0,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Long.MAX_VALUE);
        try (Agent agent = new Agent(settings, new PostfixAgentFactory(), InstantSource.system());
                KubernetesClient client = new KubernetesClientBuilder().build()) {
            IssuedCertificate operator = authority.issueOperator(Duration.ofHours(1));
            new NodeClient(
                            new MutualTls(
                                    operator.certificatePem(),
                                    operator.keyPem(),
                                    authority.own().certificatePem()),
                            Duration.ofSeconds(10))
                    .report(new NodeAddress(NODE, NAMESPACE, LOOPBACK, agent.apiPort()));
            client.getKubernetesSerialization().asYaml(new FilterPool());
        } finally {
            delete(directory);
        }
        return 0;
    }

    private static void delete(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }
}
