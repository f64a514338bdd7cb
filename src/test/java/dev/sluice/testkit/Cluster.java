package dev.sluice.testkit;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Set;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives tests a real cluster on which Sluice's kinds are installed; one for all tests of a JVM. A parameter of type
 * {@link KubernetesClient} is a client whose namespace is fresh: one for each test method, where the method or its
 * {@code @BeforeEach} asks; one for the class, where its constructor or {@code @BeforeAll} asks. A parameter of type
 * {@link RunningCluster} tells how other programs reach it.
 *
 * <p>Which cluster: {@code SLUICE_TEST_CLUSTER} or {@code -Dsluice.test.cluster}, one of {@code apiserver} (default),
 * {@code k3s}, {@code kubeconfig}.
 */
public final class Cluster implements ParameterResolver, ExecutionCondition {
    private static final Namespace STORE = Namespace.create(Cluster.class);
    private static final Set<Class<?>> OFFERED = Set.of(KubernetesClient.class, RunningCluster.class);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        ClusterChoice choice = ClusterChoice.ofThisRun();
        return context.getRoot()
                .getStore(STORE)
                .getOrComputeIfAbsent(
                        "why not", ignored -> new Refusal(choice.whyNot().orElse("")), Refusal.class)
                .result(choice);
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return OFFERED.contains(parameter.getParameter().getType());
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        Installed installed = context.getRoot()
                .getStore(STORE)
                .getOrComputeIfAbsent("cluster", ignored -> Installed.start(), Installed.class);
        if (parameter.getParameter().getType() == RunningCluster.class) {
            return installed.cluster;
        }
        Store own = context.getStore(Namespace.create(Cluster.class, context.getUniqueId()));
        return own.getOrComputeIfAbsent("client", ignored -> new Tenant(installed), Tenant.class).client;
    }

    private record Refusal(String reason) {
        ConditionEvaluationResult result(ClusterChoice choice) {
            return reason.isEmpty()
                    ? ConditionEvaluationResult.enabled("runs on " + choice.word())
                    : ConditionEvaluationResult.disabled(reason);
        }
    }

    /** The cluster with the definitions on it. */
    private static final class Installed implements AutoCloseable {
        private final RunningCluster cluster;

        private Installed(RunningCluster cluster) {
            this.cluster = cluster;
        }

        static Installed start() {
            RunningCluster cluster = ClusterChoice.ofThisRun().start();
            System.err.println("Tests run on " + cluster.description());
            try (KubernetesClient client = new KubernetesClientBuilder()
                    .withConfig(cluster.clientConfig())
                    .build()) {
                Definitions.install(client);
            } catch (RuntimeException e) {
                cluster.close();
                throw e;
            }
            return new Installed(cluster);
        }

        @Override
        public void close() {
            cluster.close();
        }
    }

    /** One test's client and namespace. */
    private static final class Tenant implements AutoCloseable {
        private final KubernetesClient client;

        Tenant(Installed installed) {
            try (KubernetesClient anywhere = new KubernetesClientBuilder()
                    .withConfig(installed.cluster.clientConfig())
                    .build()) {
                String namespace = anywhere.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withGenerateName("sluice-test-")
                                .endMetadata()
                                .build())
                        .create()
                        .getMetadata()
                        .getName();
                client = new KubernetesClientBuilder()
                        .withConfig(new ConfigBuilder(installed.cluster.clientConfig())
                                .withNamespace(namespace)
                                .build())
                        .build();
            }
        }

        @Override
        public void close() {
            client.namespaces().withName(client.getNamespace()).delete();
            client.close();
        }
    }
}
