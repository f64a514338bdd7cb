package dev.sluice.testkit;

import io.fabric8.kubernetes.client.Config;

/** A cluster that tests run on. */
public interface RunningCluster extends AutoCloseable {
    /** What it is, for a person who reads the log. */
    String description();

    /** How to reach it, as a kubeconfig file holds it. */
    String kubeConfigYaml();

    /** How a client reaches it. */
    default Config clientConfig() {
        return Config.fromKubeconfig(kubeConfigYaml());
    }

    @Override
    void close();
}
