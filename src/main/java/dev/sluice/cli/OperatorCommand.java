package dev.sluice.cli;

import dev.sluice.notify.Reach;
import dev.sluice.operator.ApiRequests;
import dev.sluice.operator.LeaseGuard;
import dev.sluice.operator.OperatorSettings;
import dev.sluice.operator.OperatorSettings.Election;
import dev.sluice.operator.ServerCalls;
import dev.sluice.operator.SluiceOperator;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sluice operator}: looks after the pools of a cluster until it is told to stop. */
@Command(name = "operator", description = "Runs the operator: looks after the pools of a cluster until it is stopped.")
public final class OperatorCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(OperatorCommand.class);
    /** A stop that hangs must not keep the next operator from starting. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(25);

    @CommandLine.Spec
    private CommandLine.Model.CommandSpec spec;

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "How to reach the cluster. Default: the Pod's service account, or $$KUBECONFIG.")
    private Optional<Path> kubeconfig = Optional.empty();

    @Option(
            names = "--namespace",
            paramLabel = "NAMESPACE",
            split = ",",
            description = "Namespaces to look after; may be given several times. Default: all.")
    private List<String> namespaces = List.of();

    @Option(
            names = "--lease-namespace",
            paramLabel = "NAMESPACE",
            description = "Where the operator's Lease is. Default: its own namespace, or the first of --namespace.")
    private Optional<String> leaseNamespace = Optional.empty();

    @Option(
            names = "--no-leader-election",
            negatable = false,
            description = "Work at once, without an election. Whoever worked before is fenced off.")
    private boolean alone;

    @Option(
            names = "--management-port",
            paramLabel = "PORT",
            defaultValue = "8080",
            description = "Where /metrics, /healthz and /readyz are. Default: ${DEFAULT-VALUE}; 0 for any free port.")
    private int managementPort;

    @Option(
            names = "--poll-interval",
            paramLabel = "SECONDS",
            defaultValue = "1",
            description = "Seconds between two questions to the same agent. Default: ${DEFAULT-VALUE}.")
    private double pollSeconds;

    @Override
    public Integer call() throws InterruptedException {
        check();
        Config config = config();
        ApiRequests requests = new ApiRequests();
        OperatorSettings settings = settings(config);
        LeaseGuard guard = SluiceOperator.guard(settings);
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withHttpClientBuilderConsumer(http ->
                        http.addOrReplaceInterceptor("requests", requests).addOrReplaceInterceptor("lease", guard))
                .build()) {
            SluiceOperator operator = new SluiceOperator(client, guard, settings, InstantSource.system());
            operator.whenReplaced(OperatorCommand::endAtOnce);
            operator.measure(requests);
            CountDownLatch stopped = new CountDownLatch(1);
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(operator, stopped), "stop"));
            operator.start();
            spec.commandLine()
                    .getOut()
                    .println("sluice operator: works on %s%s"
                            .formatted(
                                    config.getMasterUrl(),
                                    operator.managementPort()
                                            .map(port -> ", health and metrics on port " + port)
                                            .orElse("")));
            spec.commandLine().getOut().flush();
            stopped.await();
        }
        return 0;
    }

    private void check() {
        if (kubeconfig.isPresent() && !Files.isReadable(kubeconfig.get())) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "--kubeconfig: %s cannot be read; write the path of a kubeconfig file".formatted(kubeconfig.get()));
        }
        if (pollSeconds < 0.1 || pollSeconds > 60) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(), "--poll-interval: write seconds from 0.1 to 60");
        }
    }

    private Config config() {
        return ServerCalls.patience(
                kubeconfig.map(file -> Config.fromKubeconfig(file.toFile())).orElseGet(Config::empty));
    }

    private OperatorSettings settings(Config config) {
        String own = Optional.ofNullable(config.getNamespace()).orElse("default");
        String identity = Optional.ofNullable(System.getenv("HOSTNAME")).orElse("operator") + "-"
                + ManagementFactory.getRuntimeMXBean().getPid();
        OperatorSettings usual = OperatorSettings.alone(
                namespaces,
                leaseNamespace.orElseGet(() -> namespaces.isEmpty() || kubeconfig.isEmpty() ? own : namespaces.get(0)),
                identity);
        return new OperatorSettings(
                usual.namespaces(),
                usual.leaseNamespace(),
                usual.leaseName(),
                usual.identity(),
                alone ? Election.NONE : Election.LEADER,
                Optional.of(managementPort),
                Duration.ofMillis(Math.round(pollSeconds * 1000)),
                usual.agentLimit(),
                usual.agentCalls(),
                usual.edgeInterval(),
                usual.edgeLimit(),
                usual.keptRollouts(),
                Reach.OTHER_MACHINES);
    }

    /** An orderly stop would go on with what is under way, and that is another operator's now. */
    private static void endAtOnce() {
        LOG.error("the lease is lost: another operator leads or may lead; this process ends");
        Runtime.getRuntime().halt(1);
    }

    /** With an election the framework's own stop can hang; then the process ends all the same. */
    private static void stop(SluiceOperator operator, CountDownLatch stopped) {
        Thread end = new Thread(
                () -> {
                    operator.close();
                    stopped.countDown();
                },
                "stop-operator");
        end.setDaemon(true);
        end.start();
        try {
            end.join(LONGEST_STOP.toMillis());
            if (end.isAlive()) {
                LOG.warn("the operator did not stop within {} s", LONGEST_STOP.toSeconds());
                Runtime.getRuntime().halt(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
