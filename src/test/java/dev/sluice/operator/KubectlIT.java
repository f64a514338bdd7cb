package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.MessageReport;
import dev.sluice.api.NodeState;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.Verb;
import dev.sluice.cli.kubectl.ExitCode;
import dev.sluice.cli.kubectl.Typed;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.RunningCluster;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** {@code kubectl sluice} on a real API server, with a real operator, from the first look to a rollback. */
@ExtendWith(Cluster.class)
class KubectlIT {
    private static final Path SAMPLES = Path.of("target", "kubectl-samples");

    @TempDir
    private Path directory;

    private KubernetesClient client;
    private RunningCluster cluster;
    private Story story;
    private Path kubeconfig;

    @BeforeEach
    void begin(KubernetesClient client, RunningCluster cluster) throws IOException {
        this.client = client;
        this.cluster = cluster;
        kubeconfig = Files.writeString(directory.resolve("kubeconfig"), cluster.kubeConfigYaml());
        Files.createDirectories(SAMPLES);
        story = new Story(client);
    }

    @AfterEach
    void end() {
        story.close();
    }

    private static String pool(String image, int leastSeconds) {
        return PoolLifeIT.pool(2, image).replace("leastSeconds: 1", "leastSeconds: " + leastSeconds);
    }

    private Path file(String yaml) throws IOException {
        return Files.writeString(directory.resolve("edge.yaml"), yaml);
    }

    /** Types a command and keeps what it said, for the documentation. */
    private Typed type(String sample, String command) throws IOException {
        Typed typed = Typed.on(kubeconfig, client.getNamespace(), command);
        Files.writeString(
                SAMPLES.resolve(sample + ".txt"),
                "$ kubectl sluice %s\n%s%s(exit %d)\n"
                        .formatted(command, typed.out(), typed.err(), typed.exitCode())
                        .replace(directory.toString() + "/", "")
                        .replace(client.getNamespace(), "mail"));
        assertThat(typed.out() + typed.err()).doesNotContain("Exception", "\tat ");
        return typed;
    }

    /** Keeps the objects of this moment, for tests of what is said about them. */
    private void record(String moment) throws IOException {
        var list = new ObjectMapper().createObjectNode();
        list.put("time", Instant.now().toString());
        var items = list.putArray("items");
        for (Class<? extends HasMetadata> kind :
                List.of(FilterPool.class, MailNode.class, PoolRollout.class, MessageReport.class)) {
            for (var object : client.resources(kind).list().getItems()) {
                object.getMetadata().setManagedFields(null);
                items.add(new ObjectMapper()
                        .readTree(client.getKubernetesSerialization().asJson(object)));
            }
        }
        Files.writeString(
                SAMPLES.resolve(moment + ".json"), list.toPrettyString().replace(client.getNamespace(), "mail"));
    }

    private void installed() {
        story.apply(pool("mail:1", 1));
        story.eventually(
                "edge",
                "the pool serves",
                status -> assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True"));
        story.mailFlows(10);
    }

    @Test
    void aRevisionThatIsPromotedStepByStep() throws IOException {
        installed();
        String first = story.status("edge").revisions().stable();
        Path next = file(pool("mail:2", 4));

        assertThat(type("get", "get").out()).contains("POOL", "VERDICT", "fp/edge", "True", first, "2/2");
        assertThat(type("check", "check")).satisfies(check -> {
            assertThat(check.exitCode()).as(check.out()).isEqualTo(ExitCode.FINE);
            assertThat(check.out())
                    .contains("filterpools.sluice.dev serves v1alpha1", "operator test", "fp/edge: mail flows");
        });
        Typed plan = type("plan", "plan -f " + next + " --traffic 36000 --exit-code");
        assertThat(plan.exitCode()).as(plan.err()).isEqualTo(ExitCode.WOULD_CHANGE);
        assertThat(plan.out())
                .contains(
                        "fp/edge would change: revision v1-",
                        "template.image mail:1 → mail:2",
                        "20% → 50%",
                        "then 2 of the present ones drain")
                .doesNotContain("more than");
        String planned = plan.out().replaceAll("(?s).*revision (v1-[0-9a-f]+) goes on trial.*", "$1");

        story.apply(pool("mail:2", 4));
        story.eventually(
                "edge",
                "a canary carries mail",
                status -> assertThat(Story.in(status, NodeState.CANARY))
                        .isNotEmpty()
                        .allSatisfy(node -> assertThat(node.revision()).isEqualTo(planned)));
        Typed paused = type("pause", "pause fp/edge --yes --reason 'customer launch'");
        assertThat(paused.exitCode()).as(paused.err()).isEqualTo(ExitCode.FINE);
        assertThat(paused.out()).contains("accepted for " + planned + ": held at", "kubectl sluice resume fp/edge");
        assertThat(client.resources(PoolAction.class).list().getItems()).anySatisfy(action -> {
            assertThat(action.getSpec().verb()).isEqualTo(Verb.PAUSE);
            assertThat(action.getSpec().reason()).isEqualTo("customer launch");
        });
        story.eventually(
                "edge",
                "it is held",
                status -> assertThat(Story.condition(status, "Paused", "-")).isEqualTo("True"));
        assertThat(type("status-held", "status edge").exitCode()).isEqualTo(ExitCode.HELD);
        story.soon("the record has counts")
                .until(() -> Typed.on(kubeconfig, client.getNamespace(), "get fp/edge")
                        .out()
                        .contains("EVIDENCE"));
        record("held");
        assertThat(type("get-pool", "get fp/edge").out())
                .contains(
                        "‖",
                        planned + " replaces " + first,
                        "customer launch",
                        "partner",
                        "unaccounted 0 (limit 0)",
                        "More: kubectl sluice explain fp/edge");
        assertThat(type("resume", "resume edge --yes --reason 'launch is over'").exitCode())
                .isEqualTo(ExitCode.FINE);
        assertThat(type("watch", "watch edge --timeout 1s").lines()).hasSizeBetween(1, 3);

        Typed done = type("status", "status fp/edge --timeout 2m");

        assertThat(done.exitCode()).as(done.out()).isEqualTo(ExitCode.FINE);
        assertThat(done.out()).contains("edge: ✔ revision " + planned + " serves on 2 nodes");
        assertThat(type("history", "history edge").out()).contains(planned, "NewRevision", "Promoted", "2 (50%)");
        assertThat(type("explain-promoted", "explain edge --revision " + planned)
                        .out())
                .contains("Why was " + planned + " promoted?", "evidence", "needed 20", "2      50%");
        assertThat(type("promote-refused", "promote edge --yes --reason x").err())
                .isEqualTo(
                        "sluice: nothing is on trial in fp/edge, so there is nothing to promote; see 'kubectl sluice get fp/edge'\n");
        assertThat(type("plan-nothing", "plan -f " + next + " --exit-code").exitCode())
                .isEqualTo(ExitCode.FINE);
        assertThat(type("get-json", "get fp/edge -o json").out()).contains("\"kind\" : \"FilterPool\"");
        String where = "--kubeconfig=%s -n %s".formatted(kubeconfig, client.getNamespace());
        assertThat(Typed.plain("__complete -- get %s f".formatted(where)).lines())
                .containsExactly("fp/edge", ":4");
        assertThat(Typed.plain("__complete -- get %s t".formatted(where)).lines())
                .containsExactly(":4");
        assertThat(type("get-name", "get -o name").out()).isEqualTo("filterpool.sluice.dev/edge\n");
    }

    @Test
    void aRevisionThatFailsIsExplainedAndRetriedOnRequestAlone() throws IOException {
        installed();
        String good = story.status("edge").revisions().stable();
        story.nodes().bringUp(agent -> agent.failsToDeliver(true));

        story.apply(pool("mail:bad", 1));
        Typed failed = type("status-rejected", "status fp/edge --timeout 2m");

        assertThat(failed.exitCode()).as(failed.out()).isEqualTo(ExitCode.REFUSED);
        assertThat(failed.out())
                .contains("✖ revision v1-", "was rejected (CanaryWorseThanBaseline)", "mail flows on " + good);
        String bad = story.status("edge").revisions().rejected().get(0).revision();
        assertThat(type("explain", "explain fp/edge").out())
                .contains(
                        "Why was " + bad + " rejected (RolledBack, CanaryWorseThanBaseline)?",
                        "first attempts failed",
                        "against a limit of 444",
                        "rolled back: CanaryWorseThanBaseline",
                        "kubectl sluice retry fp/edge");
        assertThat(type("explain-json", "explain fp/edge -o json").out())
                .contains("\"kind\" : \"Explanation\"", "\"alpha\" : 0.005", "\"revision\" : \"" + bad + "\"");
        assertThat(type("queue", "queue fp/edge").out()).contains("fp/edge: ", "NODE", "edge-1");

        story.soon("what became of the messages is written down")
                .until(() -> Typed.on(kubeconfig, client.getNamespace(), "affected fp/edge")
                        .out()
                        .contains("recipients met the nodes"));
        record("rejected");
        assertThat(type("affected", "affected fp/edge").out())
                .contains("NEXT HOP", "partner", "454 4.7.1 Relay access denied", "--ids -o csv")
                .doesNotContain("@example");
        assertThat(type("affected-csv", "affected fp/edge -o csv").lines())
                .hasSizeGreaterThan(1)
                .allSatisfy(line -> assertThat(line).doesNotContain("@"));
        assertThat(type("affected-ids", "affected fp/edge --ids").out())
                .contains("QUEUE ID", "Q0", "sender@example.com", "recipient0@example.net", "HandedOver");
        assertThat(type("affected-json", "affected fp/edge --ids -o json").out())
                .contains("\"kind\" : \"Affected\"", "\"recipient\" : \"recipient0@example.net\"");

        story.soon("the bad node is gone")
                .untilAsserted(() -> assertThat(story.mailNodes()).hasSize(2));
        story.stopOperator();
        story.nodes().all().forEach(agent -> agent.tookOver(500));
        story.startOperator();
        story.soon("what the peer took is followed to its end, by an operator that did not see it go there")
                .untilAsserted(() -> assertThat(Typed.on(kubeconfig, client.getNamespace(), "affected fp/edge")
                                .out())
                        .contains(" 0 did not (0 bounced, 0 expired, 0 unknown), 0 are under way"));
        type("affected-settled", "affected fp/edge");

        story.nodes().bringUp(agent -> agent.failsToDeliver(false));
        Typed retried = type("retry", "retry fp/edge --yes --reason 'the partner has mended its side'");
        assertThat(retried.exitCode()).as(retried.err()).isEqualTo(ExitCode.FINE);
        assertThat(retried.out())
                .contains(
                        "It was rejected at step 1 (20 %)",
                        "accepted for " + bad + ": revision " + bad + " is tried again");
        story.eventually(
                "edge",
                "it is on trial again",
                status -> assertThat(status.trial()).isNotNull());
        story.eventually(
                "edge",
                "it carries mail",
                status -> assertThat(Story.in(status, NodeState.CANARY)).isNotEmpty());
        Typed aborted = type("abort", "abort edge --yes --reason 'tickets of partners'");
        assertThat(aborted.exitCode()).as(aborted.out() + aborted.err()).isEqualTo(ExitCode.FINE);
        assertThat(aborted.out()).contains("accepted for " + bad + ": rolled back");
        assertThat(type("status-aborted", "status edge --timeout 2m").exitCode())
                .isEqualTo(ExitCode.REFUSED);
    }

    @Test
    void aNodeIsDrainedAndReplaced() throws IOException {
        installed();

        Typed drained = type("drain", "drain mn/edge-1 --yes --reason 'its host is to be patched' --wait --timeout 2m");

        assertThat(drained.exitCode()).as(drained.out() + drained.err()).isEqualTo(ExitCode.FINE);
        assertThat(drained.out()).contains("This drains edge-1 of fp/edge (Serving", "edge-1 is gone after");
        story.eventually("edge", "another one is made", status -> {
            assertThat(Story.in(status, NodeState.SERVING)).hasSize(2);
            assertThat(status.nodes()).noneMatch(node -> node.name().equals("edge-1"));
        });
        assertThat(type("drain-unknown", "drain edge-22 --yes --reason x").err())
                .startsWith("sluice: there is no node edge-22 in namespace")
                .contains("did you mean edge-2?");
    }

    @Test
    void whatIsAskedForWronglyIsSaidInOneLine() throws IOException {
        installed();

        assertThat(type("no-such-pool", "get fp/egde").err())
                .matches("sluice: there is no FilterPool egde in namespace \\S+; did you mean fp/edge\\?\n");
        assertThat(type("wrong-kind", "status tp/edge").err())
                .contains("there is no TransportPool edge", "did you mean fp/edge?");
        assertThat(type("no-reason", "abort edge --yes").exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(type("nothing-rejected", "retry edge --yes --reason x").err())
                .contains("fp/edge has no rejected revision, so there is nothing to retry");
        assertThat(type("unknown-revision", "explain edge --revision v1-0").err())
                .contains("--revision: no attempt of fp/edge");
        Typed refused = type(
                "plan-refused",
                "plan -f "
                        + file(pool("mail:2", 1)
                                .replace("replicas: 2", "replicas: 2\n  minAvailable: 3\n  replica: 4")));
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.out()).contains("edge.yaml, document 2 (FilterPool edge)", "replica");
        Typed rules = type(
                "lint-server",
                "lint --server -f " + file(pool("mail:2", 1).replace("replicas: 2", "replicas: 2\n  minAvailable: 3")));
        assertThat(rules.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(rules.out())
                .contains("minAvailable is above replicas: write a minAvailable that is at most replicas");
    }

    @Test
    void whoHasNoRightIsToldWhichOne() throws IOException {
        client.resource(new ServiceAccountBuilder()
                        .withNewMetadata()
                        .withName("visitor")
                        .endMetadata()
                        .build())
                .create();
        String token = client.serviceAccounts()
                .withName("visitor")
                .tokenRequest(new TokenRequestBuilder().withNewSpec().endSpec().build())
                .getStatus()
                .getToken();
        Files.writeString(kubeconfig, """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "%s", insecure-skip-tls-verify: true}}]
                users: [{name: visitor, user: {token: "%s"}}]
                contexts: [{name: visitor, context: {cluster: c, user: visitor}}]
                current-context: visitor
                """.formatted(cluster.clientConfig().getMasterUrl(), token));

        Typed refused = type("no-rights", "get");

        assertThat(refused.exitCode()).isEqualTo(ExitCode.ERROR);
        assertThat(refused.err())
                .matches(
                        "sluice: you have no right to list filterpools\\.sluice\\.dev in namespace \\S+: ask for a role .*\n");
        assertThat(Optional.of(refused.out())).contains("");
    }
}
