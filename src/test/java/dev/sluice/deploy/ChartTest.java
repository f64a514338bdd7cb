package dev.sluice.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
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
                .hasSize(6)
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
        assertThat(Chart.objects(ClusterRole.class, DEFAULTS)).hasSize(1);
        assertThat(Chart.objects(ClusterRoleBinding.class, DEFAULTS)).hasSize(1);
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
                .containsExactlyInAnyOrder("mail-a", "mail-b", "sluice-system");
        assertThat(Chart.objects(RoleBinding.class, values))
                .extracting(role -> role.getMetadata().getNamespace())
                .containsExactlyInAnyOrder("mail-a", "mail-b", "sluice-system");
        assertThat(operatorArguments(values)).contains("--namespace=mail-a,mail-b");
        assertThat(operatorArguments(DEFAULTS)).noneMatch(argument -> argument.startsWith("--namespace"));
    }

    @Test
    void noRightIsWiderThanItHasToBe() {
        List<PolicyRule> rules =
                Chart.objects(ClusterRole.class, DEFAULTS).get(0).getRules();

        assertThat(rules).allSatisfy(rule -> {
            assertThat(rule.getVerbs()).doesNotContain("*", "escalate", "bind", "impersonate", "deletecollection");
            assertThat(rule.getResources()).doesNotContain("*", "pods/exec", "pods/attach", "nodes", "namespaces");
            assertThat(rule.getApiGroups()).doesNotContain("*");
        });
        assertThat(rules)
                .filteredOn(rule -> rule.getResources().contains("secrets"))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getVerbs()).doesNotContain("list", "watch"));
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
        String values = "nameOverride: " + "a".repeat(52) + "-" + "b".repeat(10);

        assertThat(Chart.objects("sluice-system", values))
                .extracting(HasMetadata::getMetadata)
                .allSatisfy(metadata -> assertThat(metadata.getName()).hasSizeLessThanOrEqualTo(63));
        assertThat(only(Deployment.class, values).getMetadata().getName()).isEqualTo("a".repeat(52));
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
