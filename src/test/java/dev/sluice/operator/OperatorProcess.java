package dev.sluice.operator;

import dev.sluice.operator.OperatorSettings.Election;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * An operator that takes part in an election, in a process of its own that can be stopped, killed and put to sleep. It
 * does what {@code sluice operator} does; only its agents are at addresses that a test can listen on.
 */
final class OperatorProcess implements AutoCloseable {
    private final String identity;
    private final Process process;

    private OperatorProcess(String identity, Process process) {
        this.identity = identity;
        this.process = process;
    }

    /** The process's own part: address of the API server, namespace, name. */
    public static void main(String[] arguments) throws InterruptedException {
        String namespace = arguments[1];
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(arguments[0])
                .withNamespace(namespace)
                .withOnlyHttpWatches(true)
                .build();
        OperatorSettings settings = OperatorSettings.alone(List.of(namespace), namespace, arguments[2])
                .with(Election.LEADER);
        LeaseGuard guard = SluiceOperator.guard(settings);
        KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(ServerCalls.patience(config))
                .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("lease", guard))
                .build();
        SluiceOperator operator = new SluiceOperator(
                client,
                guard,
                settings,
                InstantSource.system(),
                Optional.of(Story.onLoopback(new MutualTlsGateway(
                        new Certificates(client, InstantSource.system()), Duration.ofSeconds(5)))));
        operator.whenReplaced(() -> Runtime.getRuntime().halt(1));
        Runtime.getRuntime().addShutdownHook(new Thread(operator::close));
        operator.start();
        Thread.currentThread().join();
    }

    /**
     * Starts one.
     *
     * @param server the API server's address, without credentials
     * @param log where it writes what it has to say
     */
    static OperatorProcess start(String server, String namespace, String identity, Path log) {
        try {
            return new OperatorProcess(
                    identity,
                    new ProcessBuilder(
                                    Path.of(System.getProperty("java.home"), "bin", "java")
                                            .toString(),
                                    "-XX:+UseSerialGC",
                                    "-XX:TieredStopAtLevel=1",
                                    "-Xmx256m",
                                    "-cp",
                                    System.getProperty("java.class.path"),
                                    OperatorProcess.class.getName(),
                                    server,
                                    namespace,
                                    identity)
                            .redirectErrorStream(true)
                            .redirectOutput(new File(log.toString()))
                            .start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String identity() {
        return identity;
    }

    /** Asks it to stop, as a kubelet does. */
    void stop() {
        process.destroy();
    }

    void kill() {
        process.destroyForcibly();
    }

    /** Nothing of it runs until it is woken. */
    void putToSleep() throws IOException, InterruptedException {
        signal("STOP");
    }

    void wake() throws IOException, InterruptedException {
        signal("CONT");
    }

    private void signal(String name) throws IOException, InterruptedException {
        int code = new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid()))
                .inheritIO()
                .start()
                .waitFor();
        if (code != 0) {
            throw new IllegalStateException("kill -%s of %s ended with %d".formatted(name, identity, code));
        }
    }

    /** Waits until it has ended. */
    boolean endsWithin(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}
