package dev.sluice.local;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.nio.file.Path;

/** A Kubernetes API on this machine; closing it ends it and forgets everything in it. */
public interface ApiServer extends AutoCloseable {
    /** What it is and which version, for a person, such as {@code kube-apiserver 1.37.2}. */
    String description();

    /** A kubeconfig for this API, as YAML; its user may do everything. */
    String kubeconfig();

    /** A file with {@link #kubeconfig()}, readable by this user alone; it goes when the server is closed. */
    Path kubeconfigFile();

    /** A new client with all rights; the caller closes it. */
    default KubernetesClient client() {
        return new KubernetesClientBuilder()
                .withConfig(Config.fromKubeconfig(kubeconfig()))
                .build();
    }

    @Override
    void close();
}
