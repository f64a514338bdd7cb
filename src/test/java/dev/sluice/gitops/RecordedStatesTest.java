package dev.sluice.gitops;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sluice.api.PoolCondition;
import dev.sluice.api.PoolKind;
import dev.sluice.testkit.Kstatus;
import dev.sluice.testkit.pool.RecordedStates.State;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The recorded states are what the planner makes, none is missing, and kstatus judges each as the truth table says. */
class RecordedStatesTest {
    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void whatIsCheckedInIsWhatThePlannerMakes(PoolKind kind) {
        for (State state : Recordings.made(kind)) {
            assertThat(Recordings.text(Recordings.file(kind, state)))
                    .as("%s: %s", Recordings.file(kind, state), Recordings.REMEDY)
                    .isEqualTo(Recordings.yaml(state));
        }
    }

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void kstatusJudgesEachStateAsTheTruthTableSays(PoolKind kind) {
        for (State state : Recordings.made(kind)) {
            assertThat(Kstatus.of(Recordings.read(Recordings.file(kind, state))))
                    .as(state.name())
                    .isEqualTo(state.kstatus());
        }
    }

    @ParameterizedTest
    @EnumSource(PoolKind.class)
    void kubectlWaitReturnsWhereTheTruthTableSays(PoolKind kind) {
        for (State state : Recordings.made(kind)) {
            assertThat(readyAsKubectlWaits(Recordings.read(Recordings.file(kind, state))))
                    .as(state.name())
                    .isEqualTo(state.ready());
        }
    }

    /** Every reason that a condition may give is recorded somewhere: the list has no word that is never said. */
    @Test
    void everyReasonOfTheClosedListIsRecorded() {
        Set<String> said = new HashSet<>();
        for (PoolKind kind : PoolKind.values()) {
            for (State state : Recordings.made(kind)) {
                for (JsonNode condition :
                        Recordings.read(Recordings.file(kind, state)).at("/status/conditions")) {
                    said.add(condition.path("type").asText() + "="
                            + condition.path("status").asText() + "/"
                            + condition.path("reason").asText());
                }
            }
        }

        assertThat(said).containsExactlyInAnyOrderElementsOf(closedList().collect(Collectors.toSet()));
    }

    private static Stream<String> closedList() {
        return Arrays.stream(PoolCondition.values())
                .flatMap(type -> type.statuses().entrySet().stream()
                        .map(entry -> type.word() + "=" + entry.getValue() + "/"
                                + entry.getKey().word()));
    }

    /** {@code kubectl wait} compares the generation that the condition speaks of, or the status, with the object's. */
    private static boolean readyAsKubectlWaits(JsonNode object) {
        for (JsonNode condition : object.at("/status/conditions")) {
            if (condition.path("type").asText().equals("Ready")) {
                return condition.path("status").asText().equals("True")
                        && condition.path("observedGeneration").asLong()
                                == object.at("/metadata/generation").asLong();
            }
        }
        return false;
    }
}
