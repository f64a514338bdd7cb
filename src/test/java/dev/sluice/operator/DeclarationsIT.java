package dev.sluice.operator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.sluice.api.FilterPool;
import dev.sluice.api.MailNode;
import dev.sluice.api.NodeState;
import dev.sluice.api.Pool;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutResult;
import dev.sluice.api.SluiceNames;
import dev.sluice.api.TransportPool;
import dev.sluice.testkit.Cluster;
import dev.sluice.testkit.SchemaEdits;
import dev.sluice.testkit.SchemaEdits.Edit;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.LimitRangeBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowingConsumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Declarations drawn from the schema, after the method of Acto (SOSP 2023): where a pool ends does not depend on the way
 * there, what is refused is refused in words, and no pool suffers from another's declaration.
 * {@code -Dsluice.declarations.seed} chooses, one seed or a range such as {@code 1..10};
 * {@code -Dsluice.declarations.sequences} says how many a seed draws.
 */
@ExtendWith(Cluster.class)
class DeclarationsIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    /** More nodes than this machine has addresses and time for. */
    private static final Set<String> TOO_MANY = Set.of("spec.replicas");
    /** What holds a trial, paces it or sets its bars: the end would come after the test's time, or by a person. */
    private static final Set<String> HOLDS =
            Set.of("spec.rollout", "spec.minAvailable", "spec.drain", "spec.replicas", "spec.acceptFrom");

    private final int sequences = Integer.getInteger("sluice.declarations.sequences", 2);
    private KubernetesClient client;
    private KubernetesClient person;
    private Story story;

    /** What one run draws from: a kind of pools, and what chooses. */
    private record Draw(PoolKind kind, long seed, Random random, SchemaEdits edits) {
        static Draw of(PoolKind kind, long seed) {
            Random random = new Random(seed);
            String file = kind == PoolKind.FILTER_POOL ? "filterpools.yaml" : "transportpools.yaml";
            try {
                return new Draw(kind, seed, random, new SchemaEdits(Path.of("crds", file), random));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String toString() {
            return "%s, seed %d".formatted(kind, seed);
        }
    }

    static Stream<Draw> draws() {
        return seeds().boxed().flatMap(seed -> Stream.of(PoolKind.values()).map(kind -> Draw.of(kind, seed)));
    }

    private static LongStream seeds() {
        List<String> ends =
                List.of(System.getProperty("sluice.declarations.seed", "1").split("\\.\\."));
        return LongStream.rangeClosed(Long.parseLong(ends.get(0)), Long.parseLong(ends.get(ends.size() - 1)));
    }

    @BeforeEach
    void begin(KubernetesClient client) {
        this.client = client;
        // Of a refusal, which some are with status 500, a client would ask again ten times.
        person = new KubernetesClientBuilder()
                .withConfig(new ConfigBuilder(client.getConfiguration())
                        .withRequestRetryBackoffLimit(0)
                        .build())
                .build();
        story = new Story(client);
        story.mailFlows(20);
    }

    @AfterEach
    void end() {
        story.close();
        person.close();
    }

    /** S0 and a name; every pool has an edge of its own. */
    private static ObjectNode pool(PoolKind kind, String name) {
        try {
            ObjectNode pool = (ObjectNode) new YAMLMapper().readTree("""
                    apiVersion: sluice.dev/v1alpha1
                    metadata: {name: %1$s}
                    spec:
                      replicas: 1
                      template: {image: "mail:1"}
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
            ArrayNode senders = JSON.createArrayNode().add("192.0.2.10/32");
            switch (kind) {
                case FILTER_POOL ->
                    pool.put("kind", "FilterPool").withObject("/spec").set("acceptFrom", senders);
                case TRANSPORT_POOL ->
                    pool.put("kind", "TransportPool")
                            .withObject("/spec/relayAccess")
                            .set("networks", senders);
            }
            return pool;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectNode pool(String name) {
        return pool(PoolKind.FILTER_POOL, name);
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
    private Edit taken(Draw draw, String name, Set<String> others) {
        while (true) {
            Edit edit = draw.edits().allowed(others);
            Optional<String> refusal = declare(edit.on(pool(draw.kind(), name)));
            if (refusal.isEmpty()) {
                return edit;
            }
            assertThat(refusal.get()).as(edit.toString()).contains("spec");
        }
    }

    @ParameterizedTest
    @MethodSource("draws")
    void whereAPoolEndsDoesNotDependOnTheWayThere(Draw draw) throws InterruptedException {
        Random random = draw.random();
        List<Edit> ends = new ArrayList<>();
        for (int i = 0; i < sequences; i++) {
            declare(pool(draw.kind(), "way-" + i));
            declare(pool(draw.kind(), "end-" + i));
        }
        for (int i = 0; i < sequences; i++) {
            serves(draw.kind(), "way-" + i);
            serves(draw.kind(), "end-" + i);
        }
        for (int i = 0; i < sequences; i++) {
            Edit detour = taken(draw, "way-" + i, TOO_MANY);
            Thread.sleep(random.nextInt(1500));
            Edit end = taken(draw, "end-" + i, HOLDS);
            System.err.printf("%s, %d: %s, then %s%n", draw, i, detour, end);
            ends.add(end);
        }
        Thread.sleep(random.nextInt(3000));
        for (int i = 0; i < sequences; i++) {
            assertThat(declare(ends.get(i).on(pool(draw.kind(), "way-" + i)))).isEmpty();
        }

        for (int i = 0; i < sequences; i++) {
            int number = i;
            Awaitility.await("%s, %d: %s".formatted(draw, i, ends.get(i)))
                    .atMost(Duration.ofMinutes(3))
                    .pollInterval(Duration.ofMillis(500))
                    .untilAsserted(() -> {
                        assertThat(settled(draw.kind(), "way-" + number)).isTrue();
                        assertThat(settled(draw.kind(), "end-" + number)).isTrue();
                        assertThat(end(draw.kind(), "way-" + number)).isEqualTo(end(draw.kind(), "end-" + number));
                    });
        }
    }

    @ParameterizedTest
    @MethodSource("draws")
    void whatTheSchemaRefusesIsRefusedInWordsAndChangesNothing(Draw draw) {
        ObjectNode edge = pool(draw.kind(), "edge");
        declare(edge);
        long generation = declared(draw.kind(), "edge").getMetadata().getGeneration();

        for (int i = 0; i < 50 * sequences; i++) {
            Edit edit = draw.edits().refused();

            assertThat(declare(edit.on(edge)))
                    .as("%s: %s", draw, edit)
                    .hasValueSatisfying(words -> assertThat(words).contains(edit.field()));
        }

        assertThat(declared(draw.kind(), "edge").getMetadata().getGeneration()).isEqualTo(generation);
    }

    @ParameterizedTest
    @EnumSource
    void noPoolSuffersFromAnothersDeclaration(PoolKind kind) {
        declare(pool(kind, "edge"));
        serves(kind, "edge");
        String before = status(kind, "edge").revisions().stable();
        List<ObjectNode> poison = new ArrayList<>();
        ObjectNode huge = pool(kind, "huge");
        huge.withObject("/spec")
                .set(
                        "template",
                        Draw.of(kind, 1)
                                .edits()
                                .extreme(Set.of(
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
                .on(without(pool(kind, "no-policy"), "/spec/rollout", "policy")));
        poison.add(new Edit(
                        List.of("spec", "nextHops"),
                        JSON.createArrayNode()
                                .add(JSON.createObjectNode()
                                        .put("name", "tier")
                                        .set(
                                                "transportPoolRef",
                                                JSON.createObjectNode().put("name", "nowhere"))))
                .on(pool(kind, "no-tier")));
        poison.add(new Edit(
                        List.of("spec", "template", "serviceAccountName"),
                        JSON.getNodeFactory().textNode("\u202e☃"))
                .on(pool(kind, "odd")));
        poison.add(new Edit(
                        List.of("spec", "notifications"),
                        JSON.createArrayNode()
                                .add(JSON.createObjectNode()
                                        .put("name", "lost")
                                        .put("type", "Slack")
                                        .set(
                                                "secretRef",
                                                JSON.createObjectNode().put("name", "nowhere"))))
                .on(pool(kind, "no-secret")));
        poison.add(new Edit(
                        List.of("spec", "template", "queue", "size"),
                        JSON.getNodeFactory().textNode("9999999999999Ei"))
                .on(pool(kind, "vast")));
        poison.forEach(pool -> declare(pool)
                .ifPresent(words -> System.err.printf(
                        "%s is refused: %.900s%n", pool.at("/metadata/name").asText(), words)));

        assertThat(declared(kind))
                .extracting(pool -> pool.getMetadata().getName())
                .contains("edge", "huge", "no-policy", "no-tier", "no-secret", "vast");
        ObjectNode next = pool(kind, "edge");
        next.withObject("/spec").put("replicas", 2).withObject("/template").put("image", "mail:2");
        declare(next);

        soon(kind, "edge", "the healthy pool takes its steps and grows", status -> {
            assertThat(status.revisions().stable()).isNotEqualTo(before);
            assertThat(status.trial()).isNull();
            assertThat(Story.in(status, NodeState.SERVING)).hasSize(2);
            assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True");
        });
        assertThat(story.rollouts())
                .filteredOn(rollout -> rollout.getSpec().poolRef().name().equals("edge"))
                .extracting(rollout -> rollout.getStatus().result())
                .contains(RolloutResult.PROMOTED)
                .doesNotContain(RolloutResult.ROLLED_BACK);
        for (Pool pool : declared(kind)) {
            String name = pool.getMetadata().getName();
            soon(kind, name, "each is judged", status -> {
                assertThat(status.observedGeneration())
                        .isEqualTo(pool.getMetadata().getGeneration());
                assertThat(status.conditions())
                        .isNotEmpty()
                        .extracting(Condition::getMessage)
                        .allSatisfy(message -> assertThat(message).isNotBlank().doesNotContain("\n", "Exception"));
            });
            System.err.printf(
                    "%s: %s%n",
                    name, Story.condition(status(kind, name), "Ready").map(Condition::getMessage));
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
                status -> assertThat(Story.condition(status, "Ready").map(Condition::getMessage))
                        .asString()
                        .contains("edge-1", "forbidden: maximum memory usage per Container is 16Mi"));
        Awaitility.await("the node says so too")
                .atMost(Duration.ofSeconds(30))
                .untilAsserted(() -> assertThat(client.resources(MailNode.class)
                                .withName("edge-1")
                                .get()
                                .getStatus()
                                .message())
                        .contains("maximum memory usage per Container is 16Mi"));

        client.limitRanges().withName("small").delete();

        serves(PoolKind.FILTER_POOL, "edge");
    }

    @Test
    void aNodeThatAQuotaForbidsIsNamedInItsPoolAndMadeWhenThereIsRoom() {
        Map<String, Quantity> none = Map.of("count/mailnodes.sluice.dev", new Quantity("0"));
        client.resource(new ResourceQuotaBuilder()
                        .withNewMetadata()
                        .withName("small")
                        .endMetadata()
                        .withNewSpec()
                        .withHard(none)
                        .endSpec()
                        .build())
                .create();
        // The quota's controller, which does this in a whole cluster, does not run here.
        client.resourceQuotas()
                .withName("small")
                .editStatus(quota -> new ResourceQuotaBuilder(quota)
                        .withNewStatus()
                        .withHard(none)
                        .withUsed(none)
                        .endStatus()
                        .build());
        declare(pool("edge"));

        story.eventually(
                "edge",
                "the pool says why it has no node",
                status -> assertThat(Story.condition(status, "Ready").map(Condition::getMessage))
                        .asString()
                        .contains("edge-1", "exceeded quota: small", "limited: count/mailnodes.sluice.dev=0"));
        assertThat(client.resources(MailNode.class).list().getItems()).isEmpty();

        client.resourceQuotas().withName("small").delete();

        serves(PoolKind.FILTER_POOL, "edge");
    }

    private static ObjectNode without(ObjectNode pool, String parent, String field) {
        pool.withObject(parent).remove(field);
        return pool;
    }

    private Pool declared(PoolKind kind, String name) {
        return switch (kind) {
            case FILTER_POOL -> story.filterPool(name);
            case TRANSPORT_POOL ->
                client.resources(TransportPool.class).withName(name).require();
        };
    }

    private List<? extends Pool> declared(PoolKind kind) {
        return switch (kind) {
            case FILTER_POOL -> client.resources(FilterPool.class).list().getItems();
            case TRANSPORT_POOL -> client.resources(TransportPool.class).list().getItems();
        };
    }

    private PoolStatus status(PoolKind kind, String name) {
        return Observation.statusOf(declared(kind, name));
    }

    private void soon(PoolKind kind, String name, String what, ThrowingConsumer<PoolStatus> description) {
        story.soon(name + ": " + what).untilAsserted(() -> description.accept(status(kind, name)));
    }

    private void serves(PoolKind kind, String name) {
        soon(
                kind,
                name,
                "serves",
                status -> assertThat(Story.condition(status, "Ready", "-")).isEqualTo("True"));
    }

    private boolean settled(PoolKind kind, String name) {
        Pool pool = declared(kind, name);
        PoolStatus status = Observation.statusOf(pool);
        return pool.getMetadata().getGeneration().equals(status.observedGeneration())
                && (status.trial() == null || waitsForAPerson(status));
    }

    /** What the schema allows the cluster may still refuse, such as a priority class that is not there. */
    private static boolean waitsForAPerson(PoolStatus status) {
        return Story.in(status, NodeState.PENDING).stream()
                .anyMatch(node -> node.reason() != null && node.reason().contains("the API server does not take it"));
    }

    /** What a person would compare; names and times differ. */
    private List<String> end(PoolKind kind, String name) {
        PoolStatus status = status(kind, name);
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
