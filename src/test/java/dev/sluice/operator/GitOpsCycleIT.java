package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sluice.api.PoolStatus;
import dev.sluice.local.ApiServerBinaries;
import dev.sluice.plan.Effect.Severity;
import dev.sluice.plan.EventReason;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.RunningCluster;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A pipeline applies with {@code kubectl apply --server-side} as one field manager while Sluice runs as another: apply,
 * rollback, the same again, a fix. {@code -Dsluice.transcript=FILE} writes down what a person at the terminal sees.
 */
@ExtendWith(Cluster.class)
class GitOpsCycleIT {
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    Path directory;

    private final StringBuilder transcript = new StringBuilder();
    private KubernetesClient client;
    private Story story;
    private Path kubectl;
    private Path manifest;

    /** What a command ended with. */
    private record Ending(int code, String output) {}

    @BeforeEach
    void begin(KubernetesClient fresh, RunningCluster cluster) throws IOException {
        client = fresh;
        kubectl = ApiServerBinaries.ofThisMachine(System.err::println)
                .findOrBuild()
                .kubectl();
        Files.writeString(directory.resolve("kubeconfig"), cluster.kubeConfigYaml());
        manifest = directory.resolve("pool.yaml");
        story = new Story(client);
    }

    @AfterEach
    void end() throws IOException {
        story.close();
        String wanted = System.getProperty("sluice.transcript", "");
        if (!wanted.isEmpty()) {
            Files.writeString(Path.of(wanted), transcript);
        }
    }

    @Test
    void applyRollbackAndFixNeedNoForceAndLeaveNoDrift() throws Exception {
        story.mailFlows(10);
        declare("mail:1");
        kubectl("apply", "--server-side", "--field-manager=gitops", "-f", manifest.toString());
        kubectl("wait", "--for=condition=Ready", "filterpool/edge", "--timeout=90s");
        kubectl("get", "filterpools");
        noDrift();
        String good = story.status("edge").revisions().stable();

        story.nodes().bringUp(agent -> agent.failsToDeliver(true));
        declare("mail:bad");
        kubectl("apply", "--server-side", "--field-manager=gitops", "-f", manifest.toString());
        story.eventually("edge", "the rollback is over", status -> {
            assertThat(status.trial()).isNull();
            assertThat(Story.condition(status, "Stalled", "-")).isEqualTo("True");
        });
        kubectl("get", "filterpools");
        kubectl("get", "filterpools", "-o", "wide");
        noDrift();
        long generation = story.filterPool("edge").getMetadata().getGeneration();
        kubectl("apply", "--server-side", "--field-manager=gitops", "-f", manifest.toString());
        assertThat(story.filterPool("edge").getMetadata().getGeneration())
                .as("the same again is no change")
                .isEqualTo(generation);
        assertThat(story.status("edge").revisions().stable()).isEqualTo(good);

        story.nodes().bringUp(agent -> agent.failsToDeliver(false));
        declare("mail:fixed");
        kubectl("apply", "--server-side", "--field-manager=gitops", "-f", manifest.toString());
        kubectl("wait", "--for=condition=Ready", "filterpool/edge", "--timeout=90s");
        kubectl("get", "filterpools");
        noDrift();

        PoolStatus status = story.status("edge");
        assertThat(status.revisions().stable()).isNotEqualTo(good);
        assertThat(status.observedGeneration())
                .isEqualTo(story.filterPool("edge").getMetadata().getGeneration());
        sluiceOwnsNothingThatIsDeclared();
        whatHappenedIsToldOnThePoolAndOnTheNodesPod();
        kubectl(
                "get",
                "events",
                "--field-selector=involvedObject.kind=FilterPool",
                "--sort-by=.metadata.creationTimestamp");
        kubectl("explain", "filterpool.status.rollout");
        assertThat(transcript).contains("READY", "REVISION", "CANDIDATE", "STEP", "WEIGHT", "NODES", "VERDICT", "AGE");
    }

    private void declare(String image) throws IOException {
        Files.writeString(manifest, PoolLifeIT.pool(2, image));
    }

    private void noDrift() throws Exception {
        Ending ending = run("diff", "--server-side", "--field-manager=gitops", "-f", manifest.toString());
        assertThat(ending.output()).isEmpty();
        assertThat(ending.code()).isZero();
    }

    /** Who may write what stands in the object itself; a conflict needs two owners of one field. */
    private void sluiceOwnsNothingThatIsDeclared() throws IOException {
        List<ManagedFieldsEntry> entries = client.genericKubernetesResources("sluice.dev/v1alpha1", "FilterPool")
                .withName("edge")
                .require()
                .getMetadata()
                .getManagedFields();
        List<String> others = new ArrayList<>();
        for (ManagedFieldsEntry entry : entries) {
            JsonNode fields = JSON.valueToTree(entry.getFieldsV1());
            if (entry.getManager().equals("gitops")) {
                assertThat(fields.has("f:spec")).isTrue();
                assertThat(fields.has("f:status")).isFalse();
            } else {
                others.add(entry.getManager());
                assertThat(fields.has("f:spec"))
                        .as("%s owns %s", entry.getManager(), fields)
                        .isFalse();
                assertThat(fields.at("/f:metadata").properties())
                        .as("%s owns of the metadata", entry.getManager())
                        .allSatisfy(field -> assertThat(field.getKey()).isEqualTo("f:finalizers"));
            }
        }
        assertThat(others).isNotEmpty();
    }

    private void whatHappenedIsToldOnThePoolAndOnTheNodesPod() {
        List<Event> events = client.events().v1().events().list().getItems();
        assertThat(events)
                .filteredOn(event -> event.getRegarding().getKind().equals("FilterPool"))
                .extracting(Event::getReason)
                .contains("CandidateDetected", "StepAdvanced", "RolloutRolledBack", "RevisionPromoted");
        assertThat(events)
                .filteredOn(event -> event.getReason().equals("RolloutRolledBack"))
                .as("one reason a fact")
                .hasSize(1);
        assertThat(events)
                .allSatisfy(event -> assertThat(event.getType())
                        .as(event.getReason())
                        .isEqualTo(
                                Stream.of(EventReason.values())
                                                .filter(reason -> reason.word().equals(event.getReason()))
                                                .anyMatch(reason -> reason.severity() == Severity.WARNING)
                                        ? "Warning"
                                        : "Normal"));
        assertThat(events)
                .filteredOn(event -> event.getRegarding().getKind().equals("Pod"))
                .extracting(Event::getReason)
                .contains("NodeDraining");
    }

    private void kubectl(String... arguments) throws Exception {
        Ending ending = run(arguments);
        transcript
                .append("$ kubectl ")
                .append(String.join(" ", arguments).replace(directory + "/", ""))
                .append('\n')
                .append(ending.output())
                .append('\n');
        assertThat(ending.code()).as(ending.output()).isZero();
        assertThat(ending.output()).doesNotContain("conflict");
    }

    private Ending run(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                kubectl.toString(),
                "--kubeconfig=" + directory.resolve("kubeconfig"),
                "--namespace=" + client.getNamespace()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
        return new Ending(process.exitValue(), output);
    }
}
