package dev.sluice.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sluice.api.MailNode;
import dev.sluice.api.PoolAction;
import dev.sluice.api.PoolActionSpec;
import dev.sluice.api.PoolKind;
import dev.sluice.api.PoolRollout;
import dev.sluice.api.PoolStatus;
import dev.sluice.api.RolloutPolicy;
import dev.sluice.api.Verb;
import dev.sluice.testkit.pool.RecordedStates.State;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts for Argo CD, run by a Lua interpreter on the recorded states. The layout is that of Argo CD's own tests
 * (argo-cd, {@code resource_customizations/}), so that they can be given to it as they are.
 */
class ArgoCdTest {
    private static final List<String> VERBS = List.of("promote", "abort", "retry", "pause", "resume");
    private static final Path SETTINGS = Path.of("deploy/gitops/argo-cd/argocd-cm.yaml");

    @BeforeAll
    static void writeWhenAsked() {
        if (Recordings.toBeWritten()) {
            for (PoolKind kind : PoolKind.values()) {
                Path directory = Recordings.directory(kind);
                Recordings.write(directory.resolve("health_test.yaml"), healthTests(kind));
                Recordings.write(directory.resolve("actions/action_test.yaml"), actionTests(kind));
                for (String[] asked : asked()) {
                    Recordings.write(
                            directory.resolve("actions/testdata").resolve(asked[0] + "-" + asked[1] + ".yaml"),
                            output(kind, asked[0], asked[1]));
                }
            }
            Recordings.write(SETTINGS, settings());
        }
    }

    // ---- health

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void theScriptJudgesEachStateAsTheTruthTableSays(PoolKind kind) {
        String script = Recordings.text(Recordings.directory(kind).resolve("health.lua"));

        for (State state : Recordings.made(kind)) {
            JsonNode health = ArgoLua.run(script, Recordings.read(Recordings.file(kind, state)));
            assertThat(health.path("status").asText()).as(state.name()).isEqualTo(state.argo());
            assertThat(health.path("message").asText()).as(state.name()).isNotBlank();
        }
    }

    @Test
    void whatWasRejectedIsSaidWithWhereTheMailFlows() {
        JsonNode health = ArgoLua.run(
                Recordings.text(Recordings.directory(PoolKind.FILTER_POOL).resolve("health.lua")),
                Recordings.read(Recordings.directory(PoolKind.FILTER_POOL).resolve("testdata/rolled-back.yaml")));

        assertThat(health.path("message").asText())
                .contains("revision v1-two was rejected", "relay-b", "mail flows on revision v1-one");
    }

    @ParameterizedTest
    @ValueSource(strings = {"FilterPool", "TransportPool", "MailNode", "PoolAction", "PoolRollout", "RolloutPolicy"})
    void theTestsThatArgoCdRunsPass(String kind) {
        Path directory = Recordings.CUSTOMIZATIONS.resolve(kind);
        JsonNode tests = Recordings.read(directory.resolve("health_test.yaml")).path("tests");

        assertThat(tests).isNotEmpty();
        for (JsonNode test : tests) {
            String input = test.path("inputPath").asText();
            assertThat(ArgoLua.run(
                            Recordings.text(directory.resolve("health.lua")),
                            Recordings.read(directory.resolve(input))))
                    .as(kind + " " + input)
                    .isEqualTo(test.path("healthStatus"));
        }
    }

    @Test
    void whatThoseTestsReadIsWhatTheKindsAre() throws Exception {
        ObjectMapper strict = new ObjectMapper()
                .registerModule(new JavaTimeModule())
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);
        Map<String, Class<?>> kinds = Map.of(
                "MailNode", MailNode.class,
                "PoolAction", PoolAction.class,
                "PoolRollout", PoolRollout.class,
                "RolloutPolicy", RolloutPolicy.class);
        for (Map.Entry<String, Class<?>> kind : kinds.entrySet()) {
            try (var files =
                    Files.list(Recordings.CUSTOMIZATIONS.resolve(kind.getKey()).resolve("testdata"))) {
                for (Path file : files.toList()) {
                    JsonNode written = Recordings.read(file);
                    JsonNode known = strict.valueToTree(strict.treeToValue(written, kind.getValue()));
                    assertThat(new TreeSet<>(fields("", written)))
                            .as("%s has fields that the kind does not", file)
                            .isSubsetOf(new TreeSet<>(fields("", known)));
                }
            }
        }
    }

    private static List<String> fields(String path, JsonNode node) {
        List<String> result = new ArrayList<>();
        node.properties().forEach(field -> {
            if (!field.getValue().isNull() && !field.getValue().asText("x").isEmpty()) {
                result.add(path + "/" + field.getKey());
                result.addAll(fields(path + "/" + field.getKey(), field.getValue()));
            }
        });
        return result;
    }

    // ---- actions

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void theActionsOfferedAreThoseThatMakeSense(PoolKind kind) {
        String script = Recordings.text(Recordings.directory(kind).resolve("actions/discovery.lua"));

        for (State state : Recordings.made(kind)) {
            JsonNode offered = ArgoLua.run(script, Recordings.read(Recordings.file(kind, state)));
            PoolStatus status = status(state);
            boolean runs = status.trial() != null && !"RollingBack".equals(phase(state));
            assertThat(offered.fieldNames()).toIterable().containsExactlyInAnyOrderElementsOf(VERBS);
            assertThat(enabled(offered, "abort"))
                    .as("abort in %s", state.name())
                    .isEqualTo(runs);
            assertThat(enabled(offered, "promote"))
                    .as("promote in %s", state.name())
                    .isEqualTo("Canary".equals(phase(state)));
            assertThat(enabled(offered, "resume"))
                    .as("resume in %s", state.name())
                    .isEqualTo(state.name().equals("paused-by-a-person"));
            assertThat(enabled(offered, "retry"))
                    .as("retry in %s", state.name())
                    .isEqualTo(state.kstatus().equals("Failed") && !state.name().equals("invalid"));
        }
    }

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void anActionIsARequestThatTheKindTakesAndNothingElse(PoolKind kind) {
        for (String[] asked : asked()) {
            JsonNode pool = Recordings.read(Recordings.directory(kind).resolve("testdata/" + asked[1] + ".yaml"));
            JsonNode impacted = ArgoLua.run(action(kind, asked[0]), pool);

            assertThat(impacted).hasSize(1);
            assertThat(impacted.at("/0/operation").asText()).isEqualTo("create");
            PoolAction request =
                    new KubernetesSerialization().convertValue(impacted.at("/0/resource"), PoolAction.class);
            PoolActionSpec spec = request.getSpec();
            assertThat(spec.poolRef().kind()).isEqualTo(kind);
            assertThat(spec.poolRef().name()).isEqualTo("filter");
            assertThat(spec.verb()).isEqualTo(Verb.valueOf(asked[0].toUpperCase(java.util.Locale.ROOT)));
            assertThat(spec.revision()).isEqualTo(asked[2]);
            assertThat(spec.reason()).isNotBlank();
            assertThat(request.getMetadata().getNamespace()).isEqualTo("mail");
            assertThat(request.getMetadata().getName()).isEqualTo("filter-" + asked[0] + "-48151");
            assertThat(request.getMetadata().getOwnerReferences())
                    .singleElement()
                    .satisfies(owner -> assertThat(owner.getUid())
                            .isEqualTo(pool.at("/metadata/uid").asText()));
        }
    }

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void theActionTestsThatArgoCdRunsPass(PoolKind kind) {
        Path actions = Recordings.directory(kind).resolve("actions");
        JsonNode tests = Recordings.read(actions.resolve("action_test.yaml"));

        assertThat(tests.path("discoveryTests")).isNotEmpty();
        for (JsonNode test : tests.path("discoveryTests")) {
            JsonNode offered = ArgoLua.run(
                    Recordings.text(actions.resolve("discovery.lua")),
                    Recordings.read(actions.resolve(test.path("inputPath").asText())));
            for (JsonNode expected : test.path("result")) {
                JsonNode found = offered.path(expected.path("name").asText());
                assertThat(found.path("disabled")).isEqualTo(expected.path("disabled"));
                assertThat(found.path("displayName")).isEqualTo(expected.path("displayName"));
                assertThat(found.path("iconClass")).isEqualTo(expected.path("iconClass"));
            }
        }
        assertThat(tests.path("actionTests")).isNotEmpty();
        for (JsonNode test : tests.path("actionTests")) {
            JsonNode impacted = ArgoLua.run(
                    action(kind, test.path("action").asText()),
                    Recordings.read(actions.resolve(test.path("inputPath").asText())));
            JsonNode expected = Recordings.read(
                    actions.resolve(test.path("expectedOutputPath").asText()));
            assertThat(impacted.at("/0/operation")).isEqualTo(expected.at("/0/k8sOperation"));
            assertThat(impacted.at("/0/resource")).isEqualTo(expected.at("/0/unstructuredObj"));
        }
    }

    @Test
    void bothKindsOfPoolsHaveTheSameScripts() {
        for (String script : List.of("health.lua", "actions/discovery.lua")) {
            assertThat(Recordings.text(
                            Recordings.directory(PoolKind.TRANSPORT_POOL).resolve(script)))
                    .isEqualTo(Recordings.text(
                            Recordings.directory(PoolKind.FILTER_POOL).resolve(script)));
        }
        for (String verb : VERBS) {
            assertThat(action(PoolKind.TRANSPORT_POOL, verb)).isEqualTo(action(PoolKind.FILTER_POOL, verb));
        }
    }

    @Test
    void theSettingsToPasteHoldTheScriptsAsTheyAre() {
        assertThat(Recordings.text(SETTINGS)).as(Recordings.REMEDY).isEqualTo(settings());
        assertThat(Recordings.parse(Recordings.text(SETTINGS)).at("/data").size())
                .isEqualTo(8);
    }

    // ---- what is asked of which state, and how it is written down

    /** The verb, the recorded state, the revision that is meant. */
    private static List<String[]> asked() {
        return List.of(
                new String[] {"promote", "canary-running", "v1-two"},
                new String[] {"abort", "canary-running", "v1-two"},
                new String[] {"pause", "canary-running", "v1-two"},
                new String[] {"resume", "paused-by-a-person", "v1-two"},
                new String[] {"retry", "rolled-back", "v1-two"},
                new String[] {"retry", "growth-refused", "v1-one"});
    }

    private static String action(PoolKind kind, String verb) {
        return Recordings.text(
                Recordings.directory(kind).resolve("actions").resolve(verb).resolve("action.lua"));
    }

    private static PoolStatus status(State state) {
        return ((dev.sluice.api.Pool) state.pool()).getStatus();
    }

    private static String phase(State state) {
        return Recordings.parse(Recordings.yaml(state))
                .at("/status/rollout/phase")
                .asText();
    }

    private static boolean enabled(JsonNode offered, String verb) {
        return !offered.path(verb).path("disabled").asBoolean();
    }

    private static String healthTests(PoolKind kind) {
        StringBuilder text = new StringBuilder("tests:\n");
        for (State state : Recordings.made(kind)) {
            JsonNode health = ArgoLua.run(
                    Recordings.text(Recordings.directory(kind).resolve("health.lua")),
                    Recordings.parse(Recordings.yaml(state)));
            text.append("- healthStatus:\n    status: %s\n    message: %s\n  inputPath: testdata/%s.yaml\n"
                    .formatted(state.argo(), quoted(health.path("message").asText()), state.name()));
        }
        return text.toString();
    }

    private static String actionTests(PoolKind kind) {
        StringBuilder text = new StringBuilder("discoveryTests:\n");
        for (String state : List.of("steady", "canary-running", "paused-by-a-person", "rolling-back", "rolled-back")) {
            JsonNode offered = ArgoLua.run(
                    Recordings.text(Recordings.directory(kind).resolve("actions/discovery.lua")),
                    Recordings.read(Recordings.directory(kind).resolve("testdata/" + state + ".yaml")));
            text.append("- inputPath: ../testdata/%s.yaml\n  result:\n".formatted(state));
            for (String verb : VERBS) {
                text.append("  - name: %s\n    disabled: %s\n    displayName: %s\n    iconClass: %s\n"
                        .formatted(
                                verb,
                                offered.path(verb).path("disabled").asBoolean(),
                                offered.path(verb).path("displayName").asText(),
                                offered.path(verb).path("iconClass").asText()));
            }
        }
        text.append("actionTests:\n");
        for (String[] asked : asked()) {
            text.append("- action: %s\n  inputPath: ../testdata/%s.yaml\n  expectedOutputPath: testdata/%s-%s.yaml\n"
                    .formatted(asked[0], asked[1], asked[0], asked[1]));
        }
        return text.toString();
    }

    private static String output(PoolKind kind, String verb, String state) {
        JsonNode impacted = ArgoLua.run(
                action(kind, verb), Recordings.read(Recordings.directory(kind).resolve("testdata/" + state + ".yaml")));
        return Recordings.sortedYaml(List.of(Map.of(
                "k8sOperation",
                impacted.at("/0/operation").asText(),
                "unstructuredObj",
                Recordings.map(impacted.at("/0/resource")))));
    }

    /** Argo CD reads scripts of other people's kinds from its ConfigMap: one key a kind, each script as text in it. */
    private static String settings() {
        StringBuilder text = new StringBuilder("""
                # Made from resource_customizations/: change the scripts there. Merge data into Argo CD's own ConfigMap:
                # kubectl -n argocd patch configmap argocd-cm --patch-file argocd-cm.yaml
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: argocd-cm, namespace: argocd}
                data:
                """);
        for (String kind :
                List.of("FilterPool", "TransportPool", "MailNode", "PoolAction", "PoolRollout", "RolloutPolicy")) {
            text.append("  resource.customizations.health.sluice.dev_%s: |\n".formatted(kind));
            text.append(indented(
                    4, Recordings.text(Recordings.CUSTOMIZATIONS.resolve(kind).resolve("health.lua"))));
        }
        for (PoolKind kind : PoolKind.values()) {
            text.append("  resource.customizations.actions.sluice.dev_%s: |\n".formatted(Recordings.word(kind)));
            text.append("    discovery.lua: |\n");
            text.append(indented(6, Recordings.text(Recordings.directory(kind).resolve("actions/discovery.lua"))));
            text.append("    definitions:\n");
            for (String verb : VERBS) {
                text.append("      - name: %s\n        action.lua: |\n".formatted(verb));
                text.append(indented(10, action(kind, verb)));
            }
        }
        return text.toString();
    }

    private static String indented(int columns, String text) {
        return text.lines()
                .map(line -> line.isEmpty() ? "\n" : " ".repeat(columns) + line + "\n")
                .collect(java.util.stream.Collectors.joining());
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }
}
