package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ChartTest {
    private static final String DEFAULTS = "{}";

    @Test
    void theChartHasNothingThatALinterMinds() {
        LintResult result = new Helm(Chart.DIRECTORY).lint().strict().call();

        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    @Test
    void theKindsComeWithTheChartAndOutliveIt() {
        assertThat(Chart.objects(CustomResourceDefinition.class, DEFAULTS))
                .hasSize(7)
                .allSatisfy(kind -> assertThat(kind.getMetadata().getAnnotations())
                        .containsEntry("helm.sh/resource-policy", "keep"));
    }

    @Test
    void theKindsCanBeLeftToTheirOwnersOrToTheRelease() {
        assertThat(Chart.objects(CustomResourceDefinition.class, "crds: {install: false}"))
                .isEmpty();
        assertThat(Chart.objects(CustomResourceDefinition.class, "crds: {keep: false, annotations: {a: b}}"))
                .allSatisfy(kind -> assertThat(kind.getMetadata().getAnnotations())
                        .containsEntry("a", "b")
                        .doesNotContainKey("helm.sh/resource-policy"));
    }

    @Test
    void twoOperatorsRunSoThatOneCanTakeOver() {
        Deployment deployment = only(Deployment.class, DEFAULTS);

        assertThat(deployment.getSpec().getReplicas()).isEqualTo(2);
        assertThat(only(PodDisruptionBudget.class, DEFAULTS)
                        .getSpec()
                        .getSelector()
                        .getMatchLabels())
                .isEqualTo(deployment.getSpec().getSelector().getMatchLabels());
        assertThat(only(Service.class, DEFAULTS).getSpec().getSelector())
                .isEqualTo(deployment.getSpec().getSelector().getMatchLabels());
        assertThat(Chart.objects(PodDisruptionBudget.class, "replicas: 1"))
                .as("a budget of one would block every drain of a machine")
                .isEmpty();
    }

    @Test
    void withoutNamespacesTheRightsHoldInAllOfThem() {
        assertThat(Chart.objects(ClusterRole.class, DEFAULTS))
                .extracting(role -> role.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "sluice",
                        "sluice-view",
                        "sluice-edit",
                        "sluice-admin",
                        "sluice-release-manager",
                        "sluice-postmaster");
        assertThat(Chart.objects(ClusterRoleBinding.class, DEFAULTS))
                .extracting(binding -> binding.getRoleRef().getName())
                .containsExactly("sluice");
        assertThat(Chart.objects(Role.class, DEFAULTS))
                .extracting(role -> role.getMetadata().getName())
                .containsExactly("sluice-leader");
    }

    @Test
    void withNamespacesTheRightsHoldInTheseAndNowhereElse() {
        String values = "watchNamespaces: [mail-a, mail-b]";

        assertThat(Chart.objects(ClusterRole.class, values)).isEmpty();
        assertThat(Chart.objects(ClusterRoleBinding.class, values)).isEmpty();
        assertThat(Chart.objects(Role.class, values))
                .extracting(role -> role.getMetadata().getNamespace())
                .containsOnly("mail-a", "mail-b", "sluice-system");
        assertThat(Chart.objects(Role.class, values))
                .filteredOn(role -> role.getMetadata().getNamespace().equals("mail-a"))
                .extracting(role -> role.getMetadata().getName())
                .containsExactlyInAnyOrder(
                        "sluice",
                        "sluice-view",
                        "sluice-edit",
                        "sluice-admin",
                        "sluice-release-manager",
                        "sluice-postmaster");
        assertThat(Chart.objects(RoleBinding.class, values))
                .extracting(role -> role.getMetadata().getNamespace())
                .containsExactlyInAnyOrder("mail-a", "mail-b", "sluice-system");
        assertThat(operatorArguments(values)).contains("--namespace=mail-a,mail-b");
        assertThat(operatorArguments(DEFAULTS)).noneMatch(argument -> argument.startsWith("--namespace"));
    }

    @Test
    void noRightIsWiderThanItHasToBe() {
        List<PolicyRule> rules = rulesOf("sluice");

        assertThat(Chart.objects(ClusterRole.class, DEFAULTS))
                .flatExtracting(ClusterRole::getRules)
                .allSatisfy(rule -> {
                    assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate");
                    assertThat(rule.getResources()).doesNotContain("*");
                    assertThat(rule.getApiGroups()).doesNotContain("*");
                });
        assertThat(rules).allSatisfy(rule -> {
            assertThat(rule.getVerbs()).doesNotContain("deletecollection");
            assertThat(rule.getResources()).doesNotContain("pods/exec", "pods/attach", "nodes", "namespaces");
        });
        assertThat(rules)
                .filteredOn(rule -> rule.getResources().contains("secrets"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getVerbs()).doesNotContain("list", "watch"));
    }

    @Test
    void onlyAReleaseManagerMayPromoteAndAbort() {
        assertThat(Chart.objects(ClusterRole.class, DEFAULTS))
                .filteredOn(role -> role.getRules().stream()
                        .anyMatch(rule -> rule.getResources().contains("poolactions")
                                && rule.getVerbs().contains("create")))
                .singleElement()
                .satisfies(role -> {
                    assertThat(role.getMetadata().getName()).isEqualTo("sluice-release-manager");
                    assertThat(role.getMetadata().getLabels().keySet())
                            .as("no role that people already have takes it up")
                            .noneMatch(label -> label.contains("aggregate-to"));
                });
    }

    @Test
    void onlyAPostmasterMaySeeWhoWroteToWhom() {
        assertThat(Chart.objects(ClusterRole.class, DEFAULTS))
                .filteredOn(role -> !role.getMetadata().getName().equals("sluice"))
                .filteredOn(role -> role.getRules().stream()
                        .anyMatch(rule -> rule.getResources().contains("messagereports")))
                .singleElement()
                .satisfies(role -> {
                    assertThat(role.getMetadata().getName()).isEqualTo("sluice-postmaster");
                    assertThat(role.getMetadata().getLabels().keySet())
                            .noneMatch(label -> label.contains("aggregate-to"));
                });
    }

    @Test
    void helmTestAsksTheProgramItselfWhetherAllIsWell() {
        assertThat(arguments(Chart.ofHelmTest(DEFAULTS))).containsExactly(List.of("check", "--all-namespaces"));
        assertThat(arguments(Chart.ofHelmTest("watchNamespaces: [mail-a, mail-b]")))
                .containsExactly(List.of("check", "--namespace=mail-a"), List.of("check", "--namespace=mail-b"));
        assertThat(Chart.ofHelmTest("helmTest: {enabled: false}")).isEmpty();
    }

    @Test
    void helmTestMayOnlyLook() {
        assertThat(Chart.ofHelmTest(DEFAULTS))
                .filteredOn(ClusterRole.class::isInstance)
                .map(ClusterRole.class::cast)
                .flatExtracting(ClusterRole::getRules)
                .isNotEmpty()
                .allSatisfy(rule -> assertThat(rule.getVerbs()).isSubsetOf("get", "list", "watch"));
        assertThat(Chart.ofHelmTest("watchNamespaces: [mail-a]"))
                .noneMatch(ClusterRole.class::isInstance)
                .noneMatch(ClusterRoleBinding.class::isInstance);
    }

    private static List<List<String>> arguments(List<HasMetadata> objects) {
        return objects.stream()
                .filter(Pod.class::isInstance)
                .map(Pod.class::cast)
                .map(pod -> pod.getSpec().getContainers().get(0).getArgs())
                .toList();
    }

    @Test
    void whoMaySeeOrEditANamespaceMaySeeOrEditItsPools() {
        assertThat(labelsOf("sluice-view")).contains(aggregatedTo("view"), aggregatedTo("edit"), aggregatedTo("admin"));
        assertThat(labelsOf("sluice-edit"))
                .contains(aggregatedTo("edit"), aggregatedTo("admin"))
                .doesNotContain(aggregatedTo("view"));
        assertThat(rulesOf("sluice-view"))
                .allSatisfy(rule -> assertThat(rule.getVerbs()).isSubsetOf("get", "list", "watch"));
        assertThat(Chart.objects(ClusterRole.class, "rbac: {people: false, releaseManager: false, postmaster: false}"))
                .extracting(role -> role.getMetadata().getName())
                .containsExactly("sluice");
        assertThat(Chart.objects(ClusterRole.class, "rbac: {create: false}"))
                .extracting(role -> role.getMetadata().getName())
                .doesNotContain("sluice");
    }

    private static java.util.Map.Entry<String, String> aggregatedTo(String role) {
        return java.util.Map.entry("rbac.authorization.k8s.io/aggregate-to-" + role, "true");
    }

    private static java.util.Map<String, String> labelsOf(String role) {
        return clusterRole(role).getMetadata().getLabels();
    }

    private static List<PolicyRule> rulesOf(String role) {
        return clusterRole(role).getRules();
    }

    private static ClusterRole clusterRole(String name) {
        return Chart.objects(ClusterRole.class, DEFAULTS).stream()
                .filter(role -> role.getMetadata().getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void nothingComesInButQuestionsForMetricsAndHealth() {
        NetworkPolicy policy = only(NetworkPolicy.class, DEFAULTS);

        assertThat(policy.getSpec().getPodSelector().getMatchLabels())
                .isEqualTo(
                        only(Deployment.class, DEFAULTS).getSpec().getSelector().getMatchLabels());
        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress");
        assertThat(policy.getSpec().getIngress()).singleElement().satisfies(rule -> {
            assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getStrVal())
                    .containsExactly("http");
            assertThat(rule.getFrom()).isEmpty();
        });
        assertThat(Chart.objects(NetworkPolicy.class, "networkPolicy: {enabled: false}"))
                .isEmpty();
    }

    @Test
    void whatGoesOutCanBeLimitedToNamesTheApiAgentsAndEdges() {
        NetworkPolicy policy = only(
                NetworkPolicy.class,
                "networkPolicy: {metricsFrom: [{namespaceSelector: {matchLabels: {name: monitoring}}}],"
                        + " egress: {enabled: true, agentPorts: [9443, 9555]}}");

        assertThat(policy.getSpec().getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getSpec().getIngress().get(0).getFrom()).hasSize(1);
        assertThat(policy.getSpec().getEgress().get(0).getPorts())
                .extracting(port -> port.getPort().getIntVal())
                .containsExactlyInAnyOrder(53, 53, 443, 6443, 9443, 9555, 9999);
    }

    @Test
    void theUserOfTheOperatorCanBeLeftToTheCluster() {
        assertThat(podOf("runAsUser: null").getSecurityContext().getRunAsUser()).isNull();
        assertThat(podOf("runAsUser: null").getSecurityContext().getRunAsNonRoot())
                .isTrue();
        assertThat(podOf(DEFAULTS).getSecurityContext().getRunAsUser()).isEqualTo(65532);
    }

    private static io.fabric8.kubernetes.api.model.PodSpec podOf(String values) {
        return only(Deployment.class, values).getSpec().getTemplate().getSpec();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            replica: 3                          | replica
            replicas: 0                         | replicas
            replicas: two                       | replicas
            image: {repository: ''}             | repository
            image: {tag: 'not a tag'}           | tag
            image: {digest: 'sha256:12'}        | digest
            image: {pullPolicy: Sometimes}      | pullPolicy
            watchNamespaces: [Mail]             | watchNamespaces
            watchNamespaces: mail               | watchNamespaces
            watchNamespaces: [mail, mail]       | watchNamespaces
            crds: {instal: true}                | instal
            runAsUser: 0                        | runAsUser
            rbac: {peeple: true}                | peeple
            networkPolicy: {egress: {agentPorts: [70000]}} | agentPorts
            networkPolicy: {egress: {edgePorts: []}} | edgePorts
            metrics: {prometheusRule: {alerts: {SluiceTypo: {enabled: false}}}} | SluiceTypo
            metrics: {prometheusRule: {alerts: {SluiceWatchdog: {severity: loud}}}} | severity
            metrics: {prometheusRule: {budget: {FilterPool: 0}}} | FilterPool
            metrics: {prometheusRule: {runbookUrl: 'wiki'}} | runbookUrl
            metrics: {serviceMonitor: {interval: 30}} | interval
            metrics: {serviceMonitor: {enabled: true}, service: {enabled: false}} | set metrics.service.enabled to true
            dashboards: {namespace: Monitoring} | dashboards
            extraObjects: [{kind: ConfigMap}]   | apiVersion
            metrics: {service: {port: 9}}       | port
            serviceAccount: {create: false}     | serviceAccount.name
            """)
    void aWrongValueIsRefusedByItsName(String values, String name) {
        assertThatThrownBy(() -> Chart.render("sluice-system", values)).hasMessageContaining(name);
    }

    @Test
    void aDigestWinsOverTheTag() {
        String digest = "sha256:" + "0a".repeat(32);

        assertThat(image("image: {repository: registry.example.org/sluice, tag: '7', digest: '" + digest + "'}"))
                .isEqualTo("registry.example.org/sluice@" + digest);
        assertThat(image("image: {tag: '7'}")).isEqualTo("sluice:7");
        assertThat(image(DEFAULTS)).isEqualTo("sluice:0.1.0");
    }

    @Test
    void aNameThatIsTooLongIsCutWhereANameMayEnd() {
        String values = "nameOverride: " + "a".repeat(45) + "-" + "b".repeat(10);

        assertThat(Chart.objects("sluice-system", values))
                .extracting(HasMetadata::getMetadata)
                .allSatisfy(metadata -> assertThat(metadata.getName()).hasSizeLessThanOrEqualTo(63));
        assertThat(only(Deployment.class, values).getMetadata().getName()).isEqualTo("a".repeat(45));
    }

    private static String image(String values) {
        return operator(values).getImage();
    }

    private static List<String> operatorArguments(String values) {
        return operator(values).getArgs();
    }

    private static Container operator(String values) {
        return only(Deployment.class, values)
                .getSpec()
                .getTemplate()
                .getSpec()
                .getContainers()
                .get(0);
    }

    private static <T extends HasMetadata> T only(Class<T> type, String values) {
        List<T> found = Chart.objects(type, values);
        assertThat(found).hasSize(1);
        return found.get(0);
    }
}
