package dev.sluice.local;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** A real kube-apiserver with its etcd, for as long as it is open. No scheduler, no controllers, no kubelet. */
public final class LocalApiServer implements ApiServer {
    private static final int STARTUP_TIMEOUT_MILLIS = 120_000;

    private final KubeAPIServer server;
    private final KubeconfigFile kubeconfigFile;
    private final String kubeconfig;
    private final ApiServerBinaries.Location binaries;
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtExit atExit;

    private LocalApiServer(KubeAPIServer server, ApiServerBinaries.Location binaries) {
        this.server = server;
        this.binaries = binaries;
        this.kubeconfig = server.getKubeConfigYaml();
        this.kubeconfigFile = new KubeconfigFile(kubeconfig);
        // Its processes would outlive a JVM that ends without closing it.
        this.atExit = AtExit.run("stop-apiserver", this::stop);
    }

    /**
     * Starts one; takes about 5 seconds.
     *
     * @throws LocalRuntimeException when it does not come up
     */
    public static LocalApiServer start(ApiServerBinaries.Location binaries) {
        return new LocalApiServer(launch(binaries), binaries);
    }

    static KubeAPIServer launch(ApiServerBinaries.Location binaries) {
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(binaries.testDirectory().toString())
                .withApiServerVersion(binaries.version())
                .withOfflineMode(true)
                .withStartupTimeout(STARTUP_TIMEOUT_MILLIS)
                .withWaitForEtcdHealthCheckOnStartup(false)
                .build());
        try {
            server.start();
        } catch (RuntimeException e) {
            try {
                server.stop();
            } catch (RuntimeException stopping) {
                e.addSuppressed(stopping);
            }
            throw new LocalRuntimeException(
                    "the API server in " + binaries.directory() + " does not come up: " + e.getMessage(), e);
        }
        return server;
    }

    @Override
    public String description() {
        return "kube-apiserver " + binaries.version();
    }

    /** The kubectl of the same version. */
    public Path kubectl() {
        return binaries.kubectl();
    }

    @Override
    public String kubeconfig() {
        return kubeconfig;
    }

    @Override
    public Path kubeconfigFile() {
        return kubeconfigFile.path();
    }

    @Override
    public void close() {
        if (stop()) {
            atExit.cancel();
        }
    }

    private boolean stop() {
        if (!closed.compareAndSet(false, true)) {
            return false;
        }
        try {
            server.stop();
        } finally {
            kubeconfigFile.close();
        }
        return true;
    }
}
