package dev.sluice.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import dev.sluice.api.PoolKind;
import dev.sluice.testkit.pool.RecordedStates.State;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The health expressions for Flux, evaluated by a CEL interpreter on the recorded states, in the order in which Flux asks
 * them: {@code inProgress}, {@code failed}, {@code current} (Flux, Kustomization, {@code .spec.healthCheckExprs}).
 */
class FluxTest {
    private static final Path KUSTOMIZATION = Path.of("deploy/gitops/flux/kustomization.yaml");
    private static final CelCompiler COMPILER = CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("metadata", SimpleType.DYN)
            .addVar("spec", SimpleType.DYN)
            .addVar("status", SimpleType.DYN)
            .build();
    private static final CelRuntime RUNTIME =
            CelRuntimeFactory.standardCelRuntimeBuilder().build();

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void theExpressionsJudgeEachStateAsTheTruthTableSays(PoolKind kind) throws Exception {
        JsonNode expressions = expressions(kind);
        for (State state : Recordings.made(kind)) {
            if (!state.kstatus().equals("Terminating")) {
                JsonNode pool = Recordings.read(Recordings.file(kind, state));
                assertThat(concluded(expressions, pool)).as(state.name()).isEqualTo(state.kstatus());
            }
        }
    }

    @Test
    void thePageForFluxShowsTheManifestAsItIs() {
        assertThat(Recordings.text(Path.of("docs/gitops.md"))).contains(Recordings.text(KUSTOMIZATION));
    }

    private static JsonNode expressions(PoolKind kind) {
        for (JsonNode each : Recordings.read(KUSTOMIZATION).at("/spec/healthCheckExprs")) {
            if (each.path("kind").asText().equals(Recordings.word(kind))) {
                return each;
            }
        }
        throw new AssertionError("no expressions for " + kind);
    }

    private static String concluded(JsonNode expressions, JsonNode pool) throws Exception {
        if (holds(expressions.path("inProgress").asText(), pool)) {
            return "InProgress";
        }
        if (holds(expressions.path("failed").asText(), pool)) {
            return "Failed";
        }
        return holds(expressions.path("current").asText(), pool) ? "Current" : "InProgress";
    }

    private static boolean holds(String expression, JsonNode pool) throws Exception {
        Object answer = RUNTIME.createProgram(COMPILER.compile(expression).getAst())
                .eval(Map.of(
                        "metadata", Recordings.map(pool.path("metadata")),
                        "spec", Recordings.map(pool.path("spec")),
                        "status", Recordings.map(pool.path("status"))));
        return (Boolean) answer;
    }
}
