package dev.sluice.testkit;

import java.util.Optional;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.images.RemoteDockerImage;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** K3s in a container, with all controllers. */
final class K3sCluster implements RunningCluster {
    private static final String IMAGE =
            Optional.ofNullable(System.getenv("SLUICE_TEST_K3S_IMAGE")).orElse("rancher/k3s:v1.34.1-k3s1");

    private final K3sContainer container;

    private K3sCluster(K3sContainer container) {
        this.container = container;
    }

    /** Why there is no K3s: no container engine, or no image. */
    static Optional<String> whyNot() {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            return Optional.of("K3s needs a container engine and none answers here; the run on apiserver counts");
        }
        try {
            new RemoteDockerImage(DockerImageName.parse(IMAGE)).get();
            return Optional.empty();
        } catch (RuntimeException e) {
            return Optional.of("the image " + IMAGE + " cannot be had: " + e.getMessage()
                    + "; SLUICE_TEST_K3S_IMAGE names another; the run on apiserver counts");
        }
    }

    static K3sCluster start() {
        K3sContainer container =
                new K3sContainer(DockerImageName.parse(IMAGE).asCompatibleSubstituteFor("rancher/k3s"));
        container.start();
        return new K3sCluster(container);
    }

    @Override
    public String description() {
        return "K3s of " + IMAGE;
    }

    @Override
    public String kubeConfigYaml() {
        return container.getKubeConfigYaml();
    }

    @Override
    public void close() {
        container.stop();
    }
}
