package dev.sluice.cli;

import dev.sluice.agent.Agent;
import dev.sluice.agent.AgentSettings;
import dev.sluice.agent.MailTransferAgentFactory;
import dev.sluice.postfix.NodeFacts;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code sluice agent}: the entry point of a node. */
@Command(
        name = "agent",
        description = "Runs beside one mail server: starts it, keeps its books, carries the operator's orders out.",
        showDefaultValues = true)
public final class AgentCommand implements Callable<Integer> {
    private static final int CANNOT_START = 1;

    @Spec
    private CommandSpec spec;

    @Option(names = "--node", defaultValue = "${env:SLUICE_NODE_NAME}", description = "name of the MailNode")
    private String node;

    @Option(names = "--namespace", defaultValue = "${env:SLUICE_NAMESPACE:-default}", description = "its namespace")
    private String namespace;

    @Option(names = "--mta", defaultValue = "${env:SLUICE_MTA:-postfix}", description = "postfix or simulated")
    private String mta;

    @Option(names = "--config-directory", defaultValue = "/etc/postfix", description = "written by the agent")
    private Path configDirectory;

    @Option(names = "--queue-directory", defaultValue = "/var/spool/postfix", description = "the queue volume")
    private Path queueDirectory;

    @Option(names = "--state-directory", defaultValue = "/var/lib/sluice", description = "orders, books, mail log")
    private Path stateDirectory;

    @Option(names = "--tls-directory", defaultValue = "/etc/sluice/tls", description = "tls.crt, tls.key, ca.crt")
    private Path tlsDirectory;

    @Option(names = "--bind-address", defaultValue = "0.0.0.0", description = "address to listen on and to send from")
    private String bindAddress;

    @Option(names = "--smtp-port", defaultValue = "25", description = "for clients")
    private int smtpPort;

    @Option(names = "--handover-port", defaultValue = "2526", description = "for peers that hand their queue over")
    private int handoverPort;

    @Option(
            names = "--inspection-port",
            defaultValue = "2527",
            description = "loopback only: what a stranger would be told; 0 leaves it out")
    private int inspectionPort;

    @Option(names = "--api-port", defaultValue = "9443", description = "orders and reports, mutual TLS")
    private int apiPort;

    @Option(names = "--agent-check-port", defaultValue = "9102", description = "HAProxy's agent-check")
    private int agentCheckPort;

    @Option(names = "--metrics-port", defaultValue = "9100", description = "/metrics, /healthz, /readyz")
    private int metricsPort;

    @Option(
            names = "--tell-refused-clients",
            defaultValue = "${env:SLUICE_TELL_REFUSED_CLIENTS:-false}",
            arity = "0..1",
            fallbackValue = "true",
            description = "refusals name the client's address (transport nodes)")
    private boolean tellRefusedClients;

    @Option(
            names = "--drain-grace-seconds",
            defaultValue = "${env:SLUICE_DRAIN_GRACE_SECONDS:-10}",
            description = "until sessions that stay open are sent away")
    private int drainGraceSeconds;

    @Option(
            names = "--stop-grace-seconds",
            defaultValue = "${env:SLUICE_STOP_GRACE_SECONDS:-15}",
            description = "for deliveries under way when told to stop")
    private int stopGraceSeconds;

    @Option(names = "--largest-log-bytes", defaultValue = "33554432", description = "the mail log is begun anew then")
    private long largestLogBytes;

    @Override
    public Integer call() throws InterruptedException {
        if (node == null || node.isBlank()) {
            throw new ParameterException(
                    spec.commandLine(), "the node's name is missing; give --node or set SLUICE_NODE_NAME");
        }
        MailTransferAgentFactory factory = factory();
        try {
            Agent agent = new Agent(settings(), factory, InstantSource.system());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(agent), "stop"));
            agent.awaitStop();
            return 0;
        } catch (IOException | GeneralSecurityException e) {
            spec.commandLine().getErr().println("sluice agent: cannot start: " + e.getMessage());
            return CANNOT_START;
        }
    }

    /** A JVM that ends by a signal says 143, although stopping when told so is no failure. */
    private static void stop(Agent agent) {
        agent.close();
        Runtime.getRuntime().halt(0);
    }

    private MailTransferAgentFactory factory() {
        List<MailTransferAgentFactory> known = ServiceLoader.load(MailTransferAgentFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .toList();
        Optional<MailTransferAgentFactory> found =
                known.stream().filter(one -> one.kind().equals(mta)).findFirst();
        return found.orElseThrow(() -> new ParameterException(
                spec.commandLine(),
                "--mta: there is no \"" + mta + "\"; write one of "
                        + known.stream().map(MailTransferAgentFactory::kind).toList()));
    }

    private AgentSettings settings() {
        NodeFacts facts = new NodeFacts(
                node + "." + namespace + ".node.sluice.dev",
                node,
                configDirectory.toAbsolutePath(),
                queueDirectory.toAbsolutePath(),
                stateDirectory.toAbsolutePath().resolve("mta"),
                stateDirectory.toAbsolutePath().resolve("log/mail.log"),
                bindAddress,
                smtpPort,
                handoverPort,
                inspectionPort,
                tellRefusedClients,
                stateDirectory.toAbsolutePath().resolve("policy.sock"));
        return new AgentSettings(
                node,
                namespace,
                facts,
                stateDirectory.toAbsolutePath(),
                tlsDirectory.toAbsolutePath(),
                apiPort,
                agentCheckPort,
                metricsPort,
                Duration.ofSeconds(drainGraceSeconds),
                Duration.ofSeconds(stopGraceSeconds),
                largestLogBytes);
    }
}
