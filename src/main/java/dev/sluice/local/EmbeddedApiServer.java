package dev.sluice.local;

import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import java.net.InetAddress;
import java.util.HashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * A small stand-in for a Kubernetes API in this process, for a first look where no API server's binaries are at hand. It
 * keeps objects, watches, finalizers, status and server-side apply; it knows no validation, defaults, versions' conflicts
 * of status, admission or rights. Nothing is tested on it.
 */
public final class EmbeddedApiServer implements ApiServer {
    /** Held here, since the logging of the JDK forgets the level of a logger that nobody holds. */
    private static final Logger REQUESTS = Logger.getLogger("io.fabric8.mockwebserver.MockWebServer");

    private final KubernetesMockServer server;
    private final KubeconfigFile kubeconfigFile;
    private final String kubeconfig;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedApiServer(KubernetesMockServer server) {
        this.server = server;
        this.kubeconfig = """
                apiVersion: v1
                kind: Config
                clusters:
                - name: embedded
                  cluster:
                    server: http://127.0.0.1:%d
                users:
                - name: anyone
                contexts:
                - name: embedded
                  context:
                    cluster: embedded
                    user: anyone
                current-context: embedded
                """.formatted(server.getPort());
        this.kubeconfigFile = new KubeconfigFile(kubeconfig);
    }

    /** Starts one on the loopback address; takes about a second. */
    public static EmbeddedApiServer start() {
        REQUESTS.setLevel(Level.WARNING);
        KubernetesMockServer server = new KubernetesMockServer(
                new Context(), new MockWebServer(), new HashMap<>(), new ApplyingDispatcher(), false);
        server.init(InetAddress.getLoopbackAddress(), 0);
        return new EmbeddedApiServer(server);
    }

    @Override
    public String description() {
        return "embedded API (not a real kube-apiserver)";
    }

    @Override
    public String kubeconfig() {
        return kubeconfig;
    }

    @Override
    public java.nio.file.Path kubeconfigFile() {
        return kubeconfigFile.path();
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.destroy();
            kubeconfigFile.close();
        }
    }
}
