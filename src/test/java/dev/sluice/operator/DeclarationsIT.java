package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.SluiceNames;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.SchemaEdits;
import dev.sluice.testkit.SchemaEdits.Edit;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Declarations drawn from the schema, after the method of Acto (SOSP 2023): where a pool ends does not depend on the way
 * there, what is refused is refused in words, and no pool suffers from another's declaration. {@code -Dsluice.edits.seed}
 * chooses, {@code -Dsluice.edits.sequences} says how many.
 */
@ExtendWith(Cluster.class)
class DeclarationsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Path DEFINITION = Path.of("crds", "filterpools.yaml");
    /** More nodes than this machine has addresses and time for. */
    private static final Set<String> TOO_MANY = Set.of("spec.replicas");
    /** What holds a trial, paces it or sets its bars: the end would come after the test's time, or by a person. */
    private static final Set<String> HOLDS =
            Set.of("spec.rollout", "spec.minAvailable", "spec.drain", "spec.replicas", "spec.acceptFrom");

    private final long seed = Long.getLong("sluice.edits.seed", 1);
    private final int sequences = Integer.getInteger("sluice.edits.sequences", 4);
    private final Random random = new Random(seed);
    private KubernetesClient client;
    private KubernetesClient person;
    private Story story;
    private SchemaEdits edits;

    @BeforeEach
    void begin(KubernetesClient client) throws IOException {
        this.client = client;
        // Of a refusal, which some are with status 500, a client would ask again ten times.
        person = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(client.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        story = new Story(client);
        story.mailFlows(20);
        edits = new SchemaEdits(DEFINITION, random);
        System.err.printf("seed %d, %d sequences%n", seed, sequences);
    }

    @AfterEach
    void end() {
        story.close();
        person.close();
    }

    /** S0 and a name; every pool has an edge of its own. */
    private static ObjectNode pool(String name) {
        try {
            ObjectNode pool = (ObjectNode) new YAMLMapper().readTree("""
                    apiVersion: sluice.dev/v1alpha1
                    kind: FilterPool
                    metadata: {name: %1$s}
                    spec:
                      replicas: 1
                      template: {image: "mail:1"}
                      acceptFrom: [192.0.2.10/32]
                      nextHops:
                        - {name: partner, addresses: [{host: 192.0.2.25}]}
                      traffic: {endpointSlice: {serviceName: %1$s}}
                      rollout:
                        policy:
                          steps:
                            - {weightPercent: 50, leastMessages: 50, leastSeconds: 1, delta: "0.2"}
                          gate: {objectiveSeconds: 2}
                          preflight: {deadlineSeconds: 10}
                          bakeSeconds: 1
                    """.formatted(name));
            return pool;
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private Optional<String> declare(JsonNode pool) {
        try {
            person.resource(JSON.treeToValue(pool, GenericKubernetesResource.class))
                    .inNamespace(client.getNamespace())
                    .fieldManager("person")
                    .forceConflicts()
                    .serverSideApply();
            return Optional.empty();
        } catch (KubernetesClientException e) {
            assertThat(e.getCode()).as(e.getMessage()).isIn(400, 422, 500);
            return Optional.of(
                    e.getStatus() == null ? e.getMessage() : e.getStatus().getMessage());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An edit that the server takes; the schema's rules (CEL) may refuse what each field by itself allows. */
    private Edit taken(String name, Set<String> others) {
        while (true) {
            Edit edit = edits.allowed(others);
            Optional<String> refusal = declare(edit.on(pool(name)));
            if (refusal.isEmpty()) {
                return edit;
            }
            assertThat(refusal.get()).as(edit.toString()).contains("spec");
        }
    }

    @Test
    void whereAPoolEndsDoesNotDependOnTheWayThere() throws InterruptedException {
        List<Edit> ends = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            declare(pool("way-" + i));
            declare(pool("end-" + i));
        }
        for (int i = 0; i < sequences; i++) {
            serves("way-" + i);
            serves("end-" + i);
        }
        for (int i = 0; i < sequences; i++) {
            Edit detour = taken("way-" + i, TOO_MANY);
            Thread.sleep(random.nextInt(1500));
            Edit end = taken("end-" + i, HOLDS);
            System.err.printf("%d: %s, then %s%n", i, detour, end);
            ends.add(end);
        }
        Thread.sleep(random.nextInt(3000));
        for (int i = 0; i < sequences; i++) {
            assertThat(declare(ends.get(i).on(pool("way-" + i)))).isEmpty();
        }

        for (int i = 0; i < sequences; i++) {
            int number = i;
            Awaitility.await("%d, seed %d: %s".formatted(i, seed, ends.get(i)))
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        assertThat(settled("way-" + number)).isTrue();
                        assertThat(settled("end-" + number)).isTrue();
                        assertThat(end("way-" + number)).isEqualTo(end("end-" + number));
                    });
        }
    }

    @Test
    void whatTheSchemaRefusesIsRefusedInWordsAndChangesNothing() {
        declare(pool("edge"));
        long generation = story.filterPool("edge").getMetadata().getGeneration();

        for (int i = 0; i < 50 * sequences; i++) {
            Edit edit = edits.refused();

            assertThat(declare(edit.on(pool("edge"))))
                    .as("seed %d: %s", seed, edit)
                    .hasValueSatisfying(words -> assertThat(words).contains(edit.field()));
        }

        assertThat(story.filterPool("edge").getMetadata().getGeneration()).isEqualTo(generation);
    }

    @Test
    void noPoolSuffersFromAnothersDeclaration() {
        declare(pool("edge"));
        serves("edge");
        List<ObjectNode> poison = new ArrayList<>();
        ObjectNode huge = pool("huge");
        huge.withObject("/spec")
                .set(
                        "template",
                        edits.extreme(Set.of(
                                        "spec.template.postfix",
                                        "spec.template.resources",
                                        "spec.template.queue",
                                        "spec.template.podLabels",
                                        "spec.template.nodeSelector",
                                        "spec.template.tolerations"))
                                .get("template"));
        poison.add(huge);
        poison.add(new Edit(
                        List.of("spec", "rollout", "policyRef", "name"),
                        JSON.getNodeFactory().textNode("nowhere"))
                .on(without(pool("no-policy"), "/spec/rollout", "policy")));
        poison.add(new Edit(
                        List.of("spec", "nextHops"),
                        JSON.createArrayNode()
                                .add(JSON.createObjectNode()
                                        .put("name", "tier")
                                        .set(
                                                "transportPoolRef",
                                                JSON.createObjectNode().put("name", "nowhere"))))
                .on(pool("no-tier")));
        poison.add(new Edit(
                        List.of("spec", "template", "serviceAccountName"),
                        JSON.getNodeFactory().textNode("\u202e☃"))
                .on(pool("odd")));
        poison.add(new Edit(
                        List.of("spec", "notifications"),
                        JSON.createArrayNode()
                                .add(JSON.createObjectNode()
                                        .put("name", "lost")
                                        .put("type", "Slack")
                                        .set(
                                                "secretRef",
                                                JSON.createObjectNode().put("name", "nowhere"))))
                .on(pool("no-secret")));
        poison.add(new Edit(
                        List.of("spec", "template", "queue", "size"),
                        JSON.getNodeFactory().textNode("9999999999999Ei"))
                .on(pool("vast")));
        poison.forEach(pool -> declare(pool)
                .ifPresent(words -> System.err.printf(
                        "%s is refused: %.900s%n", pool.at("/metadata/name").asText(), words)));

        assertThat(client.resources(FilterPool.class).list().getItems())
                .extracting(pool -> pool.getMetadata().getName())
                .contains("edge", "huge", "no-policy", "no-tier", "no-secret", "vast");
        declare(new Edit(List.of("spec", "replicas"), JSON.getNodeFactory().numberNode(2)).on(pool("edge")));

        story.eventually("edge", "the healthy pool grows", status -> {
            assertThat(status.trial()).isNull();
            assertThat(status.nodes()).hasSize(2);
            assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
        });
        for (FilterPool pool : client.resources(FilterPool.class).list().getItems()) {
            String name = pool.getMetadata().getName();
            story.eventually(name, "each is judged", status -> {
                assertThat(status.observedGeneration())
                        .isEqualTo(pool.getMetadata().getGeneration());
                assertThat(status.conditions())
                        .isNotEmpty()
                        .extracting(Condition::getMessage)
                        .allSatisfy(message -> assertThat(message).isNotBlank().doesNotContain("\n", "Exception"));
            });
            System.err.printf(
                    "%s: %s%n",
                    name, Story.condition(story.status(name), "Ready").map(Condition::getMessage));
        }
    }

    @Test
    void whatTheClusterDoesNotTakeIsSaidInItsOwnWordsAndTriedAgain() {
        client.resource(new LimitRangeBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .endMetadata()
                        .withNewSpec()
                        .addNewLimit()
                        .withType("Container")
                        .addToMax("memory", new Quantity("16Mi"))
                        .endLimit()
                        .endSpec()
                        .build())
                .create();
        ObjectNode pool = pool("edge");
        pool.withObject("/spec/template/resources/limits").put("memory", "32Mi");
        declare(pool);

        story.eventually(
                "edge",
                "the pool says why it has no node",
                status -> assertThat(
                                Story.condition(status, "Ready").orElseThrow().getMessage())
                        .contains("edge-1", "forbidden: maximum memory usage per Container is 16Mi"));
        assertThat(client.resources(MailNode.class)
                        .withName("edge-1")
                        .get()
                        .getStatus()
                        .message())
                .contains("maximum memory usage per Container is 16Mi");

        client.limitRanges().withName("small").delete();

        serves("edge");
    }

    private static ObjectNode without(ObjectNode pool, String parent, String field) {
        pool.withObject(parent).remove(field);
        return pool;
    }

    private void serves(String name) {
        story.eventually(
                name,
                name + " serves",
                status -> assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True"));
    }

    private boolean settled(String name) {
        FilterPool pool = story.filterPool(name);
        PoolStatus status = Observation.statusOf(pool);
        return pool.getMetadata().getGeneration().equals(status.observedGeneration()) && status.trial() == null;
    }

    /** What a person would compare; names and times differ. */
    private List<String> end(String name) {
        PoolStatus status = story.status(name);
        Stream<String> conditions = status.conditions().stream()
                .filter(condition -> !condition.getType().equals("RolledBack"))
                .map(condition ->
                        "%s=%s %s".formatted(condition.getType(), condition.getStatus(), condition.getReason()))
                .sorted();
        Stream<String> nodes = status.nodes().stream()
                .map(node -> "node of %s %s".formatted(node.revision(), node.state()))
                .sorted();
        Stream<String> children = Stream.of(
                "stable " + status.revisions().stable(),
                "MailNodes "
                        + client.resources(MailNode.class)
                                .withLabel(SluiceNames.POOL_LABEL, name)
                                .list()
                                .getItems()
                                .size(),
                "Pods "
                        + client.pods()
                                .withLabel(SluiceNames.POOL_LABEL, name)
                                .list()
                                .getItems()
                                .size());
        return Stream.of(conditions, nodes, children).flatMap(part -> part).toList();
    }
}
