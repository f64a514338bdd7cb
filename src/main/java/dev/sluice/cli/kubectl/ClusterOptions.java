package dev.sluice.cli.kubectl;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.NamedContext;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Which cluster and namespace: the options that kubectl has for it. */
final class ClusterOptions {
    private static final int CONNECT_MILLISECONDS = 5_000;
    private static final int REQUEST_MILLISECONDS = 30_000;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "The namespace. Default: that of the kubeconfig's context.")
    private Optional<String> namespace = Optional.empty();

    @Option(
            names = "--context",
            paramLabel = "NAME",
            description = "The kubeconfig's context. Default: the current one.")
    private Optional<String> context = Optional.empty();

    @Option(
            names = "--kubeconfig",
            paramLabel = "FILE",
            description = "The kubeconfig. Default: $$KUBECONFIG, else ~/.kube/config, else the Pod's service account.")
    private Optional<Path> kubeconfig = Optional.empty();

    /** What a command does with a cluster. */
    interface Work {
        /** Does it and tells the exit code. */
        int on(Session session) throws InterruptedException;
    }

    /** Does the work; every refusal of the API becomes one line. */
    int with(Work work) throws InterruptedException {
        Config config = config();
        // Commands name kinds by their classes; to look for all of Kubernetes' kinds would take longer than the answer.
        try (KubernetesClient client = new KubernetesClientBuilder()
                .withConfig(config)
                .withKubernetesSerialization(new KubernetesSerialization(new ObjectMapper(), false))
                .build()) {
            return work.on(new Session(
                    client, Optional.ofNullable(config.getNamespace()).orElse("default")));
        } catch (KubernetesClientException e) {
            throw ApiFailures.of(e, server(config));
        }
    }

    private static String server(Config config) {
        return config.getMasterUrl().replaceAll("/$", "");
    }

    private Config config() {
        kubeconfig.filter(file -> !Files.isReadable(file)).ifPresent(file -> {
            throw new CommandFailure(
                    "--kubeconfig: %s cannot be read; write the path of a kubeconfig file".formatted(file));
        });
        Config found = read();
        namespace.ifPresent(found::setNamespace);
        return new ConfigBuilder(found)
                .withConnectionTimeout(CONNECT_MILLISECONDS)
                .withRequestTimeout(REQUEST_MILLISECONDS)
                .withRequestRetryBackoffLimit(0)
                // A few requests, one after the other, gain nothing from it.
                .withHttp2Disable(true)
                .build();
    }

    private Config read() {
        try {
            Config found = kubeconfig
                    .map(file -> Config.fromKubeconfig(context.orElse(null), file.toFile()))
                    .orElseGet(() -> Config.autoConfigure(context.orElse(null)));
            context.ifPresent(wanted -> checkContext(wanted, found));
            if (kubeconfig.isEmpty()
                    && found.getContexts().isEmpty()
                    && !inPod()
                    && System.getenv("KUBERNETES_MASTER") == null) {
                throw noKubeconfig();
            }
            return found;
        } catch (CommandFailure e) {
            throw e;
        } catch (RuntimeException e) {
            // The client lets its parser's exceptions through.
            throw new CommandFailure(
                    "the kubeconfig cannot be read: %s; write the path of a good one to --kubeconfig"
                            .formatted(ApiFailures.oneLine(String.valueOf(root(e).getMessage()))),
                    e);
        }
    }

    private static Throwable root(Throwable failure) {
        return failure.getCause() == null ? failure : root(failure.getCause());
    }

    private static CommandFailure noKubeconfig() {
        return new CommandFailure(
                "there is no kubeconfig, neither in $KUBECONFIG nor in ~/.kube/config: give --kubeconfig FILE");
    }

    private static boolean inPod() {
        return System.getenv("KUBERNETES_SERVICE_HOST") != null;
    }

    private static void checkContext(String wanted, Config found) {
        List<String> known =
                found.getContexts().stream().map(NamedContext::getName).collect(Collectors.toList());
        if (!known.contains(wanted)) {
            throw new CommandFailure("--context: there is no %s in the kubeconfig%s"
                    .formatted(
                            wanted,
                            Nearest.to(wanted, known)
                                    .map("; did you mean %s?"::formatted)
                                    .orElse(known.isEmpty() ? "" : ": write one of " + String.join(", ", known))));
        }
    }
}
