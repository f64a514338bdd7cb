package dev.sluice.testkit;

import io.fabric8.kubernetes.client.Config;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A cluster that exists already: the current context of {@code KUBECONFIG} or {@code ~/.kube/config}. */
record KubeconfigCluster(Path file, String kubeConfigYaml) implements RunningCluster {
    static KubeconfigCluster start() {
        Path file = Optional.ofNullable(System.getenv("KUBECONFIG"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".kube", "config"));
        try {
            return new KubeconfigCluster(file, Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException("SLUICE_TEST_CLUSTER is kubeconfig, but there is none to read: " + file, e);
        }
    }

    @Override
    public Config clientConfig() {
        return Config.fromKubeconfig(file.toFile());
    }

    @Override
    public String description() {
        return "the cluster of " + file;
    }

    @Override
    public void close() {
        // It was there before the tests.
    }
}
