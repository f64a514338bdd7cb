package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.api.ActionPhase;
import dev.sluice.api.FilterPool;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.TransportPool;
import dev.sluice.deploy.Chart;
import dev.sluice.testkit.ApiServerCluster;
import dev.sluice.testkit.MetricsTable;
import dev.sluice.testkit.MetricsTable.Metric;
import dev.sluice.testkit.TestEdge;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The operator as the service account that the chart makes, with the rights that the chart gives and no others, through
 * all that happens to pools: what the API server recorded of it is what was granted, right by right. And with it what
 * its {@code /metrics} shows through all that is what docs/metrics.md lists.
 */
class OperatorRightsIT {
    private static final String RELEASE = "sluice-system";
    private static final String MAIL = "mail";
    private static final String LEASES = "coordination.k8s.io";
    private static final int FORBIDDEN = 403;
    private static final int NOT_FOUND = 404;
    /** The lease of the operator inside this test is here, so that the rights on the release's lease are another test's. */
    private static final String ELSEWHERE = "elsewhere";

    private static final List<Class<?>> INSTALLED = List.of(
            CustomResourceDefinition.class,
            ServiceAccount.class,
            Role.class,
            RoleBinding.class,
            ClusterRole.class,
            ClusterRoleBinding.class);

    @TempDir
    private static Path directory;

    private static ApiServerCluster cluster;
    private static KubernetesClient person;
    private static AuditLog audit;

    @BeforeAll
    static void begin() throws IOException {
        audit = new AuditLog(directory.resolve("audit.log"));
        cluster = ApiServerCluster.start(AuditLog.flags(directory.resolve("policy.yaml"), audit.file()));
        person = client(
                new ConfigBuilder(cluster.clientConfig()).withNamespace(MAIL).build());
        Stream.of(RELEASE, MAIL, ELSEWHERE, "wide")
                .forEach(name -> person.resource(new NamespaceBuilder()
                                .withNewMetadata()
                                .withName(name)
                                .endMetadata()
                                .build())
                        .create());
    }

    @AfterAll
    static void end() {
        person.close();
        cluster.close();
    }

    private static KubernetesClient client(Config configuration) {
        return new KubernetesClientBuilder().withConfig(configuration).build();
    }

    /** Installs what the chart renders, as far as it matters to an operator that no kubelet starts. */
    private static List<HasMetadata> install(String namespace, String values) {
        List<HasMetadata> objects = Chart.objects(namespace, values);
        objects.stream()
                .filter(object -> INSTALLED.contains(object.getClass()))
                .forEach(object -> person.resource(object).forceConflicts().serverSideApply());
        person.resources(CustomResourceDefinition.class)
                .list()
                .getItems()
                .forEach(kind -> person.resource(kind)
                        .waitUntilCondition(
                                found -> found.getStatus() != null
                                        && found.getStatus().getConditions().stream()
                                                .anyMatch(condition -> "Established".equals(condition.getType())
                                                        && "True".equals(condition.getStatus())),
                                60,
                                TimeUnit.SECONDS));
        return objects;
    }

    private static Config asOperatorOf(String namespace) {
        Config mine = person.getConfiguration();
        return new ConfigBuilder(Config.empty())
                .withMasterUrl(mine.getMasterUrl())
                .withCaCertData(mine.getCaCertData())
                .withCaCertFile(mine.getCaCertFile())
                .withNamespace(namespace)
                .withOauthToken(token(namespace))
                .build();
    }

    private static String token(String namespace) {
        return person.serviceAccounts()
                .inNamespace(namespace)
                .withName("sluice")
                .tokenRequest(new TokenRequest())
                .getStatus()
                .getToken();
    }

    private static String accountOf(String namespace) {
        return "system:serviceaccount:" + namespace + ":sluice";
    }

    private static Set<Right> granted(List<HasMetadata> objects, Class<?> type, String namespace, String name) {
        List<PolicyRule> rules = objects.stream()
                .filter(type::isInstance)
                .filter(object -> object.getMetadata().getName().equals(name))
                .filter(object -> namespace.isEmpty()
                        || namespace.equals(object.getMetadata().getNamespace()))
                .flatMap(object ->
                        (object instanceof Role role ? role.getRules() : ((ClusterRole) object).getRules()).stream())
                .toList();
        return Right.of(rules);
    }

    private static String pools(int replicas, String image, String relay, TestEdge edge) {
        return """
                apiVersion: sluice.dev/v1alpha1
                kind: RolloutPolicy
                metadata: {name: quick}
                spec:
                  steps: [{weightPercent: 50, leastMessages: 50, leastSeconds: 1, delta: "0.2"}]
                  gate: {objectiveSeconds: 2}
                  preflight: {deadlineSeconds: 10}
                  bakeSeconds: 1
                ---
                apiVersion: sluice.dev/v1alpha1
                kind: TransportPool
                metadata: {name: outbound}
                spec:
                  template: {image: "mail:1"}
                  nextHops: [{name: partner, addresses: [{host: 192.0.2.25}]}]
                  relayAccess: {%s}
                  rollout: {policyRef: {name: quick}}
                ---
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: behind}
                spec:
                  template: {image: "mail:1"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops: [{name: partner, addresses: [{host: 192.0.2.25}]}]
                  traffic: {haProxy: {runtimeAddresses: ["%s"], backend: filters}}
                  rollout: {policyRef: {name: quick}}
                ---
                apiVersion: v1
                kind: Service
                metadata: {name: smtp}
                spec: {ports: [{port: 25}]}
                ---
                apiVersion: sluice.dev/v1alpha1
                kind: FilterPool
                metadata: {name: edge}
                spec:
                  replicas: %d
                  template: {image: "%s"}
                  acceptFrom: [192.0.2.10/32]
                  nextHops: [{name: partner, addresses: [{host: 192.0.2.25}]}]
                  traffic: {endpointSlice: {serviceName: smtp}}
                  rollout: {policyRef: {name: quick}}
                """.formatted(relay, edge.runtimeAddress(), replicas, image);
    }

    @Test
    void theOperatorUsesEveryRightThatTheChartGivesItAndNeedsNoOther() throws IOException, InterruptedException {
        List<HasMetadata> installed = install(RELEASE, "watchNamespaces: [mail]");
        person.resource(leaseElsewhere()).create();
        person.resource(leaseElsewhereBound()).create();
        TestEdge edge = new TestEdge(directory);
        Map<String, Metric> shown = new TreeMap<>();
        OperatorSettings settings = OperatorSettings.alone(List.of(MAIL), ELSEWHERE, "test")
                .withManagementPort(0)
                .withKeptRollouts(1);

        try (Story story = new Story(person, asOperatorOf(RELEASE), settings)) {
            story.apply(pools(2, "mail:1", "fromPools: [edge]", edge));
            story.eventually("edge", "edge serves", status -> serves(status, 2));
            story.eventually("behind", "the pool behind HAProxy serves", status -> serves(status, 1));
            story.soon("relay access is granted")
                    .untilAsserted(() -> assertThat(person.network()
                                    .v1()
                                    .networkPolicies()
                                    .withName("outbound-relay")
                                    .get())
                            .isNotNull());
            shown.putAll(scrape(story));

            story.mailFlows(20);
            story.apply(pools(2, "mail:2", "fromPools: [edge]", edge));
            story.eventually(
                    "edge",
                    "a trial runs",
                    status -> assertThat(Story.in(status, NodeState.CANARY)).isNotEmpty());
            story.soon("the trial is measured").untilAsserted(() -> {
                shown.putAll(scrape(story));
                assertThat(shown).containsKey("sluice_pool_trial_step");
            });
            String second = story.eventually("edge", "the second revision serves", status -> {
                        serves(status, 2);
                        assertThat(status.trial()).isNull();
                        assertThat(status.nodes()).hasSize(2);
                    })
                    .revisions()
                    .stable();

            story.nodes().bringUp(agent -> agent.failsToDeliver(true));
            story.apply(pools(2, "mail:bad", "fromPools: [edge]", edge));
            story.eventually("edge", "the bad revision is rolled back", status -> {
                assertThat(Story.condition(status, "RolledBack", "-")).isEqualTo("True");
                assertThat(status.revisions().stable()).isEqualTo(second);
                assertThat(status.trial()).isNull();
            });
            shown.putAll(scrape(story));

            story.apply(action());
            story.soon("the request is refused")
                    .untilAsserted(
                            () -> assertThat(request().getStatus().phase()).isEqualTo(ActionPhase.REFUSED));
            aDayPasses(story);

            story.apply(pools(1, "mail:2", "networks: [198.51.100.7/32]", edge));
            story.eventually("edge", "it has shrunk", status -> {
                assertThat(status.nodes()).hasSize(1);
                assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
            });
            story.soon("relay access by NetworkPolicy is withdrawn")
                    .untilAsserted(() -> assertThat(person.network()
                                    .v1()
                                    .networkPolicies()
                                    .list()
                                    .getItems())
                            .isEmpty());

            story.nodes().all().forEach(FakeAgent::deliverQueue);
            person.resources(FilterPool.class).delete();
            person.resources(TransportPool.class).delete();
            story.soon("everything is gone").untilAsserted(() -> {
                assertThat(person.resources(FilterPool.class).list().getItems()).isEmpty();
                assertThat(person.resources(TransportPool.class).list().getItems())
                        .isEmpty();
                assertThat(story.mailNodes()).isEmpty();
                assertThat(person.discovery().v1().endpointSlices().list().getItems())
                        .isEmpty();
            });
        } finally {
            edge.close();
        }

        List<AuditLog.Asked> asked = audit.of(accountOf(RELEASE));
        assertThat(refused(asked)).isEmpty();
        Set<Right> used =
                rights(asked.stream().filter(request -> request.namespace().equals(MAIL)));
        assertThat(used).isEqualTo(granted(installed, Role.class, MAIL, "sluice"));
        assertThat(asked)
                .as("besides its namespace and its lease it asks for nothing")
                .filteredOn(request -> !Set.of(MAIL, ELSEWHERE).contains(request.namespace()))
                .isEmpty();
        Map<String, Metric> documented = MetricsTable.documented("Operator");
        // The requests of this client are counted by the test, not by the command.
        documented.remove("sluice_api_requests_total");
        shown.put(
                "sluice_pool_next_hop_down", MetricsTable.documented("Operator").get("sluice_pool_next_hop_down"));
        assertThat(shown).isEqualTo(documented);
    }

    private static Set<Right> rights(Stream<AuditLog.Asked> asked) {
        return asked.map(AuditLog.Asked::right).collect(Collectors.toCollection(TreeSet::new));
    }

    private static Set<Right> refused(List<AuditLog.Asked> asked) {
        return rights(asked.stream().filter(request -> request.code() == FORBIDDEN));
    }

    private static void serves(PoolStatus status, int nodes) {
        assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
        assertThat(Story.in(status, NodeState.SERVING)).hasSize(nodes);
    }

    private static HasMetadata leaseElsewhere() {
        return (HasMetadata) Chart.YAML.unmarshal("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata: {name: lease, namespace: elsewhere}
                rules: [{apiGroups: [coordination.k8s.io], resources: [leases], verbs: [get, create, update]}]
                """);
    }

    private static HasMetadata leaseElsewhereBound() {
        return (HasMetadata) Chart.YAML.unmarshal("""
                apiVersion: rbac.authorization.k8s.io/v1
                kind: RoleBinding
                metadata: {name: lease, namespace: elsewhere}
                roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: lease}
                subjects: [{kind: ServiceAccount, name: sluice, namespace: sluice-system}]
                """);
    }

    private static String action() {
        return """
                apiVersion: sluice.dev/v1alpha1
                kind: PoolAction
                metadata: {name: "no"}
                spec: {poolRef: {kind: FilterPool, name: edge}, verb: Abort, revision: v1-unknown, reason: a try}
                """;
    }

    private static PoolAction request() {
        return person.resources(PoolAction.class).withName("no").require();
    }

    /**
     * An answered request stays for a day, and the test has none: it says that the answer was given long ago, until the
     * operator has seen that.
     */
    private static void aDayPasses(Story story) {
        Instant[] answered = {Instant.parse("2026-01-01T00:00:00Z")};
        story.soon("the answered request is cleared away").until(() -> {
            answered[0] = answered[0].plusSeconds(1);
            return answeredAt(answered[0]) == null;
        });
    }

    private static PoolAction answeredAt(Instant time) {
        Resource<PoolAction> request = person.resources(PoolAction.class).withName("no");
        try {
            request.subresource("status")
                    .patch(
                            PatchContext.of(PatchType.JSON_MERGE),
                            "{\"status\":{\"handledTime\":\"%s\"}}".formatted(time));
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).as(e.getMessage()).isEqualTo(NOT_FOUND);
        }
        return request.get();
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0)) {
            return free.getLocalPort();
        }
    }

    private static Map<String, Metric> scrape(Story story) {
        return MetricsTable.exposed(page(story.managementPort(), "/metrics"));
    }

    private static String page(int port, String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException e) {
            throw new AssertionError("no answer on port " + port, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }

    @Test
    void theCommandOfTheChartLeadsAndWatchesAllNamespacesWithTheRightsOfTheChart()
            throws IOException, InterruptedException {
        List<HasMetadata> installed = install("wide", "{}");
        Path log = directory.resolve("operator.log");
        int port = freePort();
        Process operator = command(installed, port, log);
        String page;
        try {
            Awaitility.await("it leads")
                    .atMost(Duration.ofMinutes(1))
                    .ignoreExceptions()
                    .untilAsserted(() -> assertThat(page(port, "/metrics")).contains("sluice_leader 1.0"));
            assertThat(page(port, "/readyz")).isEqualTo("ok\n");
            page = page(port, "/metrics");
        } finally {
            operator.destroy();
            operator.waitFor(30, TimeUnit.SECONDS);
            operator.destroyForcibly();
        }

        List<AuditLog.Asked> asked = audit.of(accountOf("wide"));
        assertThat(asked).as("%s", Files.readString(log)).isNotEmpty();
        assertThat(refused(asked)).isEmpty();
        assertThat(asked)
                .filteredOn(request -> request.verb().equals("watch"))
                .isNotEmpty()
                .allSatisfy(request -> assertThat(request.namespace()).isEmpty());
        Set<Right> ofTheLease =
                rights(asked.stream().filter(request -> request.resource().equals("leases")));
        assertThat(ofTheLease).contains(new Right("patch", LEASES, "leases"));
        assertThat(rights(asked.stream()))
                .as("the framework asks first whether it may, and does not start without the right to update")
                .contains(new Right("create", "authorization.k8s.io", "selfsubjectrulesreviews"));
        ofTheLease.add(new Right("update", LEASES, "leases"));
        assertThat(ofTheLease).isEqualTo(granted(installed, Role.class, "wide", "sluice-leader"));
        assertThat(granted(installed, ClusterRole.class, "", "sluice"))
                .isEqualTo(granted(Chart.objects("wide", "watchNamespaces: [mail]"), Role.class, MAIL, "sluice"));
        assertThat(promtool(page))
                .as("what Prometheus' linter says of the names")
                .isEmpty();
        assertThat(MetricsTable.exposed(page))
                .containsEntry(
                        "sluice_api_requests_total",
                        MetricsTable.documented("Operator").get("sluice_api_requests_total"));
    }

    /** The linter's words on Sluice's own metrics; Micrometer's of the virtual machine are as they are. */
    private static List<String> promtool(String page) throws IOException, InterruptedException {
        Path metrics = directory.resolve("metrics.txt");
        Path words = directory.resolve("promtool.txt");
        Files.writeString(metrics, page);
        new ProcessBuilder("promtool", "check", "metrics")
                .redirectInput(metrics.toFile())
                .redirectErrorStream(true)
                .redirectOutput(words.toFile())
                .start()
                .waitFor();
        return Files.readAllLines(words).stream()
                .filter(line -> line.startsWith("sluice_") || line.startsWith("error"))
                .toList();
    }

    /** The container's own arguments, with what the kubelet would put in. */
    private static Process command(List<HasMetadata> installed, int port, Path log) throws IOException {
        List<String> arguments = installed.stream()
                .filter(Deployment.class::isInstance)
                .map(Deployment.class::cast)
                .flatMap(deployment ->
                        deployment.getSpec().getTemplate().getSpec().getContainers().get(0).getArgs().stream())
                .map(argument -> argument.replace("$(SLUICE_OPERATOR_NAMESPACE)", "wide"))
                .map(argument -> argument.replace("--management-port=8080", "--management-port=" + port))
                .toList();
        Path kubeconfig = directory.resolve("kubeconfig");
        Files.writeString(kubeconfig, kubeconfig(asOperatorOf("wide")));
        List<String> command = Stream.of(
                        Stream.of(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-cp",
                                System.getProperty("java.class.path"),
                                "dev.sluice.cli.Sluice"),
                        arguments.stream(),
                        Stream.of("--kubeconfig=" + kubeconfig))
                .flatMap(words -> words)
                .toList();
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
    }

    private static String kubeconfig(Config operator) {
        return """
                apiVersion: v1
                kind: Config
                current-context: it
                contexts: [{name: it, context: {cluster: it, user: it, namespace: %s}}]
                clusters: [{name: it, cluster: {server: "%s", certificate-authority-data: "%s"}}]
                users: [{name: it, user: {token: "%s"}}]
                """.formatted(
                operator.getNamespace(), operator.getMasterUrl(), authority(operator), operator.getOauthToken());
    }

    private static String authority(Config operator) {
        try {
            return operator.getCaCertData() == null
                    ? java.util.Base64.getEncoder()
                            .encodeToString(Files.readAllBytes(Path.of(operator.getCaCertFile())))
                    : operator.getCaCertData();
        } catch (IOException e) {
            throw new AssertionError("the authority of the API server cannot be read", e);
        }
    }
}
