package dev.sluice.local.demo;

import dev.sluice.local.ApiServer;
import dev.sluice.local.Definitions;
import dev.sluice.local.LocalRuntimeException;
import dev.sluice.local.OperatorProcess;
import dev.sluice.local.UserCache;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The one operator of all acts, as a cluster has one for all namespaces. Where there are no pools it does nothing. */
final class DemoOperator implements AutoCloseable {
    private final OperatorProcess process;

    private DemoOperator(OperatorProcess process) {
        this.process = process;
    }

    static DemoOperator start(ApiServer apiServer) {
        Path log = logFile();
        try {
            Files.createDirectories(log.getParent());
            Files.deleteIfExists(log);
        } catch (IOException e) {
            throw new LocalRuntimeException("cannot write " + log + ": " + e.getMessage(), e);
        }
        try (KubernetesClient client = apiServer.client()) {
            Definitions.install(client);
        }
        return new DemoOperator(OperatorProcess.start(
                apiServer.kubeconfigFile(),
                List.of(
                        "--no-leader-election",
                        "--lease-namespace",
                        "default",
                        "--management-port",
                        "0",
                        "--poll-interval",
                        "1"),
                log));
    }

    /** It outlives the demo: who wants to know what went wrong looks there. */
    private static Path logFile() {
        return UserCache.directory().resolve("demo").resolve("operator.log");
    }

    void killAndRestart() {
        process.restart();
    }

    Path log() {
        return process.log();
    }

    @Override
    public void close() {
        process.close();
    }
}
