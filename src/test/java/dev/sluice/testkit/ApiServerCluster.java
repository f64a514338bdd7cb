package dev.sluice.testkit;

import dev.sluice.local.ApiServerBinaries;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import java.util.Map;

/** kube-apiserver and etcd, without controllers: nothing but the tests' subject acts on its objects. */
public final class ApiServerCluster implements RunningCluster {
    private static final int STARTUP_MILLISECONDS = 120_000;

    private final KubeAPIServer server;
    private final String version;

    private ApiServerCluster(KubeAPIServer server, String version) {
        this.server = server;
        this.version = version;
    }

    static ApiServerCluster start() {
        return start(Map.of());
    }

    /**
     * Starts one for a test that needs an API server of its own kind.
     *
     * @param flags further flags of kube-apiserver, each with its dashes
     */
    public static ApiServerCluster start(Map<String, String> flags) {
        ApiServerBinaries.Location binaries =
                ApiServerBinaries.ofThisMachine(System.err::println).findOrBuild();
        KubeAPIServerConfigBuilder configuration = KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withTestDir(binaries.testDirectory().toString())
                .withApiServerVersion(binaries.version())
                .withOfflineMode(true)
                .withUpdateKubeConfig(false)
                .withStartupTimeout(STARTUP_MILLISECONDS);
        // In one word: a flag that is a yes or no takes no word after it.
        flags.forEach((flag, value) -> configuration.withApiServerFlag(flag + "=" + value));
        KubeAPIServer server = new KubeAPIServer(configuration.build());
        server.start();
        return new ApiServerCluster(server, binaries.version());
    }

    @Override
    public String description() {
        return "kube-apiserver " + version;
    }

    @Override
    public String kubeConfigYaml() {
        return server.getKubeConfigYaml();
    }

    @Override
    public void close() {
        server.stop();
    }
}
